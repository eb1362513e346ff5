"""Lists in pieces: each answer holds the address of what follows. A piece stays right while rows come and go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from tenants.api.problems import Refused

DEFAULT_LIMIT, MAX_LIMIT = 50, 200


@dataclass(frozen=True)
class Piece:
    """Some rows, and the address of those that follow (None: there are none)."""

    rows: list[Any]
    following: str | None


def piece(
    request: HttpRequest, rows: QuerySet[Any], *, order: Sequence[str], cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Piece:
    """The rows after the cursor. `order` names columns without nulls, the last of them unique: ("-publish_at", "-pk").

    Cursors are signed and belong to one address: raises Refused (400) for any other text.
    """
    if cursor:
        rows = rows.filter(_after(order, _position(cursor, request.path, rows, order)))
    read = list(rows.order_by(*order)[: limit + 1])
    kept = read[:limit]
    return Piece(kept, _following(request, kept[-1], order) if len(read) > limit else None)


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows beyond a position: the first column further, or equal and the second further, and so on."""
    beyond = Q(pk__in=())
    equal = Q()
    for column, value in zip(order, values, strict=True):
        name, side = column.removeprefix("-"), "lt" if column.startswith("-") else "gt"
        beyond |= equal & Q(**{f"{name}__{side}": value})
        equal &= Q(**{name: value})
    return beyond


def _position(cursor: str, path: str, rows: QuerySet[Any], order: Sequence[str]) -> list[Any]:
    try:
        values = _signer(path).unsign_object(cursor)
        fields = [_field(rows, column) for column in order]
        return [field.to_python(value) for field, value in zip(fields, values, strict=True)]
    except (BadSignature, ValueError, UnicodeError) as error:
        sentence = _("Ce curseur ne vient pas d’ici\u00a0: suivez le lien «\u00a0next\u00a0» de la réponse précédente.")
        raise Refused(400, "bad-cursor", sentence, {"cursor": sentence}) from error


def _field(rows: QuerySet[Any], column: str) -> Any:
    name = column.removeprefix("-")
    meta = rows.model._meta
    return meta.pk if name == "pk" else meta.get_field(name)


def _following(request: HttpRequest, last: Any, order: Sequence[str]) -> str:
    values = [getattr(last, column.removeprefix("-")) for column in order]
    plain = [value.isoformat() if isinstance(value, datetime | date) else value for value in values]
    asked = {name: values for name, values in request.GET.lists() if name != "cursor"}
    query = urlencode({**asked, "cursor": _signer(request.path).sign_object(plain)}, doseq=True)
    return request.build_absolute_uri(f"{request.path}?{query}")


def _signer(path: str) -> Signer:
    return Signer(salt=f"api.cursor:{path}")
