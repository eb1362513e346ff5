"""School years, periods, subjects and rooms: lists that management and référents keep."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.people.web import attempt, form_page
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.structure import services
from core.structure.calendar import calendar_of
from core.structure.forms import ClosureForm, PeriodForm, RoomForm, RowForm, SubjectForm, YearForm
from core.structure.models import Closure, Period, Room, SchoolYear, Subject
from core.ui import toasts


def _tabs(current: str) -> list[dict[str, Any]]:
    places = (("years", _("Années")), ("subjects", _("Matières")), ("rooms", _("Salles")))
    return [
        {"label": label, "url": reverse(f"structure:{n}"), "current": n == current} for n, label in places
    ]


def _saved(
    request: HttpRequest,
    form: RowForm,
    service: Callable[..., Any],
    to: str,
    context: dict[str, Any],
    **row: Any,
) -> HttpResponse:
    """The one shape of all these pages: form, service, back to the list."""
    if form.is_valid():
        values = {**form.values(), **({"version": form.seen} if form.instance.pk else {})}
        if attempt(form, service, actor=viewer_of(request).person, **row, **values):
            toasts.done(request, _("Enregistré."))
            return redirect(to)
    return form_page(request, form, {"away": reverse(to), **context}, "structure/form.html")


# --- Years ----------------------------------------------------------------------------------------------
@requires("structure.manage")
def years(request: HttpRequest) -> HttpResponse:
    rows = list(SchoolYear.objects.prefetch_related("periods", "closures"))
    calendar = calendar_of(request.school)  # type: ignore[attr-defined]
    for row in rows:
        row.days_off = calendar.days_off(row.starts_on, row.ends_on)  # type: ignore[attr-defined]
    context = {"years": rows, "zone": calendar.zone, "tabs": _tabs("years")}
    return render(request, "structure/years.html", context)


@requires("structure.manage")
def year_create(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Nouvelle année scolaire")}
    return _saved(request, YearForm(request.POST or None), services.create_year, "structure:years", context)


@requires("structure.manage")
def year_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(SchoolYear, pk=pk)
    form, context = YearForm(request.POST or None, instance=row), {"title": row.label}
    return _saved(request, form, services.update_year, "structure:years", context, year=row)


@requires("structure.manage")
@require_POST
def year_current(request: HttpRequest, pk: int) -> HttpResponse:
    row = services.set_current_year(
        year=get_object_or_404(SchoolYear, pk=pk), actor=viewer_of(request).person
    )
    toasts.done(request, _("%(year)s est l’année en cours.") % {"year": row.label})
    return redirect("structure:years")


@requires("structure.manage")
def period_create(request: HttpRequest, pk: int) -> HttpResponse:
    year = get_object_or_404(SchoolYear, pk=pk)
    form = PeriodForm(request.POST or None, initial={"number": year.periods.count() + 1})
    context = {"title": _("Nouvelle période"), "lead": year.label}
    return _saved(request, form, services.create_period, "structure:years", context, year=year)


@requires("structure.manage")
def period_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Period.objects.select_related("year"), pk=pk)
    form = PeriodForm(request.POST or None, instance=row)
    context = {"title": row.name, "delete_url": reverse("structure:period_delete", args=[pk])}
    fresh = get_object_or_404(Period.objects.select_related("year"), pk=pk)
    return _saved(request, form, services.update_period, "structure:years", context, period=fresh)


@requires("structure.manage")
@require_POST
def period_delete(request: HttpRequest, pk: int) -> HttpResponse:
    services.delete_period(period=get_object_or_404(Period, pk=pk), actor=viewer_of(request).person)
    toasts.done(request, _("Période supprimée."))
    return redirect("structure:years")


# --- Days on which the school is closed --------------------------------------------------------------------
@requires("structure.manage")
def closure_create(request: HttpRequest, pk: int) -> HttpResponse:
    year = get_object_or_404(SchoolYear, pk=pk)
    context = {"title": _("Nouvelle fermeture"), "lead": year.label}
    form = ClosureForm(request.POST or None)
    return _saved(request, form, services.create_closure, "structure:years", context, year=year)


@requires("structure.manage")
def closure_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Closure.objects.select_related("year"), pk=pk)
    form = ClosureForm(request.POST or None, instance=row)
    context = {"title": row.name, "delete_url": reverse("structure:closure_delete", args=[pk])}
    fresh = get_object_or_404(Closure.objects.select_related("year"), pk=pk)
    return _saved(request, form, services.update_closure, "structure:years", context, closure=fresh)


@requires("structure.manage")
@require_POST
def closure_delete(request: HttpRequest, pk: int) -> HttpResponse:
    services.delete_closure(closure=get_object_or_404(Closure, pk=pk), actor=viewer_of(request).person)
    toasts.done(request, _("Fermeture supprimée."))
    return redirect("structure:years")


# --- Subjects -------------------------------------------------------------------------------------------
@requires("structure.manage")
def subjects(request: HttpRequest) -> HttpResponse:
    context = {"rows": Subject.objects.all(), "tabs": _tabs("subjects")}
    return render(request, "structure/subjects.html", context)


@requires("structure.manage")
def subject_create(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Nouvelle matière")}
    form = SubjectForm(request.POST or None)
    return _saved(request, form, services.create_subject, "structure:subjects", context)


@requires("structure.manage")
def subject_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Subject, pk=pk)
    form = SubjectForm(request.POST or None, instance=row)
    context = {
        "title": _("Modifier la matière"),
        "delete_url": reverse("structure:subject_delete", args=[pk]),
    }
    return _saved(request, form, services.update_subject, "structure:subjects", context, subject=row)


@requires("structure.manage")
@require_POST
def subject_delete(request: HttpRequest, pk: int) -> HttpResponse:
    services.delete_subject(subject=get_object_or_404(Subject, pk=pk), actor=viewer_of(request).person)
    toasts.done(request, _("Matière supprimée."))
    return redirect("structure:subjects")


# --- Rooms ----------------------------------------------------------------------------------------------
@requires("structure.manage")
def rooms(request: HttpRequest) -> HttpResponse:
    return render(request, "structure/rooms.html", {"rows": Room.objects.all(), "tabs": _tabs("rooms")})


@requires("structure.manage")
def room_create(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Nouvelle salle")}
    return _saved(request, RoomForm(request.POST or None), services.create_room, "structure:rooms", context)


@requires("structure.manage")
def room_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Room, pk=pk)
    form = RoomForm(request.POST or None, instance=row)
    context = {"title": _("Modifier la salle"), "delete_url": reverse("structure:room_delete", args=[pk])}
    return _saved(request, form, services.update_room, "structure:rooms", context, room=row)


@requires("structure.manage")
@require_POST
def room_delete(request: HttpRequest, pk: int) -> HttpResponse:
    services.delete_room(room=get_object_or_404(Room, pk=pk), actor=viewer_of(request).person)
    toasts.done(request, _("Salle supprimée."))
    return redirect("structure:rooms")
