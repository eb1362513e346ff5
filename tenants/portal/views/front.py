"""The front door: find a school, sign in, go."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenants.accounts.guards import open_to_all, regional_roles
from tenants.accounts.selectors import memberships_of
from tenants.establishments import search, selectors
from tenants.establishments.hosts import school_url
from tenants.establishments.models import Establishment, Lifecycle
from tenants.establishments.naming.places import DEPARTEMENTS
from tenants.portal import map as region_map
from tenants.portal.navigation import own_pages

_RESULTS = 20
_VISIBLE = (Lifecycle.KNOWN, Lifecycle.PREPARING, Lifecycle.ACTIVE, Lifecycle.SUSPENDED)


@open_to_all
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One search field; the map; one's own schools when signed in."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    context: dict[str, Any] = {"query": query, "results": _results(request, query)}
    if request.headers.get("HX-Request") == "true":
        return render(request, "portal/home.html#results", context)
    context |= {"shapes": region_map.SHAPES, "map": region_map, "departements": _departements()}
    if request.user.is_authenticated:
        context |= {
            "places": memberships_of(request.user), "is_regional": bool(regional_roles(request)),
            "own_pages": own_pages(),
        }  # fmt: skip
    return render(request, "portal/home.html", context)


@open_to_all
@require_safe
def departement(request: HttpRequest, code: str) -> HttpResponse:
    """The communes of a département; the schools of the one that `commune` names."""
    communes = selectors.communes(code)
    if not communes:
        raise Http404("no school there")
    chosen = next((c for c in communes if c.name == request.GET.get("commune")), None)
    schools = _visible().filter(departement_code=code)
    context = {
        "code": code.removeprefix("0"),
        "name": schools.values_list("departement", flat=True).first(),
        "communes": communes,
        "chosen": chosen,
        "schools": _linked(request, list(schools.filter(commune=chosen.name))) if chosen else [],
    }
    return render(request, "portal/departement.html", context)


def _visible() -> Any:
    return Establishment.objects.filter(lifecycle__in=_VISIBLE)


def _results(request: HttpRequest, query: str) -> list[dict[str, Any]]:
    return _linked(request, search.find(query, _visible(), _RESULTS))


def _linked(request: HttpRequest, schools: list[Establishment]) -> list[dict[str, Any]]:
    """Schools with the address of those that can be entered, open ones first."""
    ordered = sorted(schools, key=lambda school: not school.is_active)
    return [{"school": s, "url": school_url(s, request=request) if s.is_active else ""} for s in ordered]


def _departements() -> list[tuple[str, str]]:
    return sorted(DEPARTEMENTS.items(), key=lambda pair: pair[1])
