"""The OpenAPI description, made from the operations that views declare."""

from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.settings import patched_settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from tenants.api.operations import SAFE, Body, Operation, Problem, page_of
from tenants.api.problems import CONTENT_TYPE, KNOWN, body

Responses = dict[tuple[str, str] | str, Any]
JSON = "application/json"


class DescribedView(AutoSchema):
    """Reads what `@operation` says; nothing is guessed."""

    @property
    def operation(self) -> Operation:
        found: Operation = getattr(self.view, self.method.lower()).operation
        return found

    def get_operation_id(self) -> str:
        return self.operation.name.replace(".", "_")

    def get_summary(self) -> str:
        return str(self.operation.summary)

    def get_description(self) -> str:  # type: ignore[override]
        text = str(self.operation.description)
        if self.operation.scope:
            text = f"{text}\n\nPortée\u00a0: `{self.operation.scope}`.".strip()
        for scope in self.operation.wider:
            text = f"{text} Avec `{scope}`, la réponse en dit plus."
        return text

    def get_tags(self) -> list[str]:
        return [self.operation.name.partition(".")[0]]

    def get_auth(self) -> list[dict[str, Any]]:
        return [] if self.operation.open else [{"token": []}]

    def get_override_parameters(self) -> list[Any]:
        parameters: list[Any] = [self.operation.query] if self.operation.query else []
        if self.operation.versioned:
            parameters.append(
                OpenApiParameter(
                    "If-Match",
                    OpenApiTypes.STR,
                    OpenApiParameter.HEADER,
                    required=True,
                    description="L’ETag de la version que vous aviez lue.",
                )
            )
        return parameters

    def get_request_serializer(self) -> Any:
        return self.operation.body

    def get_response_serializers(self) -> Any:
        operation = self.operation
        found: Responses = {}
        if operation.answers is None:
            found["204"] = OpenApiResponse(description="C’est fait.")
        else:
            shape: Any = page_of(operation.answers) if operation.paged else operation.answers
            found[str(operation.status), JSON] = shape
        if self.method in SAFE:
            found["304"] = OpenApiResponse(description="Inchangé depuis l’ETag donné dans If-None-Match.")
        for status in sorted(self._refusals()):
            found[str(status), CONTENT_TYPE] = OpenApiResponse(
                Problem,
                description=str(KNOWN[status][1]),
                examples=[OpenApiExample(KNOWN[status][0], value=body(status))],
            )
        return found

    def _refusals(self) -> set[int]:
        operation = self.operation
        found = {406, *operation.also}
        if not operation.open:
            found |= {401, 404, 429}
        if operation.scope:
            found |= {403}
        if operation.query is not None:
            found |= {400}
        if self.method not in SAFE:
            found |= {413}
        if operation.body is not None:
            found |= {400, 415, 422}
        if operation.versioned:
            found |= {412, 428}
        return found

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        return force_class(serializer).__name__

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        found = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, Body):
            found["additionalProperties"] = False
        return found


def force_class(serializer: Any) -> type[serializers.BaseSerializer]:
    """The class of what may be a serializer, a list of them, or a class already."""
    serializer = getattr(serializer, "child", serializer)
    return serializer if isinstance(serializer, type) else type(serializer)


def describe(urlconf: str, *, title: str, text: str, tags: dict[str, Any]) -> dict[str, Any]:
    """The description of the API of a URLconf. `tags` maps the first word of operations to a name."""
    settings = {
        "TITLE": title,
        "DESCRIPTION": text,
        "VERSION": "1",
        "OAS_VERSION": "3.1.0",
        "SCHEMA_PATH_PREFIX": "/api/v1",
        "SERVERS": [{"url": "/"}],
        "LICENSE": {"name": "AGPL-3.0-or-later"},
        "TAGS": [{"name": name, "description": str(label)} for name, label in tags.items()],
        "APPEND_COMPONENTS": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
        "POSTPROCESSING_HOOKS": [],
        "ENABLE_DJANGO_DEPLOY_CHECK": False,
    }
    with patched_settings(settings):
        found: dict[str, Any] = _Generator(urlconf=urlconf).get_schema(request=None, public=True)
    plain: dict[str, Any] = _without_marks(found)
    return plain


def _without_marks(value: Any) -> Any:
    """The same without what the generator leaves for its own later steps."""
    if isinstance(value, dict):
        return {name: _without_marks(inner) for name, inner in value.items() if name != "x-spec-enum-id"}
    return [_without_marks(inner) for inner in value] if isinstance(value, list) else value


class _Generator(SchemaGenerator):
    """Only what is under /api/v1, whatever else the URLconf holds; and never a guess that goes unnoticed."""

    def _initialise_endpoints(self) -> None:
        super()._initialise_endpoints()
        self.endpoints = [each for each in self.endpoints or () if each[0].startswith("/api/v1/")]
