"""Sending files, seeing what they change, applying it and taking it back."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.adoption import services as adoption
from core.imports import pages, selectors, services
from core.imports.forms import ConfirmForm, SendForm
from core.imports.models import Action, Kind, Run
from core.imports.neutral import Level
from core.people.web import attempt, form_page, number_in
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui import sheets, toasts

_MANAGE = "imports.manage"
# The column that comes last in what is to be corrected
_REASON = "Motif"


def _page_number(request: HttpRequest) -> int:
    return max(number_in(request.GET.get("page")) or 1, 1)


@requires(_MANAGE)
def index(request: HttpRequest) -> HttpResponse:
    """Send files; the imports so far."""
    form = SendForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        actor = viewer_of(request).person
        given = form.cleaned_data
        run = attempt(form, services.receive, uploads=given["sent"], format=given["format"], actor=actor)
        if run:
            return redirect("imports:run", run.pk)
    return form_page(request, form, pages.history(request.GET.get("page")), "imports/index.html")


@requires(_MANAGE)
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; what it changes; what it has changed. While it moves, the bar asks again by itself."""
    run = selectors.get_run_or_404(pk)
    context = pages.run_page(run)
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true":
        if run.is_moving:
            return render(request, "imports/run.html#moving", context)
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "imports/run.html", {"form": ConfirmForm(), **context})


@requires(_MANAGE)
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Which people, links or classes are created, changed, removed."""
    run = selectors.get_run_or_404(pk)
    kind, action = request.GET.get("quoi", ""), request.GET.get("action", "")
    if kind not in Kind.values or action not in Action.values:
        return redirect("imports:run", pk)
    context = pages.detail_page(run, kind=kind, action=action, number=_page_number(request))
    return render(request, "imports/detail.html", context)


@requires(_MANAGE)
@require_safe
def remarks(request: HttpRequest, pk: int) -> HttpResponse:
    """What the source holds that could not be taken, or not whole."""
    run = selectors.get_run_or_404(pk)
    level = request.GET.get("niveau", Level.REFUSED)
    if level not in set(Level):
        raise Http404("no such level")
    context = pages.remarks_page(run, level=level, number=_page_number(request))
    return render(request, "imports/remarks.html", context)


@requires(_MANAGE)
@require_safe
def refused(request: HttpRequest, pk: int, extension: str) -> HttpResponse:
    """The refused records with their reasons, to correct and send again."""
    run = selectors.get_run_or_404(pk)
    rows = list(selectors.refused_rows(run))
    if not rows or extension not in {"csv", "xlsx"}:
        raise Http404("nothing refused")
    answer = sheets.xlsx_answer if extension == "xlsx" else sheets.csv_answer
    head = sorted(dict.fromkeys(name for row in rows for name in row), key=lambda name: name == _REASON)
    return answer(f"refus-{run.pk}", head, ([row.get(name, "") for name in head] for row in rows))


@requires(_MANAGE)
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    run = selectors.get_run_or_404(pk)
    form = ConfirmForm(request.POST)
    form.is_valid()
    viewer, confirmed = viewer_of(request), form.cleaned_data.get("confirmed", False)
    if attempt(form, services.start_apply, run=run, actor=viewer.person, confirmed=confirmed):
        adoption.count("imports.apply", viewer)
        return redirect("imports:run", pk)
    return form_page(request, form, pages.run_page(run), "imports/run.html")


@requires(_MANAGE)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    services.cancel(run=selectors.get_run_or_404(pk), actor=viewer_of(request).person)
    toasts.done(request, _("Import abandonné. Rien n’a changé."))
    return redirect("imports:index")


@requires(_MANAGE)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the last applied import back; what could not be is said on its page."""
    run: Run = selectors.get_run_or_404(pk)
    undone: dict[str, Any] = services.undo(run=run, actor=viewer_of(request).person).report.get("undo", {})
    kept = undone.get("kept", 0)
    said = _("Import annulé, sauf ce qui a servi depuis.") if kept else _("Import annulé.")
    toasts.done(request, said)
    return redirect("imports:run", pk)
