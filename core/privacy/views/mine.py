"""One's own data, and one's children's: taken away, explained, agreed to, asked to be erased."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.adoption import services as adoption
from core.errors import DomainError
from core.files.views import bytes_of
from core.people.models import Person
from core.people.web import form_page, number_in
from core.permissions.guards import signed_in
from core.permissions.viewer import viewer_of
from core.privacy import register, selectors
from core.privacy.forms import ReasonForm
from core.privacy.models import Archive
from core.privacy.services import archives, consents, erasing
from core.ui import toasts
from core.ui.forms import add_domain_error

WHO = "personne"
ANSWERS = {"oui": consents.give, "non": consents.refuse, "retirer": consents.withdraw}


def _subject(request: HttpRequest) -> Person:
    given = request.POST if request.method == "POST" else request.GET
    asked = given.get(WHO)
    if asked is not None and number_in(asked) is None:
        raise Http404("no such person")
    return selectors.subject_or_404(viewer_of(request), number_in(asked))


def _page_of(person: Person) -> str:
    return f"{reverse('privacy:mine')}?{WHO}={person.pk}"


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the school holds about the person, and what they may ask."""
    viewer, person = viewer_of(request), _subject(request)
    subjects = selectors.subjects(viewer)
    durations = {line.slug: line.durations for line in register.lines(viewer.modules)}
    context = {
        "person": person,
        "is_own": viewer.person is not None and person.pk == viewer.person.pk,
        "tabs": [_tab(one, person, own=one == viewer.person) for one in subjects] if len(subjects) > 1 else [],
        "archives": [_shown(archive) for archive in selectors.archives_of(viewer, person)[:5]],
        "consents": selectors.consents_of(viewer, person),
        "erasure": selectors.request_of(person),
        "may_ask_erasure": selectors.may_ask_erasure(viewer, person),
        "information": [{**one, "durations": durations.get(one["slug"], [])} for one in selectors.information(viewer)],
        "controller": register.controller(viewer.modules),
        "manages": viewer.can("privacy.manage"),
    }
    return render(request, "privacy/mine.html", context)


def _tab(person: Person, current: Person, *, own: bool) -> dict[str, Any]:
    label = _("Moi") if own else person.first_name
    return {"label": label, "url": _page_of(person), "current": person == current}


def _shown(archive: Archive) -> dict[str, Any]:
    return {"archive": archive, "ready": archive.is_ready(timezone.now())}


@signed_in
@require_POST
def ask_archive(request: HttpRequest) -> HttpResponse:
    person = _subject(request)
    archives.ask(viewer=viewer_of(request), person=person)
    return redirect(_page_of(person))


@signed_in
@require_safe
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is: a fragment that asks again while it is being built; without scripts, the page."""
    found = selectors.archive_or_404(viewer_of(request), pk)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(_page_of(found.person))
    return render(request, "privacy/archive_row.html", {**_shown(found), "newest": True})


@signed_in
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    viewer = viewer_of(request)
    found = selectors.ready_archive_or_404(viewer, pk)
    assert viewer.person is not None  # noqa: S101 -- the guard has let a member in
    assert found.file is not None  # noqa: S101 -- it is ready
    archives.note_download(archive=found, actor=viewer.person)
    return bytes_of(request, found.file)


@signed_in
@require_POST
def remove_archive(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    found = selectors.ready_archive_or_404(viewer, pk)
    archives.remove(archive=found, actor=viewer.person)
    toasts.done(request, _("Archive effacée."))
    return redirect(_page_of(found.person))


@signed_in
@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """Answer one question: `consentement` names it, `reponse` is oui, non or retirer."""
    viewer, person = viewer_of(request), _subject(request)
    lines = {line.code: line for line in selectors.consents_of(viewer, person)}
    line = lines.get(request.POST.get("consentement", ""))
    answer = ANSWERS.get(request.POST.get("reponse", ""))
    if line is None or answer is None or not line.may_answer or viewer.person is None:
        raise Http404("nothing to answer")
    answer(code=line.code, person=person, actor=viewer.person)
    adoption.count("privacy.consent", viewer)
    toasts.done(request, _("Réponse enregistrée."))
    return redirect(_page_of(person))


@signed_in
def ask_erasure(request: HttpRequest) -> HttpResponse:
    viewer, person = viewer_of(request), _subject(request)
    if viewer.person is None or not selectors.may_ask_erasure(viewer, person):
        raise Http404("a guardian asks for them")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            erasing.ask(person=person, actor=viewer.person, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            toasts.done(request, _("Demande envoyée. L’établissement répond sous un mois."))
            return redirect(_page_of(person))
    context = {"person": person, "is_own": person == viewer.person, "back_url": _page_of(person)}
    return form_page(request, form, context, "privacy/erasure_ask.html")


@signed_in
@require_POST
def withdraw_erasure(request: HttpRequest) -> HttpResponse:
    viewer, person = viewer_of(request), _subject(request)
    found = selectors.request_of(person)
    if found is None or viewer.person is None:
        raise Http404("no request")
    erasing.withdraw(request=found, actor=viewer.person)
    toasts.done(request, _("Demande retirée."))
    return redirect(_page_of(person))
