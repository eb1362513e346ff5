"""The first page of a school: for its people what matters to them, for passers-by the way in."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.dashboard.greeting import lead_for
from core.dashboard.widgets import parts_for
from core.permissions.guards import open_to_all
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
    parts = parts_for(request)
    context = {
        "person": viewer.person,
        "lead": lead_for(viewer.roles),
        "parts": [part for part in parts if part.html is not None],
        "broken": [part for part in parts if part.html is None],
        "shortcuts": shortcuts_for(viewer),
        "places": places_for(viewer),
    }
    return render(request, "dashboard/home.html", context)


def shortcuts_for(viewer: Viewer) -> list[Place]:
    """What those who run the school do most, as far as they may."""
    return [
        Place(label, "", reverse(name), icon) for code, label, name, icon in _SHORTCUTS if viewer.can(code)
    ]


def places_for(viewer: Viewer) -> list[Place]:
    """The modules open to this person, in the référent's order, each with what it is for."""
    return [
        Place(
            state.name, state.manifest.description, reverse(state.manifest.navigation[0].url_name), state.icon
        )
        for state in viewer.modules.enabled()
        if state.manifest.slug != "dashboard"
        and state.manifest.navigation
        and viewer.can(state.manifest.navigation[0].permission)
    ]
