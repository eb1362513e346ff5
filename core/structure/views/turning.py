"""The change of year, step by step."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.adoption import services as adoption
from core.errors import Conflict, DomainError
from core.jobs import services as jobs
from core.people.web import attempt, form_page
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.structure.models import YearPlan
from core.structure.tasks import apply_year
from core.structure.turning import forms, pages, services
from core.structure.turning.reading import Reading
from core.structure.turning.undoing import undo as take_back
from core.ui import toasts

_TURN = "structure.turn"


def _draft() -> YearPlan:
    plan = pages.plan_shown()
    if plan is None or not plan.is_draft:
        raise Conflict("no-plan", _("Aucun changement d’année n’est en préparation."))
    return plan


def _saved(request: HttpRequest, service: Callable[..., Any], away: str, **values: Any) -> HttpResponse | None:
    """Call the service and go on; None when it refuses, its sentence then standing in the page."""
    try:
        service(plan=_draft(), actor=viewer_of(request).person, **values)
    except DomainError as error:
        messages.error(request, error.message)
        return None
    toasts.done(request, _("Enregistré."))
    return redirect(away)


@requires(_TURN)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Where the change of year is at: the steps, what is still to be seen, applying and taking back."""
    adoption.count("structure.turn", viewer_of(request))
    return render(request, "structure/turning/index.html", pages.index_page(pages.plan_shown()))


@requires(_TURN)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    services.start(establishment=request.school, actor=viewer_of(request).person)  # type: ignore[attr-defined]
    return redirect("structure:turn")


@requires(_TURN)
@require_POST
def drop(request: HttpRequest) -> HttpResponse:
    services.drop(plan=_draft(), actor=viewer_of(request).person)
    toasts.done(request, _("La préparation est abandonnée. Rien n’a changé dans l’établissement."))
    return redirect("structure:turn")


@requires(_TURN)
@require_http_methods(["GET", "HEAD", "POST"])
def dates(request: HttpRequest) -> HttpResponse:
    plan = _draft()
    form = forms.DatesForm(request.POST or None, content=plan.content)
    if form.is_valid():
        values = {"year": form.year(), "periods": form.periods(), "seen": form.cleaned_data["seen"]}
        if attempt(form, services.set_dates, plan=plan, actor=viewer_of(request).person, **values):
            toasts.done(request, _("Enregistré."))
            return redirect("structure:turn")
    return form_page(request, form, {"plan": plan}, "structure/turning/dates.html")


@requires(_TURN)
@require_http_methods(["GET", "HEAD", "POST"])
def classes(request: HttpRequest) -> HttpResponse:
    """Next year's classes, and where each of this year's goes."""
    plan = _draft()
    if request.method == "POST":
        values = forms.classes_in(request.POST, plan.content)
        if done := _saved(request, services.set_classes, reverse("structure:turn_classes"), **values):
            return done
    context = {"plan": plan, **pages.classes_page(Reading(plan))}
    return render(request, "structure/turning/classes.html", context, status=_status(request))


@requires(_TURN)
@require_http_methods(["GET", "HEAD", "POST"])
def pupils(request: HttpRequest) -> HttpResponse:
    """Pupils one by one, a class at a time (`?classe=12`, `?classe=sans`, `?a=voir`)."""
    plan = _draft()
    reading = Reading(plan)
    if request.method == "POST":
        values = forms.pupils_in(request.POST, {move.person.pk for move in reading.moves})
        if done := _saved(request, services.set_pupils, request.get_full_path(), **values):
            return done
    asked = request.GET.get("classe", ""), request.GET.get("a", ""), request.GET.get("page")
    context = {"plan": plan, **pages.pupils_page(reading, *asked)}
    return render(request, "structure/turning/pupils.html", context, status=_status(request))


@requires(_TURN)
@require_http_methods(["GET", "HEAD", "POST"])
def groups(request: HttpRequest) -> HttpResponse:
    plan = _draft()
    if request.method == "POST":
        values = forms.groups_in(request.POST)
        if done := _saved(request, services.set_groups, reverse("structure:turn"), **values):
            return done
    context = {"plan": plan, **pages.groups_page(Reading(plan))}
    return render(request, "structure/turning/groups.html", context, status=_status(request))


@requires(_TURN)
@require_http_methods(["GET", "HEAD", "POST"])
def teachers(request: HttpRequest) -> HttpResponse:
    """Whether teachers keep their classes, and which services end."""
    plan = _draft()
    if request.method == "POST":
        values = forms.services_in(request.POST, {one.pk for one in pages.services_of(plan)})
        if done := _saved(request, services.set_services, reverse("structure:turn"), **values):
            return done
    context = {"plan": plan, **pages.services_page(Reading(plan))}
    return render(request, "structure/turning/services.html", context, status=_status(request))


@requires(_TURN)
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """What applying would do; POST starts it in the background."""
    plan, actor = _draft(), viewer_of(request).person
    context = {"plan": plan, **pages.apply_page(Reading(plan))}
    if request.method != "POST" or actor is None or context["blocks"]:
        return render(request, "structure/turning/apply.html", context, status=_status(request))
    jobs.start(apply_year, plan.pk, actor.pk, label=str(plan), actor=actor)
    return redirect("structure:turn")


@requires(_TURN)
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest) -> HttpResponse:
    """What taking back would do; POST does it and says what was kept."""
    plan = pages.plan_shown()
    if plan is None or not plan.is_reversible:
        return redirect("structure:turn")
    if request.method != "POST":
        return render(request, "structure/turning/undo.html", {"plan": plan})
    for sentence in take_back(plan=plan, actor=viewer_of(request).person):
        messages.warning(request, sentence)
    toasts.done(request, _("Le changement d’année est annulé. Sa préparation est gardée."))
    return redirect("structure:turn")


def _status(request: HttpRequest) -> int:
    """A page that comes back from a form was refused."""
    return 422 if request.method == "POST" else 200
