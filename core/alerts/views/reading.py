"""The alert as everybody reads it, and the answer of the staff."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.alerts import rules, selectors, services
from core.alerts.forms import AnswerForm
from core.alerts.models import Alert, Answer
from core.alerts.report import sender_of
from core.alerts.rules import ANSWER, FOLLOW
from core.alerts.views.parts import fingerprint, moving
from core.people.models import Person
from core.people.web import attempt, form_page, one_of
from core.permissions.guards import requires, signed_in
from core.permissions.viewer import Viewer, viewer_of
from core.structure.models import SchoolClass
from core.ui import toasts


@signed_in
@require_safe
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """The instruction, what was said since, and one's own answer."""
    viewer = viewer_of(request)
    found = selectors.get_visible_or_404(viewer, pk)
    updates = list(found.updates.order_by("-at", "-pk"))
    context: dict[str, Any] = {"alert": found, "updates": updates, "may_follow": viewer.can(FOLLOW)}
    context["sender"] = sender_of(found) if viewer.can(ANSWER) or found.is_regional else ""
    if viewer.can(ANSWER) and viewer.person:
        context |= _own(viewer, found, viewer.person)
    seen = fingerprint(found.ended_at, [update.pk for update in updates])
    return moving(request, "alerts/alert.html", "news", context, seen)


def _own(viewer: Viewer, found: Alert, me: Person) -> dict[str, Any]:
    latest = selectors.latest_answer(found, me)
    return {
        "may_answer": rules.may_answer(found, viewer, timezone.now()),
        "answer": latest,
        "missing": _names(latest),
        "earlier": selectors.history_of(found, me) if latest else [],
        "classes": selectors.classes_for(viewer),
    }


def _names(answer: Answer | None) -> list[Person]:
    return list(Person.objects.filter(pk__in=answer.missing)) if answer and answer.missing else []


@requires(ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Safe, with the class that the address names, or with none."""
    viewer = viewer_of(request)
    found = selectors.get_visible_or_404(viewer, pk)
    if viewer.person is None or not rules.may_answer(found, viewer, timezone.now()):
        return redirect("alerts:alert", found.pk)
    chosen, latest = _class(request, viewer), selectors.latest_answer(found, viewer.person)
    form = AnswerForm(request.POST or None, school_class=chosen, earlier=latest)
    if form.is_bound and form.is_valid():
        given = form.given()
        if attempt(form, services.answer, viewer=viewer, alert=found, given=given, key=form.cleaned_data["key"]):
            toasts.done(request, _("Votre réponse est reçue."))
            return redirect("alerts:alert", found.pk)
    classes = selectors.classes_for(viewer)
    taught = {one.pk for one in classes}
    context = {
        "alert": found,
        "chosen": chosen,
        "classes": classes,
        "others": [one for one in selectors.other_classes(viewer) if one.pk not in taught],
    }
    return form_page(request, form, context, "alerts/answer.html")


def _class(request: HttpRequest, viewer: Viewer) -> SchoolClass | None:
    """Raises Http404 for a class that one may not see."""
    asked = request.GET.get("classe", "")
    if not asked:
        return None
    found: SchoolClass | None = one_of(selectors.other_classes(viewer), asked)
    if found is None:
        raise Http404("class")
    return found
