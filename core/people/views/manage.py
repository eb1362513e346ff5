"""Creating and correcting people, their roles, departure and return."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.people import rules, services
from core.people.forms import DepartureForm, NewPersonForm, PersonForm, RolesForm
from core.people.records import version_of
from core.people.selectors import details_visible, get_visible_or_404
from core.people.web import attempt, form_page
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui import toasts


@requires("people.manage")
def create(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    details = rules.details(viewer.roles, viewer.codes, rules.Relation())
    form = NewPersonForm(request.POST or None, details=details)
    if form.is_valid():
        made = attempt(form, services.create_person, actor=viewer.person, **form.values())
        if made:
            toasts.done(request, _("%(name)s est dans l’annuaire.") % {"name": made.full_name})
            return redirect("people:person", made.pk)
    context = {"title": _("Nouvelle personne"), "submit": _("Créer la fiche"), "back": "people:directory"}
    return form_page(request, form, context, "people/create.html")


@requires("people.manage")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    person = get_visible_or_404(viewer, pk)
    form = PersonForm(request.POST or None, instance=person, details=details_visible(viewer, person))
    if form.is_valid() and attempt(
        form, services.update_person, person=person, actor=viewer.person, version=form.seen, **form.values()
    ):
        toasts.done(request, _("Fiche enregistrée."))
        return redirect("people:person", pk)
    return form_page(request, form, {"person": person, "title": _("Modifier la fiche")})


@requires("people.manage")
def roles(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    person = get_visible_or_404(viewer, pk)
    form = RolesForm(request.POST or None, initial={"roles": person.roles, "version": version_of(person)})
    if form.is_valid() and attempt(
        form, services.set_roles, person=person, actor=viewer.person, version=form.seen, **form.values()
    ):
        toasts.done(request, _("Rôles enregistrés."))
        return redirect("people:person", pk)
    return form_page(
        request, form, {"person": person, "title": _("Rôles"), "lead": _("On peut en avoir plusieurs.")}
    )


@requires("people.manage")
def departure(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    person = get_visible_or_404(viewer, pk)
    form = DepartureForm(request.POST or None, initial={"version": version_of(person)})
    if form.is_valid() and attempt(
        form,
        services.record_departure,
        person=person,
        actor=viewer.person,
        version=form.seen,
        **form.values(),
    ):
        toasts.done(request, _("Départ enregistré."))
        return redirect("people:directory")
    lead = _("Classes, groupes et services s’arrêtent ce jour-là. Le compte n’ouvre plus l’établissement.")
    context = {
        "title": _("Enregistrer un départ"),
        "lead": lead,
        "submit": _("Enregistrer le départ"),
        "danger": True,
    }
    return form_page(request, form, {"person": person, **context})


@requires("people.manage")
@require_POST
def comeback(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    person = get_visible_or_404(viewer, pk)
    services.record_return(person=person, actor=viewer.person)
    toasts.done(request, _("%(name)s est de retour.") % {"name": person.full_name})
    messages.info(request, _("Pensez à lui redonner une classe, des groupes ou des services."))
    return redirect("people:person", pk)
