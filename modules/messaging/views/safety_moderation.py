"""The queue of messages that a moderator reads before they leave."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.people.web import attempt
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.toasts import done
from modules.messaging.choices import DraftState
from modules.messaging.forms_safety import SendBackForm
from modules.messaging.models import Draft
from modules.messaging.safety import queue as services
from modules.messaging.views.safety import page

_SHOWN = 30


@requires("messaging.moderate")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    rows = [services.held(viewer, draft) for draft in services.waiting(viewer)[:_SHOWN]]
    context = page(request, "moderation", rows=rows, form=SendBackForm(), total=services.waiting_count(viewer))
    return render(request, "messaging/safety/moderation.html", context)


@requires("messaging.moderate")
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    left = services.approve(viewer=viewer, draft=services.get_or_404(viewer, pk))
    if not isinstance(left, Draft):
        sentence = _("Le message est parti.")
    elif left.state == DraftState.REFUSED:
        sentence = _("Le message ne peut pas partir pour une autre raison\u00a0: son auteur est prévenu.")
    else:
        sentence = _("Le message est accepté\u00a0: il partira à son heure.")
    done(request, sentence)
    return redirect("messaging:moderation")


@requires("messaging.moderate")
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    draft = services.get_or_404(viewer, pk)
    form = SendBackForm(request.POST)
    if form.is_valid() and attempt(
        form, services.send_back, viewer=viewer, draft=draft, word=form.cleaned_data["word"]
    ):
        done(request, _("Le message est renvoyé à son auteur."))
        return redirect("messaging:moderation")
    rows = [services.held(viewer, draft)]
    context = page(request, "moderation", rows=rows, form=form, total=services.waiting_count(viewer))
    return render(request, "messaging/safety/moderation.html", context, status=422)
