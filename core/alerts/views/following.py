"""Following an alert: the board, what is said next, pupils who are found, the end, the report."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.adoption import services as adoption
from core.alerts import report as reports
from core.alerts import rules, selectors, services
from core.alerts.forms import EndForm, SayForm
from core.alerts.models import Alert
from core.alerts.rules import FOLLOW, SEND
from core.alerts.views.parts import fingerprint, moving
from core.people.web import attempt, form_page
from core.permissions.guards import requires
from core.permissions.viewer import Viewer, viewer_of
from core.ui import printing, sheets, toasts


@requires(FOLLOW)
@require_safe
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """Help first, then who is missing, then who has said nothing; it moves by itself."""
    viewer = viewer_of(request)
    found = selectors.get_followed_or_404(viewer, pk)
    made = selectors.board(viewer, found)
    context = {"alert": found, "board": made, **_rights(viewer, found)}
    if rules.may_say(found, viewer):
        context |= {"say_form": SayForm(), "updates": list(found.updates.order_by("-at", "-pk"))}
    return moving(request, "alerts/board.html", "live", context, _seen(made))


def _seen(made: selectors.Board) -> str:
    return fingerprint(
        made.alert.ended_at,
        [(line.person.pk, line.answer.pk if line.answer else 0) for line in (*made.silent, *made.safe)],
        [(row.pk, row.found_at) for row in (*made.missing, *made.found)],
        [(line.school_class.pk, line.pupils) for line in (*made.waiting, *made.counted)],
    )


def _rights(viewer: Viewer, alert: Alert) -> dict[str, Any]:
    return {"may_say": rules.may_say(alert, viewer), "may_end": rules.may_end(alert, viewer)}


@requires(SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """More for the same people."""
    viewer = viewer_of(request)
    found = selectors.get_visible_or_404(viewer, pk)
    form = SayForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if attempt(form, services.say, viewer=viewer, alert=found, text=given["text"], key=given["key"]):
            toasts.done(request, _("La suite est partie."))
            return redirect("alerts:board", found.pk)
    return form_page(request, form, {"alert": found}, "alerts/say.html")


@requires(SEND)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The last word: everybody is told, and the banner goes."""
    viewer = viewer_of(request)
    found = selectors.get_visible_or_404(viewer, pk)
    form = EndForm(request.POST or None, alert=found)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if attempt(form, services.end, viewer=viewer, alert=found, text=given["text"], key=given["key"]):
            toasts.done(request, _("Fin annoncée à tous. Voici le bilan."))
            return redirect("alerts:report", found.pk)
    context = {"alert": found, "board": selectors.board(viewer, found), **_rights(viewer, found)}
    return form_page(request, form, context, "alerts/end.html")


@requires(FOLLOW)
@require_POST
def found(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    viewer = viewer_of(request)
    alert = selectors.get_followed_or_404(viewer, pk)
    pupil = selectors.missing_or_404(alert, row)
    services.found(viewer=viewer, row=pupil)
    undo = reverse("alerts:lost", args=[pk, row])
    toasts.done(request, _("%(name)s est retrouvé.") % {"name": pupil.pupil.full_name}, undo_url=undo)
    return redirect("alerts:board", pk)


@requires(FOLLOW)
@require_POST
def lost(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """The undo of `found`."""
    viewer = viewer_of(request)
    alert = selectors.get_followed_or_404(viewer, pk)
    services.lost(viewer=viewer, row=selectors.missing_or_404(alert, row))
    return redirect("alerts:board", pk)


# --- The report ---------------------------------------------------------------------------------------------
@requires(FOLLOW)
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    alert = selectors.get_followed_or_404(viewer, pk)
    adoption.count("alerts.report", viewer)
    missing = "" if printing.available() else printing.MISSING
    return render(request, "alerts/report.html", {"report": reports.of(alert), "alert": alert, "no_pdf": missing})


@requires(FOLLOW)
@require_safe
def report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same on paper; as a page to print where the server cannot make PDF."""
    viewer = viewer_of(request)
    alert = selectors.get_followed_or_404(viewer, pk)
    context = {
        "report": reports.of(alert),
        "alert": alert,
        "school": viewer.modules.establishment,
        "today": timezone.localdate(),
        "fonts": printing.fonts() if printing.available() else "",
    }
    html = render_to_string("alerts/report_paper.html", context)
    services.note_export(viewer=viewer, alert=alert)
    if printing.available():
        return sheets.download(printing.pdf(html), f"{_name(alert)}.pdf", printing.PDF)
    return sheets.download(html, f"{_name(alert)}.html", printing.HTML)


@requires(FOLLOW)
@require_safe
def report_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """One line for each of the staff."""
    viewer = viewer_of(request)
    alert = selectors.get_followed_or_404(viewer, pk)
    services.note_export(viewer=viewer, alert=alert)
    return sheets.csv_answer(_name(alert), reports.head(), reports.rows(alert))


def _name(alert: Alert) -> str:
    kind = "exercice" if alert.drill else "alerte"
    return f"bilan-{kind}-{timezone.localtime(alert.started_at):%Y-%m-%d-%H%M}"
