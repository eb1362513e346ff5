"""Choosing several people, saying what to do, reading what that means, doing it. Plain forms all the way."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.adoption import services as adoption
from core.errors import DomainError
from core.people import pages
from core.people.bulk import ACTIONS, MOST, Action, Plan, offered, plan
from core.people.bulk_forms import form_for
from core.people.choices import Role
from core.people.models import Person
from core.people.narrowing import classes_offered, narrowing_of
from core.people.selectors import people_visible_to
from core.people.services.bulk import carry_out
from core.people.web import number_in
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.structure.selectors import with_classes
from core.ui import toasts
from core.ui.forms import add_domain_error

PER_PAGE = 100


@requires("people.manage")
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The list with a box for each person, and what may be done with those who are chosen."""
    viewer, narrowing = viewer_of(request), narrowing_of(request)
    page = Paginator(narrowing.people(viewer), PER_PAGE).get_page(request.GET.get("page"))
    pages.name_children(viewer, page.object_list)
    context = {
        "narrowing": narrowing,
        "page": page,
        "roles": Role.choices,
        "classes": classes_offered(viewer),
        "actions": offered(viewer),
        "too_many": page.paginator.count > MOST,
    }
    return render(request, "people/choose.html", context)


@requires("people.manage")
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """`step` is empty on arrival, then "preview", then "apply", which does exactly what was read."""
    viewer, action, people = viewer_of(request), _action(request), _chosen(request)
    if not people:
        messages.warning(request, _("Choisissez d’abord des personnes."))
        return redirect("people:choose")
    step = request.POST.get("step", "")
    form = form_for(action, request.POST if step else None)
    if not step or not form.is_valid():
        return _page(request, action, people, form)
    made = plan(viewer, action, people, form.cleaned_data)
    if step != "apply":
        return _page(request, action, people, form, made)
    if request.POST.get("seen") != made.digest:
        return _page(request, action, people, form, made, changed=True)
    try:
        done = carry_out(made=made, actor=viewer.person)
    except DomainError as error:
        add_domain_error(form, error)
        return _page(request, action, people, form, plan(viewer, action, people, form.cleaned_data))
    adoption.count("people.bulk", viewer)
    said = ngettext("C’est fait pour %(n)d personne.", "C’est fait pour %(n)d personnes.", done)
    toasts.done(request, said % {"n": done})
    return redirect("people:choose")


def _action(request: HttpRequest) -> Action:
    action = ACTIONS.get(request.POST.get("action", ""))
    if action is None:
        raise DomainError("action", _("Choisissez ce qu’il faut faire."))
    if action not in offered(viewer_of(request)):
        raise Http404("not theirs to do")
    return action


def _chosen(request: HttpRequest) -> list[Person]:
    """Those whose boxes are ticked, or the whole list; never anybody whom the viewer may not see."""
    viewer = viewer_of(request)
    if request.POST.get("all") == "1":
        return list(narrowing_of(request).people(viewer)[:MOST])
    keys = [key for key in map(number_in, request.POST.getlist("person")[:MOST]) if key is not None]
    return list(with_classes(people_visible_to(viewer).filter(pk__in=keys).order_by("search_text", "pk")))


def _page(
    request: HttpRequest,
    action: Action,
    people: list[Person],
    form: forms.Form,
    made: Plan | None = None,
    *,
    changed: bool = False,
) -> HttpResponse:
    context: dict[str, Any] = {
        "action": action, "people": people, "form": form, "plan": made, "changed": changed,
        "fields": [(name, form.data.get(name, "")) for name in form.fields] if made else [],
    }  # fmt: skip
    refused = changed or (form.is_bound and bool(form.errors))
    return render(request, "people/bulk.html", context, status=(409 if changed else 422) if refused else 200)
