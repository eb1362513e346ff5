"""How long the school keeps what, and what is about to be erased."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.adoption import services as adoption
from core.modules import services as modules
from core.people.web import attempt, form_page
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.privacy import selectors
from core.privacy.forms import DurationsForm, HoldForm
from core.privacy.models import RetentionNotice
from core.privacy.services import retention
from core.privacy.terms import model_called, terms
from core.privacy.views.tabs import tabs
from core.ui import toasts


@requires("privacy.manage")
def durations(request: HttpRequest) -> HttpResponse:
    """The notices of what is past its time, and the months of each kind of data."""
    viewer = viewer_of(request)
    known = terms(viewer.modules)
    form = DurationsForm(request.POST or None, modules=viewer.modules, terms=known)
    if request.method == "POST" and form.is_valid():
        wanted = form.wanted()
        if not wanted or attempt(form, _save, request=request, wanted=wanted):
            toasts.done(request, _("Durées enregistrées."))
            return redirect("privacy:durations")
    context = {
        "notices": [_shown(notice) for notice in selectors.notices_open()],
        "ended": [_shown(notice) for notice in selectors.notices_ended()[:10]],
        "days": viewer.modules["privacy"].settings["delay_days"],
        "tabs": tabs("durations"),
    }
    return form_page(request, form, context, "privacy/durations.html")


def _save(*, request: HttpRequest, wanted: dict[str, dict[str, Any]]) -> Any:
    return modules.change(request.school, wanted, actor=viewer_of(request).person)  # type: ignore[attr-defined]


def _shown(notice: RetentionNotice) -> dict[str, Any]:
    return {"notice": notice, "label": model_called(notice.model)}


@requires("privacy.manage")
def hold_back(request: HttpRequest, pk: int) -> HttpResponse:
    notice = selectors.notice_or_404(pk)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        viewer = viewer_of(request)
        if attempt(form, retention.hold_back, notice=notice, actor=viewer.person, **form.cleaned_data):
            adoption.count("privacy.hold", viewer)
            undo = reverse("privacy:notice_let_go", args=[pk])
            toasts.done(request, _("Rien ne sera effacé avant votre accord."), undo_url=undo)
            return redirect("privacy:durations")
    return form_page(request, form, _shown(notice), "privacy/hold.html")


@requires("privacy.manage")
@require_POST
def let_go(request: HttpRequest, pk: int) -> HttpResponse:
    retention.let_go(notice=selectors.notice_or_404(pk), actor=viewer_of(request).person)
    toasts.done(request, _("Ces données seront effacées à la date annoncée, au plus tôt cette nuit."))
    return redirect("privacy:durations")
