"""What people see when something does not work. The plain pages touch neither database nor session."""

import sys
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError

# PostgreSQL's codes for a schema that is absent, half-made, or not this role's: undefined_table,
# insufficient_privilege, invalid_schema_name.
SCHEMA_TROUBLE = {"42P01", "42501", "3F000"}
RETRY_SECONDS = 60


@dataclass(frozen=True)
class Page:
    """One error page: its status, title and sentences."""

    status: int
    title: Any
    text: tuple[Any, ...]
    retry: bool = False


BAD_REQUEST = Page(
    400,
    gettext_lazy("Cette demande n’est pas lisible"),
    (gettext_lazy("Revenez à la page précédente et recommencez."),),
)
FORBIDDEN = Page(
    403,
    gettext_lazy("Cette action ne vous est pas ouverte"),
    (gettext_lazy("Si vous en avez besoin, parlez-en au référent numérique de votre établissement."),),
)
NOT_FOUND = Page(
    404,
    gettext_lazy("Cette page n’existe pas"),
    (gettext_lazy("L’adresse est peut-être incomplète, ou ce qu’elle montrait n’est plus là."),),
)
STALE_FORM = Page(
    403,
    gettext_lazy("Ce formulaire a expiré"),
    (gettext_lazy("Revenez à la page précédente, rechargez-la et envoyez de nouveau."),),
)
SERVER_ERROR = Page(
    500,
    gettext_lazy("Une erreur est survenue"),
    (
        gettext_lazy("Elle vient de nous, pas de vous\u00a0; elle nous a été signalée."),
        gettext_lazy("Réessayez dans un instant."),
    ),
)
HOSTS = {
    "unknown": Page(
        404,
        gettext_lazy("Aucun établissement à cette adresse"),
        (gettext_lazy("Vérifiez l’adresse, ou cherchez votre établissement depuis l’accueil."),),
    ),
    "preparing": Page(
        503,
        gettext_lazy("Votre espace se prépare"),
        (gettext_lazy("Il ouvre dans quelques instants."),),
        retry=True,
    ),
    "suspended": Page(
        503,
        gettext_lazy("Cet espace est suspendu"),
        (gettext_lazy("La région l’a fermé pour le moment. Votre établissement peut vous en dire plus."),),
    ),
    "quarantine": Page(
        503,
        gettext_lazy("Votre espace est en réparation"),
        (
            gettext_lazy("Sa mise à jour n’est pas allée au bout. Vos données sont en sécurité."),
            gettext_lazy("Nous nous en occupons. Revenez un peu plus tard."),
        ),
        retry=True,
    ),
    "broken": Page(
        503,
        gettext_lazy("Cet établissement est momentanément indisponible"),
        (gettext_lazy("Rien n’est perdu. Réessayez dans quelques minutes."),),
        retry=True,
    ),
}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, NOT_FOUND)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, STALE_FORM)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own mistake; a school whose tables are not there is told apart."""
    if getattr(request, "school", None) is not None and is_schema_trouble(sys.exc_info()[1]):
        return plain(request, HOSTS["broken"])
    return fragment(request, SERVER_ERROR) if is_htmx(request) else plain(request, SERVER_ERROR)


def host_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Why a host does not lead to a school: `unknown`, `preparing`, `suspended`, `quarantine` or `broken`."""
    return plain(request, HOSTS[kind])


def domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A refusal that no form caught: its sentence, and the way back."""
    page = Page(error.status, _("Cela n’a pas pu se faire"), (error.message, *error.fields.values()))
    return answer(request, page)


def answer(request: HttpRequest, page: Page) -> HttpResponse:
    """In the shell when it can be drawn, as a fragment for htmx, else on the plain page."""
    if is_htmx(request):
        return fragment(request, page)
    context = {
        "title": page.title,
        "text": page.text,
        "back_url": _referer(request),
        "layout": "base.html" if _is_inside(request) else "front.html",
    }
    try:
        return render(request, "ui/errors/page.html", context, status=page.status)
    except DatabaseError:
        return plain(request, page)


def fragment(request: HttpRequest, page: Page) -> HttpResponse:
    """An alert that htmx puts among the page's messages, wherever the request came from."""
    html = render_to_string("ui/errors/fragment.html", {"title": page.title, "text": page.text})
    headers = {"HX-Retarget": "#messages", "HX-Reswap": "innerHTML show:#messages:top"}
    return HttpResponse(html, status=page.status, headers=headers)


def plain(request: HttpRequest, page: Page) -> HttpResponse:
    """A page that needs nothing: no database, no session."""
    context = {
        "title": page.title,
        "text": page.text,
    } | _way_out(request, page)
    response = HttpResponse(render_to_string("plain.html", context), status=page.status)
    response.headers["Cache-Control"] = "no-store"
    if page.status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _way_out(request: HttpRequest, page: Page) -> dict[str, str]:
    if page.retry:
        return {"action": _("Réessayer"), "action_url": request.get_full_path()}
    if page in HOSTS.values():
        return {"action": _("Trouver mon établissement"), "action_url": settings.ORIGIN.geturl()}
    return {"action": _("Revenir à l’accueil"), "action_url": "/"}


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def is_schema_trouble(error: BaseException | None) -> bool:
    """Whether the school's schema is absent, half-made or closed to its role."""
    state = getattr(getattr(error, "__cause__", None), "sqlstate", None)
    return isinstance(error, ProgrammingError) and state in SCHEMA_TROUBLE


def _is_inside(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    try:
        return bool(user is not None and user.is_authenticated)
    except DatabaseError:
        return False


def _referer(request: HttpRequest) -> str:
    """The page that led here, when it is one of ours and not this one."""
    url = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(url, {request.META.get("HTTP_HOST", "")})
    return url if ours and url != request.build_absolute_uri() else ""
