"""Errors as RFC 9457 says them: `application/problem+json`, with a stable code and a French sentence."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

from tenants.errors import DomainError

CONTENT_TYPE = "application/problem+json"
# Status to its code, its title and its sentence, where nobody has said better.
KNOWN: dict[int, tuple[str, Any, Any]] = {
    400: ("bad-request", _("Demande illisible"), _("Cette demande n’est pas lisible.")),
    401: ("not-authenticated", _("Jeton attendu"), _("Joignez un jeton\u00a0: «\u00a0Authorization: Bearer …\u00a0».")),
    403: ("forbidden", _("Action non permise"), _("Cette action ne vous est pas ouverte.")),
    404: ("not-found", _("Introuvable"), _("Rien ne répond à cette adresse, ou vous n’y avez pas accès.")),
    405: ("method-not-allowed", _("Méthode non permise"), _("Cette adresse ne connaît pas cette méthode.")),
    406: ("not-acceptable", _("Format non disponible"), _("Les réponses sont en JSON (application/json).")),
    409: ("conflict", _("Conflit"), _("Quelqu’un d’autre a changé la même chose.")),
    412: ("precondition-failed", _("Version dépassée"), _("Ce n’est plus la version que vous aviez lue.")),
    413: ("too-large", _("Demande trop longue"), _("Le corps de la demande dépasse la taille permise.")),
    415: ("unsupported-media-type", _("Format non compris"), _("Envoyez du JSON en UTF-8\u00a0: application/json.")),
    422: ("invalid", _("Informations à corriger"), _("Certaines informations sont à corriger.")),
    428: ("precondition-required", _("Version attendue"), _("Dites quelle version vous aviez lue, avec If-Match.")),
    429: ("throttled", _("Trop de demandes"), _("Vous allez trop vite. Réessayez après le délai de Retry-After.")),
    500: ("server-error", _("Erreur de notre côté"), _("L’erreur vient de nous\u00a0; elle est signalée.")),
    503: ("unavailable", _("Indisponible"), _("Cet espace n’est pas ouvert pour le moment.")),
}


class Refused(exceptions.APIException):
    """A refusal of the API itself. Without words of its own it takes those of its status."""

    def __init__(self, status: int, code: str = "", detail: Any = "", fields: Mapping[str, Any] | None = None) -> None:
        self.status_code, self.code, self.fields = status, code, dict(fields or {})
        super().__init__(detail or _known(status)[2], code or _known(status)[0])


def body(status: int, code: str = "", detail: Any = "", fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The problem as JSON holds it."""
    usual, title, sentence = _known(status)
    code = code or usual
    problem: dict[str, Any] = {
        "type": f"urn:preau:problem:{code}",
        "title": str(title),
        "status": status,
        "code": code,
        "detail": str(detail or sentence),
    }
    if fields:
        problem["fields"] = {name: str(sentence) for name, sentence in fields.items()}
    return problem


def response(status: int) -> JsonResponse:
    """A problem for what went wrong before or beside the views."""
    return JsonResponse(
        body(status), status=status, content_type=CONTENT_TYPE, json_dumps_params={"ensure_ascii": False}
    )


def problem_of(error: Exception) -> tuple[int, dict[str, Any]] | None:
    """Status and problem of what a view raised; None for a mistake of ours, which is a 500."""
    if isinstance(error, DomainError):
        return error.status, body(error.status, error.code, error.message, error.fields)
    if isinstance(error, Http404):
        return 404, body(404)
    if isinstance(error, PermissionDenied):
        return 403, body(403)
    if isinstance(error, Refused):
        return error.status_code, body(error.status_code, error.code, error.detail, error.fields)
    if isinstance(error, exceptions.ValidationError):
        return 422, body(422, fields=dict(flat(error.detail)))
    if isinstance(error, exceptions.APIException):
        return error.status_code, body(error.status_code)
    return None


def flat(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Field ("audience.roles.0") and sentence, of the nested errors of a serializer."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list) and any(isinstance(item, Mapping | list) for item in detail):
        for number, inner in enumerate(detail):
            if inner:
                yield from flat(inner, f"{path}.{number}" if path else str(number))
    elif isinstance(detail, list):
        yield path.removesuffix(".non_field_errors"), " ".join(str(item) for item in detail)
    else:
        yield path, str(detail)


def _known(status: int) -> tuple[str, Any, Any]:
    if status in KNOWN:
        return KNOWN[status]
    return f"status-{status}", HTTPStatus(status).phrase, KNOWN[500 if status >= 500 else 400][2]
