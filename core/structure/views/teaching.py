"""Teaching services and substitutions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.people.choices import Role
from core.people.records import version_of
from core.people.web import attempt, done, form_page, one_of, pick
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.structure import grid, pages, services
from core.structure.forms import EndForm, NewServiceForm, ServiceForm, SubstitutionForm
from core.structure.models import SchoolYear, Substitution, TeachingService
from core.structure.selectors import current_year, get_visible_class_or_404, get_visible_group_or_404
from core.ui import toasts


@requires("structure.manage")
def add_to_class(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_visible_class_or_404(viewer_of(request), pk)
    return _add(request, found, reverse("structure:class", args=[pk]), school_class=found)


@requires("structure.manage")
def add_to_group(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_visible_group_or_404(viewer_of(request), pk)
    return _add(request, found, reverse("structure:group", args=[pk]), group=found)


def _add(request: HttpRequest, found: Any, away: str, **taught: Any) -> HttpResponse:
    viewer = viewer_of(request)
    teachers = pages.candidates(viewer, Role.TEACHER)
    form = NewServiceForm(request.POST or None, candidates=teachers)
    if form.is_valid():
        values = dict(form.cleaned_data)
        teacher = values.pop("person")
        if attempt(form, services.create_service, teacher=teacher, actor=viewer.person, **taught, **values):
            toasts.done(request, _("Service d’enseignement enregistré."))
            return redirect(away)
    context = {
        "title": _("Ajouter un enseignant"),
        "lead": found.name,
        "pick": pick(request, teachers, label=_("Enseignant")),
        "submit": _("Ajouter"),
        "away": away,
    }
    return form_page(request, form, context, "structure/pick_form.html")


@requires("structure.manage")
def service(request: HttpRequest, pk: int) -> HttpResponse:
    """Subject and dates of a service, its end, and who stands in."""
    row = _service(pk)
    form = ServiceForm(request.POST or None, instance=row)
    actor = viewer_of(request).person
    if form.is_valid() and attempt(
        form, services.update_service, service=row, actor=actor, version=form.seen, **form.values()
    ):
        toasts.done(request, _("Service enregistré."))
        return redirect("structure:service", pk)
    context = {**pages.service_page(_service(pk)), "title": _("Service d’enseignement"), "away": _away(row)}
    return form_page(request, form, context, "structure/service.html")


@requires("structure.manage")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    row = _service(pk)
    form = EndForm(request.POST or None, initial={"version": version_of(row)})
    actor = viewer_of(request).person
    if form.is_valid() and done(
        form, services.end_service, service=row, actor=actor, version=form.seen, **form.values()
    ):
        toasts.done(request, _("Le service a pris fin."))
        return redirect(_away(row))
    context = {
        "title": _("Terminer le service"),
        "lead": str(row),
        "submit": _("Terminer"),
        "away": _away(row),
    }
    return form_page(request, form, context, "structure/form.html")


@requires("structure.manage")
def substitute(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody stands in between two days, and sees meanwhile what the holder sees."""
    viewer, row = viewer_of(request), _service(pk)
    teachers = pages.candidates(viewer, Role.TEACHER).exclude(pk=row.teacher_id)
    form = SubstitutionForm(request.POST or None, candidates=teachers)
    if form.is_valid():
        values = dict(form.cleaned_data)
        other = values.pop("person")
        if attempt(
            form, services.add_substitution, service=row, substitute=other, actor=viewer.person, **values
        ):
            toasts.done(request, _("Remplacement enregistré."))
            return redirect("structure:service", pk)
    context = {
        "title": _("Prévoir un remplacement"),
        "lead": str(row),
        "pick": pick(request, teachers, label=_("Remplaçant")),
        "submit": _("Enregistrer le remplacement"),
        "away": reverse("structure:service", args=[pk]),
    }
    return form_page(request, form, context, "structure/pick_form.html")


@requires("structure.manage")
@require_POST
def end_substitution(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Substitution, pk=pk)
    services.end_substitution(substitution=row, actor=viewer_of(request).person)
    toasts.done(request, _("Le remplacement a pris fin."))
    return redirect("structure:service", row.service_id)


@requires("structure.manage")
@require_safe
def services_grid(request: HttpRequest) -> HttpResponse:
    """Who teaches what: by class with the gaps, or by teacher (`?par=enseignant`)."""
    year = one_of(SchoolYear.objects.all(), request.GET.get("annee")) or current_year()
    if year is None:
        return redirect("structure:years")
    context: dict[str, Any] = {"year": year, "years": SchoolYear.objects.all(), "by": request.GET.get("par", "")}
    if context["by"] == "enseignant":
        context["lines"] = grid.by_teacher(year)
    else:
        context["tables"] = grid.by_level(year, viewer_of(request).modules.establishment.type)
    return render(request, "structure/grid.html", context)


def _service(pk: int) -> TeachingService:
    rows = TeachingService.objects.select_related("teacher", "subject", "school_class", "group")
    return get_object_or_404(rows, pk=pk)


def _away(row: TeachingService) -> str:
    if row.school_class_id:
        return reverse("structure:class", args=[row.school_class_id])
    return reverse("structure:group", args=[row.group_id])
