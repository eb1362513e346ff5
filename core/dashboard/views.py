"""The first page of a school: for its people what matters to them, for passers-by the way in."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.dashboard import services
from core.dashboard.arrangement import arrangement_of
from core.dashboard.greeting import closed_today, lead_for
from core.dashboard.widgets import State, part_alone, parts_of
from core.errors import DomainError
from core.people.children import ALL, PARAMETER, children_for
from core.permissions.guards import open_to_all, requires
from core.permissions.viewer import Viewer, viewer_of

_SHORTCUTS = (
    ("people.manage", _("Ajouter une personne"), "people:create", "user-plus"),
    ("structure.manage", _("Organiser les classes"), "structure:classes", "school"),
    ("modules.manage", _("Régler les modules"), "modules:index", "sliders"),
    ("audit.view", _("Consulter le journal"), "audit:journal", "history"),
)


@dataclass(frozen=True)
class Place:
    label: Any
    detail: Any
    url: str
    icon: str


@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    """The dashboard for members, the school's welcome for everybody else."""
    viewer = viewer_of(request)
    if viewer.person is None:
        return render(request, "dashboard/welcome.html", {"stranger": request.user.is_authenticated})
    child = next((entry for entry in children_for(request) if entry.current and entry.child), None)
    arrangement = arrangement_of(viewer)
    parts = [part for part in parts_of(request, arrangement.shown) if part.state is not State.EMPTY]
    context = {
        "person": viewer.person,
        "lead": lead_for(viewer.roles),
        "closed": closed_today(viewer),
        "chosen": child,
        "everyone": f"?{PARAMETER}={ALL}",
        "parts": parts,
        "arrangeable": bool(arrangement.shown or arrangement.aside),
        "shortcuts": shortcuts_for(viewer),
        "places": places_for(viewer),
    }
    return render(request, "dashboard/home.html", context)


@requires("dashboard.view")
@require_safe
def part(request: HttpRequest, module: str, widget: str) -> HttpResponse:
    """One part alone: what the page fetches when it is there, and what its link opens without scripts."""
    offer = arrangement_of(viewer_of(request)).offer(f"{module}.{widget}")
    if offer is None:
        raise Http404("no such widget")
    kept = _is_fragment(request)
    template = "dashboard/parts/one.html" if kept else "dashboard/part.html"
    answer = render(request, template, {"part": part_alone(request, offer), "kept": kept})
    patch_vary_headers(answer, ["HX-Request"])
    return answer


_STEPS = {"up": -1, "down": 1}


@requires("dashboard.view")
def arrange(request: HttpRequest) -> HttpResponse:
    """What stands on one's own page, in which order. Each button is a form of its own."""
    viewer = viewer_of(request)
    if request.method == "POST":
        _rearrange(viewer, request.POST.get("do", ""), request.POST.get("part", ""))
        if not _is_fragment(request):
            return redirect("dashboard:arrange")
    fragment = "#arrangement" if _is_fragment(request) else ""
    return render(request, f"dashboard/arrange.html{fragment}", {"arrangement": arrangement_of(viewer)})


def _is_fragment(request: HttpRequest) -> bool:
    return bool(request.htmx and not request.htmx.boosted)  # type: ignore[attr-defined]


def _rearrange(viewer: Viewer, do: str, slug: str) -> None:
    match do:
        case "up" | "down":
            services.move(viewer=viewer, slug=slug, step=_STEPS[do])
        case "hide":
            services.hide(viewer=viewer, slug=slug)
        case "show":
            services.show(viewer=viewer, slug=slug)
        case "reset":
            services.reset(viewer=viewer)
        case _:
            raise DomainError("unknown", gettext("Ce bouton n’existe pas."))


def shortcuts_for(viewer: Viewer) -> list[Place]:
    """What those who run the school do most, as far as they may."""
    return [Place(label, "", reverse(name), icon) for code, label, name, icon in _SHORTCUTS if viewer.can(code)]


def places_for(viewer: Viewer) -> list[Place]:
    """The modules open to this person, in the référent's order, each with what it is for."""
    return [
        Place(state.name, state.manifest.description, reverse(state.manifest.navigation[0].url_name), state.icon)
        for state in viewer.modules.enabled()
        if state.manifest.slug != "dashboard"
        and state.manifest.navigation
        and viewer.can(state.manifest.navigation[0].permission)
    ]
