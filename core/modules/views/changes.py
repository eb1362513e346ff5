"""Applying a change that was shown, its history, undoing, and the preset."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.modules import selectors, services
from core.modules.presets import preset_for
from core.modules.views.proposing import back_from
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui import toasts

PER_PAGE = 20


@requires("modules.manage")
@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Apply what the difference showed."""
    back = back_from(request, reverse("modules:index"))
    proposal = request.POST.get("proposal", "")
    try:
        done = services.accept(
            request.school,  # type: ignore[attr-defined]
            proposal,
            actor=viewer_of(request).person,
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        toasts.done(request, _("C’est fait."), undo_url=reverse("modules:undo", args=[done.pk]))
    return redirect(back)


@requires("modules.manage")
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    page = Paginator(selectors.history(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "modules/history.html", {"page": page})


@requires("modules.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what undoing would change; POST undoes."""
    done = get_object_or_404(selectors.history(), pk=pk)
    viewer = viewer_of(request)
    try:
        if request.method != "POST":
            difference = services.undo_difference(viewer.modules, done)
            return render(request, "modules/undo.html", {"done": done, "difference": difference})
        again = services.undo(viewer.modules.establishment, done, actor=viewer.person)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        toasts.done(request, _("Changement annulé."), undo_url=reverse("modules:undo", args=[again.pk]))
    return redirect("modules:history")


@requires("modules.manage")
@require_safe
def preset(request: HttpRequest) -> HttpResponse:
    """What the preset of this type of school says, what is so now, and the way back to it."""
    modules = viewer_of(request).modules
    wanted = set(preset_for(modules.establishment))
    difference, proposal = services.propose(modules, services.preset_changes(modules))
    rows = [{"state": state, "wanted": state.slug in wanted} for state in modules.offered()]
    context = {"rows": rows, "difference": difference, "proposal": proposal}
    return render(request, "modules/preset.html", context)
