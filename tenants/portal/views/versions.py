"""The versions of all schools at a glance, and the upgrade that brings them up to date."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.accounts.guards import regional
from tenants.accounts.models import RegionalRole
from tenants.errors import DomainError
from tenants.establishments import selectors
from tenants.establishments.models import Establishment
from tenants.portal import versions as words
from tenants.portal.forms import VersionFilters
from tenants.portal.navigation import whole_region
from tenants.portal.views.access import ADMINISTRATOR, require_whole_region, schools_for
from tenants.schemas import status
from tenants.schemas.models import Upgrade
from tenants.schemas.upgrades import services

_SUPPORT = RegionalRole.Role.SUPPORT.value
_PAGE = 50
_FORMER = 8


@regional(ADMINISTRATOR, _SUPPORT)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """A fixed number of queries, whatever the number of schools."""
    scope = schools_for(request, ADMINISTRATOR, _SUPPORT)
    found = status.overview(scope)
    filters = VersionFilters(request.GET or None)
    page = _page(request, scope, found, filters)
    live = services.live()
    context = {
        "overview": found,
        "headline": words.headline(found),
        "tiles": words.tiles(found),
        "apps": [app for app in found.apps if app.differs],
        "filters": filters,
        "page": page,
        "rows": _rows(request, page, found),
        "progress": status.progress_of(live) if live else None,
        "former": Upgrade.objects.exclude(state__in=services.LIVE)[:_FORMER],
        "may_upgrade": whole_region(request),
        "todo": found.counts[status.Standing.BEHIND] + found.counts[status.Standing.QUARANTINE],
    }
    return render(request, "portal/versions.html", context)


def _page(
    request: HttpRequest, scope: QuerySet[Establishment], found: status.Overview, filters: VersionFilters
) -> Page[str]:
    """The UAI of what is asked for; without a question, of what is not as the code wants it. Gravest first."""
    wanted = filters.wanted() if filters.is_bound else {}
    state = wanted.get("state") or ("all" if wanted.get("q") else "todo")
    schools = selectors.filtered(status.kept(scope), {"q": wanted.get("q")}).order_by("commune", "display_name", "uai")
    if state not in {"all", status.Standing.CURRENT}:
        schools = schools.filter(uai__in=list(found.standings))
    uais = [uai for uai in schools.values_list("uai", flat=True) if state in {"all", "todo", found.standing_of(uai)}]
    ranks = {standing: rank for rank, standing in enumerate(status.Standing)}
    uais.sort(key=lambda uai: ranks[found.standing_of(uai)])
    return Paginator(uais, _PAGE).get_page(request.GET.get("page"))


def _rows(request: HttpRequest, page: Page[str], found: status.Overview) -> list[dict[str, Any]]:
    """What the database said of a failure may quote rows of the school: its administrators read it."""
    uais = list(page)
    mine = schools_for(request, ADMINISTRATOR).filter(uai__in=uais)
    administered = set(mine.order_by().values_list("uai", flat=True))
    schools = {school.uai: school for school in Establishment.objects.filter(uai__in=uais)}
    states = status.apps_of(uais)
    return [
        {
            "school": schools[uai],
            "standing": found.standing_of(uai),
            "faults": words.faults(states[uai], told=uai in administered),
        }
        for uai in uais
    ]


@regional(ADMINISTRATOR, _SUPPORT)
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """The part of the page that asks again by itself; the whole page anew once there is nothing to await."""
    if request.headers.get("HX-Request") != "true":
        return redirect("portal:versions")
    live = services.live()
    found = status.progress_of(live) if live else None
    context = {"progress": found, "may_upgrade": whole_region(request)}
    response = render(request, "portal/versions.html#run", context)
    if found is None or not found.moving:
        response.headers["HX-Refresh"] = "true"
    return response


@regional(ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def upgrade(request: HttpRequest) -> HttpResponse:
    """What an upgrade would apply, and to how many schools; POST starts it, if it is still that many."""
    require_whole_region(request)
    found = status.plan()
    if request.method == "POST":
        if request.POST.get("count") == str(found.schools):
            return _ordered(request, lambda: services.start(actor=request.user), _("La mise à jour commence."))  # type: ignore[arg-type]
        messages.error(request, _("Ce qu’il y a à faire a changé. Vérifiez, puis confirmez."))
    context = {"plan": found, "lines": words.lines(found), "live": services.live()}
    return render(request, "portal/upgrade.html", context, status=409 if request.method == "POST" else 200)


@regional(ADMINISTRATOR)
@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    require_whole_region(request)
    asked = get_object_or_404(Upgrade, pk=pk)
    said = _("La mise à jour s’arrête après l’établissement en cours.")
    return _ordered(request, lambda: services.pause(asked, actor=request.user), said)  # type: ignore[arg-type]


@regional(ADMINISTRATOR)
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    require_whole_region(request)
    asked = get_object_or_404(Upgrade, pk=pk)
    return _ordered(request, lambda: services.resume(asked, actor=request.user), _("La mise à jour reprend."))  # type: ignore[arg-type]


def _ordered(request: HttpRequest, order: Any, said: str) -> HttpResponse:
    """An order that came too late is told on the page that shows how things are."""
    try:
        order()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect("portal:versions")
