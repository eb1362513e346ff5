"""One's own quiet: blocked correspondents, and the message that answers while one is away."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.people.choices import STAFF
from core.people.models import Person
from core.people.web import attempt, form_page
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.toasts import done
from modules.messaging.forms_safety import AbsenceForm
from modules.messaging.models import Copy
from modules.messaging.safety import absences
from modules.messaging.safety import blocks as services


@requires("messaging.view")
@require_safe
def blocks(request: HttpRequest) -> HttpResponse:
    """Whom one has blocked."""
    viewer = viewer_of(request)
    if viewer.roles & STAFF:
        raise Http404("staff block nobody")
    context = {"rows": services.blocked_by(viewer), "name": viewer.modules["messaging"].name}
    return render(request, "messaging/safety/blocks.html", context)


@requires("messaging.view")
@require_POST
def block(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody who has written to the viewer; all others are not there."""
    viewer = viewer_of(request)
    written = Copy.objects.filter(person=viewer.person, message__sender=pk)
    person = get_object_or_404(Person.objects.filter(pk__in=written.values("message__sender")), pk=pk)
    services.block(viewer=viewer, person=person)
    text = _("%(name)s ne peut plus vous écrire.") % {"name": person.full_name}
    done(request, text, undo_url=reverse("messaging:unblock", args=[pk]))
    return redirect("messaging:blocks")


@requires("messaging.view")
@require_POST
def unblock(request: HttpRequest, pk: int) -> HttpResponse:
    if not services.unblock(viewer=viewer_of(request), person_id=pk):
        raise Http404(pk)
    done(request, _("Cette personne peut de nouveau vous écrire."))
    return redirect("messaging:blocks")


@requires("messaging.write")
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest) -> HttpResponse:
    """From when until when one is away, what is answered, and who stands in."""
    viewer = viewer_of(request)
    if not viewer.roles & STAFF:
        raise Http404("only staff announce absences")
    row = absences.own(viewer)
    form = AbsenceForm(
        request.POST if request.method == "POST" else None, substitutes=absences.substitutes(viewer),
        initial={
            "away_from": row.away_from, "away_until": row.away_until, "away_text": row.away_text,
            "substitute": row.substitute_id,
        },
    )  # fmt: skip
    if form.is_valid():
        given = form.cleaned_data
        kept = attempt(
            form, absences.announce, viewer=viewer, since=given["away_from"], until=given["away_until"],
            text=given["away_text"], substitute=given["substitute"],
        )  # fmt: skip
        if kept:
            done(request, _("Absence annoncée."))
            return redirect("messaging:absence")
    context = {"row": row, "name": viewer.modules["messaging"].name}
    return form_page(request, form, context, "messaging/safety/absence.html")


@requires("messaging.write")
@require_POST
def absence_end(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    if not viewer.roles & STAFF:
        raise Http404("only staff announce absences")
    absences.come_back(viewer=viewer)
    done(request, _("Vous n’êtes plus annoncé comme absent."))
    return redirect("messaging:absence")
