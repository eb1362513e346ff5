"""Reporting a message, and what moderators do about it."""

from collections.abc import Callable

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.people.web import attempt, form_page
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.toasts import done
from modules.messaging.forms_safety import ReportForm, WordForm
from modules.messaging.safety import blocks
from modules.messaging.safety import reports as services
from modules.messaging.views.safety import page

_FORM = require_http_methods(["GET", "HEAD", "POST"])
_PAGE = 25


@requires("messaging.view")
@_FORM
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """By a recipient, with a reason; whoever may also be blocked is offered to be."""
    viewer = viewer_of(request)
    message = services.get_reportable_or_404(viewer, pk)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and attempt(form, services.report, viewer=viewer, message=message, **form.cleaned_data):
        done(request, _("Signalement envoyé. L’établissement va lire ce message."))
        return redirect("messaging:thread", message.conversation_id)
    sender = message.sender
    may_block = sender is not None and blocks.may_block(viewer, sender)
    context = {"message": message, "may_block": may_block, "sender": sender}
    return form_page(request, form, context, "messaging/safety/report.html")


@requires("messaging.moderate")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, then what was decided."""
    viewer = viewer_of(request)
    past = Paginator(services.decided(viewer), _PAGE).get_page(request.GET.get("page"))
    context = page(request, "reports", waiting=services.open_messages(viewer)[:100], past=past)
    return render(request, "messaging/safety/reports.html", context)


@requires("messaging.moderate")
@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    found = services.get_case_or_404(viewer, pk)
    context = page(request, "reports", case=found, form=WordForm(), may_suspend=viewer.can("messaging.suspend"))
    return render(request, "messaging/safety/case.html", context)


@requires("messaging.moderate")
@require_POST
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """`dismiss`, `settle` or `remove`."""
    viewer = viewer_of(request)
    found = services.get_case_or_404(viewer, pk)
    form = WordForm(request.POST)
    word = form.cleaned_data["word"] if form.is_valid() else ""
    verbs: dict[str, Callable[..., int]] = {"settle": services.settle, "remove": services.remove}
    if attempt(form, verbs.get(verb, services.dismiss), viewer=viewer, message=found.message, word=word) is None:
        context = page(request, "reports", case=found, form=form, may_suspend=viewer.can("messaging.suspend"))
        return form_page(request, form, context, "messaging/safety/case.html")
    if verb == "remove":
        undo = reverse("messaging:report_restore", args=[pk])
        done(request, _("Message retiré de toutes les boîtes."), undo_url=undo)
    else:
        done(request, _("Signalement traité."))
    return redirect("messaging:reports")


@requires("messaging.moderate")
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    services.restore(viewer=viewer, message=services.get_case_or_404(viewer, pk).message)
    done(request, _("Message remis dans les boîtes."))
    return redirect("messaging:report_case", pk)
