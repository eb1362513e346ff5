"""One's own record and preferences."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.people import services
from core.people.forms import OwnContactForm, PreferencesForm
from core.people.pages import person_page
from core.people.web import attempt, form_page
from core.permissions.guards import signed_in
from core.permissions.viewer import Viewer, viewer_of
from core.ui import toasts


def may_change_contact(viewer: Viewer) -> bool:
    return bool(viewer.modules["people"].settings["own_contact"])


@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """What the school knows of me, and which of it I may change."""
    viewer = viewer_of(request)
    assert viewer.person is not None  # noqa: S101 -- the guard has let a member in
    context = person_page(viewer, viewer.person)
    context["may_change_contact"] = may_change_contact(viewer)
    context["login"] = request.user.get_username()
    return render(request, "people/me.html", context)


@signed_in
def contact(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    if not may_change_contact(viewer):
        raise Http404("the school keeps contacts itself")
    form = OwnContactForm(request.POST or None, instance=viewer.person)
    if form.is_valid() and attempt(
        form, services.update_own_contact, person=viewer.person, version=form.seen, **form.values()
    ):
        adoption.count("people.contact", viewer)
        toasts.done(request, _("Coordonnées enregistrées."))
        return redirect("people:me")
    return form_page(request, form, {"title": _("Mes coordonnées"), "back": "people:me"})


@signed_in
def preferences(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    assert viewer.person is not None  # noqa: S101 -- the guard has let a member in
    form = PreferencesForm(request.POST or None, initial={"theme": "auto", **viewer.person.preferences})
    if form.is_valid() and attempt(form, services.set_preferences, person=viewer.person, **form.cleaned_data):
        toasts.done(request, _("Préférences enregistrées."))
        return redirect("people:preferences")
    return form_page(request, form, {"title": _("Préférences d’affichage"), "back": "people:me"})
