"""What one method of an address is: who may, what it takes, what it answers. Views obey it, OpenAPI tells it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from rest_framework import serializers

Shape = Any  # a class of serializers, which the stubs take for unhashable
Method = TypeVar("Method", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method of one address.

    `name` ("people.list") identifies it in the description. `scope` is what the token must have been given; empty for
    any token; with a scope of `wider` it shows more. `permission` is what its holder must hold besides; empty for any
    member. `query` and `body` are what it takes, `answers` what it gives back (None: 204), in pieces where `paged`,
    with an `If-Match` to give where `versioned`. `also` are statuses it may answer beyond the usual ones.
    """

    name: str
    summary: Any
    description: Any = ""
    scope: str = ""
    wider: tuple[str, ...] = ()
    permission: str = ""
    query: Shape | None = None
    body: Shape | None = None
    answers: Shape | None = None
    paged: bool = False
    versioned: bool = False
    status: int = 200
    also: tuple[int, ...] = ()
    open: bool = False


def operation(**values: Any) -> Callable[[Method], Method]:
    """Says of a view's method what it is: `@operation(name="people.list", …)`."""
    declared = Operation(**values)

    def decorate(method: Method) -> Method:
        method.operation = declared  # type: ignore[attr-defined]
        return method

    return decorate


def operations_of(view: Any) -> dict[str, Operation]:
    """HTTP method to operation, of a view as it stands in a URLconf; empty for what is not of the API."""
    cls = getattr(view, "cls", None)
    methods = {name.upper(): getattr(cls, name, None) for name in ("get", "post", "put", "patch", "delete")}
    found = {name: getattr(method, "operation", None) for name, method in methods.items()}
    return {name: operation for name, operation in found.items() if operation is not None}


class Body(serializers.Serializer):
    """What is sent. A field that nobody knows is a slip, and is refused rather than left out."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := set(data) - set(self.fields)):
            raise serializers.ValidationError({name: ["Champ inconnu."] for name in sorted(unknown)})
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """`true` or `false`, and no other word for them."""

    TRUE_VALUES = {"true", True}
    FALSE_VALUES = {"false", False}


class PageQuery(serializers.Serializer):
    """What every list takes."""

    limit = serializers.IntegerField(
        default=50, min_value=1, max_value=200, help_text="Nombre de lignes par réponse."
    )
    cursor = serializers.CharField(
        default="", max_length=1000, help_text="Suite d’une liste\u00a0: suivez plutôt le lien «\u00a0next\u00a0»."
    )


class Problem(serializers.Serializer):
    """Une erreur, au sens de la RFC 9457."""

    type = serializers.CharField(help_text="urn:preau:problem:<code>")
    title = serializers.CharField(help_text="Le genre d’erreur, en quelques mots.")
    status = serializers.IntegerField(help_text="Le statut HTTP, répété.")
    code = serializers.CharField(help_text="Stable, pour les programmes.")
    detail = serializers.CharField(help_text="Une phrase pour une personne.")
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(), required=False, help_text="Une phrase par champ à corriger."
    )


@cache
def page_of(shape: Shape) -> Shape:
    """The shape of a piece of a list."""
    name = f"{shape.__name__}Page"
    results = shape(many=True, help_text="Les lignes.")
    following = serializers.CharField(allow_null=True, help_text="L’adresse de la suite\u00a0; vide à la fin.")
    return type(name, (serializers.Serializer,), {"results": results, "next": following, "__doc__": ""})
