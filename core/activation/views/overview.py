"""How many have opened their account, by role and by class; who has not, and writing to them."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core.activation import selectors, services, standings
from core.activation.services.invitations import to_write_to
from core.activation.standings import LABELS, Member, State, Wanted
from core.adoption import services as adoption
from core.people.choices import Role
from core.permissions.guards import requires
from core.permissions.viewer import Viewer, viewer_of
from core.structure.models import SchoolClass
from core.ui import toasts

PER_PAGE = 60
_CHOICES = [
    (selectors.OPEN, gettext_lazy("Comptes à ouvrir")),
    *((state.value, label) for state, label in LABELS.items()),
]


@requires("activation.manage")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The whole school on one page; each number leads to its people."""
    viewer = viewer_of(request)
    members = standings.roster(viewer.modules)
    context = {
        "whole": standings.counted(members),
        "roles": standings.by_role(members),
        "classes": standings.by_class(members),
        "to_write": len(to_write_to(standings.invitable(members, viewer.person))),
        "to_print": len(standings.invitable(members, viewer.person)),
        "pupil": Role.PUPIL.value,
        "guardian": Role.GUARDIAN.value,
    }
    return render(request, "activation/overview.html", context)


@requires("activation.manage")
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """One by one; the filters live in the address, and are whom the buttons mean."""
    viewer, asked = viewer_of(request), selectors.wanted(request.GET.dict())
    members = standings.roster(viewer.modules)
    found = selectors.listed(asked, members)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "asked": asked,
        "roles": Role.choices,
        "classes": list(SchoolClass.objects.filter(memberships__isnull=False).distinct().order_by("name")),
        "states": _CHOICES,
        **_buttons(viewer, asked, found),
    }
    return render(request, "activation/people.html", context)


def _buttons(viewer: Viewer, asked: Wanted, found: list[Member]) -> dict[str, Any]:
    """How many of these would be written to, and printed for, and what the forms carry along."""
    open_ones = standings.invitable(found, viewer.person)
    return {
        "filters": selectors.filters_of(asked),
        "to_write": len(to_write_to(open_ones)),
        "to_print": len(open_ones),
        "returned": sum(member.returned for member in found),
    }


@requires("activation.manage")
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Write to all of the filters who have an address."""
    viewer = viewer_of(request)
    filters = selectors.filters_of(selectors.wanted(request.POST.dict()))
    run = services.invite(actor=viewer.person, filters=filters, modules=viewer.modules)
    adoption.count("activation.invitations", viewer)
    toasts.done(request, _("Les invitations partent."))
    return redirect("jobs:progress", run.pk)


def title_of(asked: Wanted) -> str:
    """« 6e A · Responsables · Jamais invités », without anybody's name."""
    parts = []
    if asked.school_class is not None:
        parts.append(SchoolClass.objects.filter(pk=asked.school_class).values_list("name", flat=True).first() or "")
    if asked.role:
        parts.append(str(Role(asked.role).label))
    if asked.state and asked.state != selectors.OPEN:
        parts.append(str(LABELS[State(asked.state)]))
    return " · ".join(filter(None, parts)) or _("Tout l’établissement")
