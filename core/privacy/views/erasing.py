"""For the direction and the référent: requests to be erased, people who left, and erasing them."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.people.web import attempt, form_page
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.privacy import selectors
from core.privacy.forms import AnswerForm, EraseForm
from core.privacy.services import erasing
from core.privacy.views.tabs import tabs
from core.ui import toasts

PER_PAGE = 40


@requires("privacy.manage")
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, what was answered, and those who left."""
    page = Paginator(selectors.departed(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "waiting": selectors.requests_waiting(),
        "decided": selectors.requests_decided()[:20],
        "page": page,
        "tabs": tabs("requests"),
    }
    return render(request, "privacy/requests.html", context)


@requires("privacy.manage")
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    viewer, asked = viewer_of(request), selectors.request_or_404(pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answered = attempt(form, erasing.refuse, request=asked, actor=viewer.person, **form.cleaned_data)
        if answered:
            toasts.done(request, _("Réponse envoyée."))
            return redirect("privacy:requests")
    context = {"asked": asked, "title": _("Refuser la demande"), "back_url": reverse("privacy:requests")}
    return form_page(request, form, context, "privacy/refuse.html")


@requires("privacy.manage")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """What erasing this person would take away and what stays; then, once the name is typed, doing it."""
    viewer, found = viewer_of(request), selectors.person_or_404(pk)
    form = EraseForm(request.POST or None, last_name=found.last_name)
    refusal = erasing.refusal(found, viewer.person)
    if request.method == "POST" and form.is_valid():
        name = found.full_name
        if attempt(form, erasing.erase, person=found, actor=viewer.person) is not None:
            toasts.done(request, _("Les données de %(name)s sont effacées.") % {"name": name})
            return redirect("privacy:requests")
    context = {"person": found, "losses": erasing.preview(found), "refusal": refusal}
    return form_page(request, form, context, "privacy/person.html")
