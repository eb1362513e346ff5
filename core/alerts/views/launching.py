"""Alerts and drills so far, and launching one: two taps, with what it would reach between them."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.alerts import preview as previews
from core.alerts import selectors, services
from core.alerts.forms import LaunchForm, draft_in
from core.alerts.rules import FOLLOW, SEND
from core.alerts.services import Draft
from core.people.web import attempt, form_page
from core.permissions.guards import requires
from core.permissions.viewer import Viewer, viewer_of
from core.ui import toasts
from tenants.alerts.choices import PREPARED, TEXT_LENGTH, Kind

PAGE_SIZE = 20


@requires(FOLLOW)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What lasts, what may be launched, when each drill was last made, and what is over."""
    viewer = viewer_of(request)
    past = selectors.visible_to(viewer).exclude(ended_at=None)
    drills = [(Kind(kind).label, at) for kind, at in selectors.last_drills().items()]
    context = {
        "active": selectors.active_for(viewer),
        "kinds": [(kind, label, PREPARED[kind].icon) for kind, label in Kind.choices],
        "may_send": viewer.can(SEND),
        "drills": drills,
        "page": Paginator(past, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "alerts/index.html", context)


@requires(SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def launch(request: HttpRequest) -> HttpResponse:
    """The words, whom they reach; sent at the second tap."""
    viewer, start = viewer_of(request), _start(request)
    active = selectors.active_for(viewer)
    initial = {"kind": start.kind, "text": start.text, "drill": start.drill}
    form = LaunchForm(viewer, request.POST or None, initial=initial, active=active)
    if form.is_bound and "compter" not in request.POST and form.is_valid():
        given = form.cleaned_data
        sent = attempt(
            form, services.start, viewer=viewer, draft=form.draft(), key=given["key"],
            despite=given.get("despite", False),
        )  # fmt: skip
        if sent:
            toasts.done(request, _("Alerte lancée. Voici qui répond."))
            return redirect("alerts:board", sent.pk)
        active = selectors.active_for(viewer)
    draft = draft_in(request.POST, start) if form.is_bound else start
    context = {**_previewed(draft, viewer), "active": active, "kind": Kind(draft.kind)}
    if "compter" in request.POST:
        return render(request, "alerts/launch.html", {"form": form, **context})
    return form_page(request, form, context, "alerts/launch.html")


@requires(SEND)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """How many it would reach as it is written now."""
    viewer = viewer_of(request)
    return render(request, "alerts/launch.html#preview", _previewed(draft_in(request.POST, _start(request)), viewer))


def _start(request: HttpRequest) -> Draft:
    """What the page begins with: the kind of the first tap, with its prepared words."""
    asked = request.GET.get("nature") or request.POST.get("kind", "")
    kind = asked if asked in Kind.values else Kind.OTHER
    text = selectors.prepared_text(viewer_of(request).modules, kind)
    return Draft(kind=kind, text=text, drill=request.GET.get("exercice") == "1")


def _previewed(draft: Draft, viewer: Viewer) -> dict[str, Any]:
    return {
        "preview": previews.of(draft, viewer.modules),
        "draft": draft,
        "length": len(draft.text),
        "room": TEXT_LENGTH,
    }
