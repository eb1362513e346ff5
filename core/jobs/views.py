"""What ran, what waits, what failed, for référents; and one's own work, for whoever asked for it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.jobs import selectors, services
from core.jobs.models import Run
from core.permissions.guards import requires, signed_in
from core.permissions.viewer import viewer_of
from core.ui.toasts import done
from tenants.work import health, words
from tenants.work.health import Health
from tenants.work.shown import Shown, shown


@requires("jobs.view")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The part that moves asks again by itself; once nothing runs, the whole page comes anew."""
    state = health.read()
    viewer = viewer_of(request)
    begun = [_shown(run, state) for run in selectors.open_runs(viewer)]
    context: dict[str, Any] = {"open": [work for work in begun if work.is_open]}
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true":
        response = render(request, "jobs/index.html#open", context)
        if not context["open"]:
            response.headers["HX-Refresh"] = "true"
        return response
    ended = [_shown(run, state) for run in selectors.ended_runs(viewer)]
    context |= {
        "health": words.summary(state),
        "broken": [work for work in [*begun, *ended] if work.is_broken],
        "ended": [work for work in ended if not work.is_broken],
        "scheduled": selectors.scheduled(viewer.modules),
    }
    return render(request, "jobs/index.html", context)


@signed_in
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """One work: a page of its own without scripts, a bar with them."""
    run = selectors.get_visible_or_404(viewer_of(request), pk)
    one = _shown(run, health.read())
    if request.headers.get("HX-Request") == "true":
        return render(request, "jobs/bar.html", {"run": run, "work": one})
    return render(request, "jobs/work.html", {"run": run, "work": one})


@requires("jobs.view")
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    services.retry(viewer=viewer, run=selectors.get_visible_or_404(viewer, pk))
    done(request, _("Travail relancé."))
    return redirect("jobs:index")


@signed_in
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """By whoever asked for it, or who follows the school's works."""
    viewer = viewer_of(request)
    services.cancel(viewer=viewer, run=selectors.get_visible_or_404(viewer, pk))
    done(request, _("Travail annulé."))
    return redirect("jobs:index" if viewer.can("jobs.view") else "dashboard:home")


def _shown(run: Run, state: Health) -> Shown:
    more: dict[str, Any] = {"who": run.actor.full_name if run.actor else ""}
    one = shown(run, state, **more)
    if one.is_broken and run.retryable:
        one.retry_url = reverse("jobs:retry", args=[run.pk])
    if one.is_open:
        one.cancel_url = reverse("jobs:cancel", args=[run.pk])
    return one
