"""From a draft to families: the counted page, the reminder, and the ways back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Conflict, DomainError
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.toasts import done
from core.ui.typography import counted
from modules.liaison import selectors, services
from modules.liaison.choices import Status
from modules.liaison.forms import SeenForm
from modules.liaison.models import Note
from modules.liaison.selectors.preview import missing_hints
from modules.liaison.views.parts import about


@requires("liaison.view")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The last page before families: the note as they will see it, who they are, what to know first."""
    viewer = viewer_of(request)
    note = selectors.get_visible_or_404(viewer, pk)
    rights = selectors.rights_on(viewer, note)
    if not rights.publish:
        return _check_page(request, note) if rights.unschedule else redirect("liaison:note", pk)
    form = SeenForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _check_page(request, note)
    if not form.is_valid():
        unread = DomainError("unread", _("Vérifiez les destinataires, puis recommencez."))
        return _check_page(request, note, error=unread)
    try:
        note = services.publish(viewer=viewer, note=note, **form.cleaned_data)
    except DomainError as error:
        return _check_page(request, note, error=error)
    if note.status == Status.SCHEDULED:
        done(request, _("Parution programmée."), undo_url=reverse("liaison:unschedule", args=[pk]))
        return redirect("liaison:notes")
    done(request, _("Mot publié."), undo_url=reverse("liaison:withdraw", args=[pk]))
    return redirect("liaison:board", pk)


def _check_page(request: HttpRequest, note: Note, *, error: DomainError | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    fresh = selectors.get_visible_or_404(viewer, note.pk)
    preview = selectors.preview_of(fresh, viewer)
    context = about(viewer, fresh) | {
        "preview": preview,
        "hints": missing_hints(fresh),
        "error": error,
        "form": SeenForm(initial={"version": fresh.version, "seen": preview.fingerprint}),
        "now": timezone.now(),
    }
    status = 409 if isinstance(error, Conflict) else 422 if error else 200
    return render(request, "liaison/check.html", context, status=status)


@dataclass(frozen=True)
class Move:
    """One step back or forth: the service, what the toast says, the step that undoes it, where one lands."""

    service: Callable[..., Note]
    says: Any
    undo: str = ""
    lands: str = "liaison:board"


MOVES = {
    "unschedule": Move(
        services.unschedule, gettext_lazy("C’est de nouveau un brouillon."), lands="liaison:check"
    ),
    "close": Move(services.close, gettext_lazy("Mot clos."), undo="liaison:reopen"),
    "reopen": Move(services.reopen, gettext_lazy("Mot rouvert."), undo="liaison:close"),
    "withdraw": Move(
        services.withdraw, gettext_lazy("Mot retiré\u00a0: les familles ne le voient plus."), undo="liaison:restore"
    ),
    "restore": Move(services.restore, gettext_lazy("Mot remis en ligne."), undo="liaison:withdraw"),
    "discard": Move(
        services.discard, gettext_lazy("Brouillon supprimé."), undo="liaison:recover", lands="liaison:notes"
    ),
    "recover": Move(services.recover, gettext_lazy("Brouillon récupéré."), lands="liaison:check"),
}


@requires("liaison.view")
@require_POST
def move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    viewer = viewer_of(request)
    note = selectors.written_or_404(viewer, pk, verb)
    step = MOVES[verb]
    step.service(viewer=viewer, note=note)
    done(request, str(step.says), undo_url=reverse(step.undo, args=[pk]) if step.undo else "")
    return redirect(step.lands, *([] if step.lands == "liaison:notes" else [pk]))


@requires("liaison.view")
@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """One click: to those who have not answered, and only to them."""
    viewer = viewer_of(request)
    note = selectors.written_or_404(viewer, pk, "record")
    families = services.remind(viewer=viewer, note=note)
    words = counted(families, _("famille relancée"), _("familles relancées"))
    done(request, _("%(families)s.") % {"families": words})
    return redirect("liaison:board", pk)


@requires("liaison.view")
@require_POST
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the note to those who have come since."""
    viewer = viewer_of(request)
    note = selectors.written_or_404(viewer, pk, "amend")
    added = services.extend(viewer=viewer, note=note)
    done(request, counted(added, _("élève ajouté"), _("élèves ajoutés")))
    return redirect("liaison:board", pk)
