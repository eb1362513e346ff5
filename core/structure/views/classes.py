"""Classes: the list, each one's page, and who is in it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.adoption import services as adoption
from core.people.choices import Role
from core.people.records import version_of
from core.people.web import attempt, done, form_page, one_of, pick
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.structure import pages, services
from core.structure.forms import ClassForm, EndForm, MainTeacherForm, PeopleForm
from core.structure.models import ClassMembership, SchoolYear
from core.structure.selectors import current_year, get_visible_class_or_404, years_visible_to
from core.ui import toasts
from core.ui.typography import counted


@requires("structure.view")
def classes(request: HttpRequest) -> HttpResponse:
    """The classes and groups of the current year, or of another one that the viewer had (`?annee=3`)."""
    viewer = viewer_of(request)
    asked = one_of(years_visible_to(viewer), request.GET.get("annee"))
    context = pages.classes_page(viewer, asked or current_year())
    return render(request, "structure/classes.html", context)


@requires("structure.view")
def school_class(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    found = get_visible_class_or_404(viewer, pk)
    adoption.count("structure.class", viewer)
    return render(request, "structure/class.html", pages.class_page(viewer, found))


@requires("structure.manage")
def create(request: HttpRequest) -> HttpResponse:
    year = one_of(SchoolYear.objects.all(), request.GET.get("annee")) or current_year()
    if year is None:
        return redirect("structure:years")
    form = ClassForm(request.POST or None)
    if form.is_valid():
        made = attempt(
            form, services.create_class, year=year, actor=viewer_of(request).person, **form.values()
        )
        if made:
            toasts.done(request, _("Classe créée."))
            return redirect("structure:class", made.pk)
    context = {"title": _("Nouvelle classe"), "lead": str(year), "submit": _("Créer la classe")}
    return form_page(request, form, {**context, "back": "structure:classes"})


@requires("structure.manage")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_visible_class_or_404(viewer_of(request), pk)
    form = ClassForm(request.POST or None, instance=found)
    if form.is_valid() and attempt(
        form,
        services.update_class,
        school_class=found,
        actor=viewer_of(request).person,
        version=form.seen,
        **form.values(),
    ):
        toasts.done(request, _("Classe enregistrée."))
        return redirect("structure:class", pk)
    context = {"title": _("Modifier la classe"), "away": reverse("structure:class", args=[pk])}
    context["delete_url"] = reverse("structure:class_delete", args=[pk])
    return form_page(request, form, context, "structure/form.html")


@requires("structure.manage")
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_visible_class_or_404(viewer_of(request), pk)
    services.delete_class(school_class=found, actor=viewer_of(request).person)
    toasts.done(request, _("Classe supprimée."))
    return redirect("structure:classes")


@requires("structure.manage")
def add_pupils(request: HttpRequest, pk: int) -> HttpResponse:
    """Pupils enter the class; all of those chosen or none."""
    viewer = viewer_of(request)
    found = get_visible_class_or_404(viewer, pk)
    pupils = pages.candidates(viewer, Role.PUPIL)
    form = PeopleForm(request.POST or None, candidates=pupils)
    if form.is_valid():
        chosen = list(form.cleaned_data["person"])
        day = form.cleaned_data["starts_on"]
        if attempt(
            form,
            services.add_pupils_to_class,
            school_class=found,
            pupils=chosen,
            actor=viewer.person,
            starts_on=day,
        ):
            toasts.done(
                request, _("%(pupils)s dans la classe.") % {"pupils": counted(len(chosen), "élève", "élèves")}
            )
            return redirect("structure:class", pk)
    return _picking(request, form, pupils, found, title=_("Ajouter des élèves"), label=_("Élèves"), many=True)


@requires("structure.manage")
def add_main_teacher(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    found = get_visible_class_or_404(viewer, pk)
    teachers = pages.candidates(viewer, Role.TEACHER)
    form = MainTeacherForm(request.POST or None, candidates=teachers)
    if form.is_valid() and attempt(
        form,
        services.add_main_teacher,
        school_class=found,
        teacher=form.cleaned_data["person"],
        starts_on=form.cleaned_data["starts_on"],
        actor=viewer.person,
    ):
        toasts.done(request, _("Professeur principal enregistré."))
        return redirect("structure:class", pk)
    return _picking(
        request, form, teachers, found, title=_("Ajouter un professeur principal"), label=_("Enseignant")
    )


def _picking(
    request: HttpRequest, form: Any, people: Any, found: Any, *, title: str, label: str, many: bool = False
) -> HttpResponse:
    context = {
        "title": title,
        "lead": found.name,
        "pick": pick(request, people, label=label, many=many),
        "submit": _("Ajouter"),
        "away": reverse("structure:class", args=[found.pk]),
    }
    return form_page(request, form, context, "structure/pick_form.html")


@requires("structure.manage")
def end_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's last day in a class."""
    viewer = viewer_of(request)
    row = get_object_or_404(ClassMembership.objects.select_related("person", "school_class"), pk=pk)
    form = EndForm(request.POST or None, initial={"version": version_of(row)})
    away = reverse("structure:class", args=[row.school_class_id])
    if form.is_valid():
        values = {"version": form.seen, **form.values()}
        if done(form, services.end_class_membership, membership=row, actor=viewer.person, **values):
            toasts.done(request, _("%(name)s quitte la classe.") % {"name": row.person.full_name})
            return redirect(away)
    title = _("Retirer de %(name)s") % {"name": row.school_class.name}
    context = {
        "title": title,
        "lead": row.person.full_name,
        "submit": _("Retirer de la classe"),
        "away": away,
    }
    return form_page(request, form, context, "structure/form.html")
