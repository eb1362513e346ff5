"""Whose data one may ask for, and the lists that pages are made of."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from core.modules import registry
from core.modules.contract import Consent
from core.people.choices import Role
from core.people.families import children_of
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.privacy.models import Archive, ConsentAnswer, ErasureRequest, RetentionNotice
from core.privacy.services.consents import is_minor, may_answer


def subjects(viewer: Viewer) -> list[Person]:
    """Oneself, then the children over whom one has authority today."""
    if viewer.person is None:
        return []
    children = list(children_of(viewer.person, modules=viewer.modules)) if Role.GUARDIAN in viewer.roles else []
    return [viewer.person, *children]


def subject_or_404(viewer: Viewer, pk: int | None) -> Person:
    """The person whose data are meant; oneself without a key. Raises Http404 for anybody else's."""
    for person in subjects(viewer):
        if pk is None or person.pk == pk:
            return person
    raise Http404("not theirs")


# --- Archives -------------------------------------------------------------------------------------------
def archives_of(viewer: Viewer, person: Person) -> QuerySet[Archive]:
    """What the viewer asked for about that person, newest first."""
    return Archive.objects.filter(asked_by=viewer.person, person=person).select_related("file", "run")


def archive_or_404(viewer: Viewer, pk: int) -> Archive:
    """Only whoever asked, and only while they still may: authority that ended closes the archive."""
    archive = Archive.objects.filter(asked_by=viewer.person, pk=pk).select_related("person", "file", "run").first()
    if archive is None:
        raise Http404("no such archive")
    subject_or_404(viewer, archive.person_id)
    return archive


def ready_archive_or_404(viewer: Viewer, pk: int) -> Archive:
    archive = archive_or_404(viewer, pk)
    if not archive.is_ready(timezone.now()) or archive.file is None:
        raise Http404("not ready, or no longer")
    return archive


# --- Consents -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ConsentLine:
    """One consent of one person: what is asked, the answer that holds, all answers before it."""

    code: str
    consent: Consent
    module: str
    latest: ConsentAnswer | None
    may_answer: bool
    history: list[ConsentAnswer] = field(default_factory=list)

    @property
    def is_given(self) -> bool:
        return self.latest is not None and self.latest.answer == ConsentAnswer.Answer.GIVEN


def consents_of(viewer: Viewer, person: Person) -> list[ConsentLine]:
    """What was asked of the person by modules that are on here, with every answer; one query."""
    answers: dict[str, list[ConsentAnswer]] = {}
    for answer in ConsentAnswer.objects.filter(person=person).select_related("answered_by"):
        answers.setdefault(answer.consent, []).append(answer)
    return [
        _line(viewer, person, code, consent, name, answers[code])
        for code, consent, name in _declared(viewer)
        if code in answers
    ]


def _declared(viewer: Viewer) -> list[tuple[str, Consent, str]]:
    states = {state.slug: state for state in viewer.modules.enabled()}
    return [
        (f"{slug}.{consent.slug}", consent, states[slug].name)
        for slug, manifest in registry.manifests().items()
        if slug in states
        for consent in manifest.consents
    ]


def _line(
    viewer: Viewer, person: Person, code: str, consent: Consent, module: str, history: list[ConsentAnswer]
) -> ConsentLine:
    latest = next((answer for answer in history if answer.version == consent.version), None)
    allowed = viewer.person is not None and may_answer(code, person, viewer.person)
    return ConsentLine(code, consent, module, latest, allowed, history)


# --- Erasure --------------------------------------------------------------------------------------------
def request_of(person: Person) -> ErasureRequest | None:
    """The latest request about that person."""
    return ErasureRequest.objects.filter(person=person).first()


def may_ask_erasure(viewer: Viewer, person: Person) -> bool:
    """For oneself from fifteen on, or for one's child under eighteen: whoever may ask for the data may ask this."""
    return viewer.person is not None and not (person.pk == viewer.person.pk and is_minor(person))


def requests_waiting() -> QuerySet[ErasureRequest]:
    return ErasureRequest.objects.filter(state=ErasureRequest.State.WAITING).select_related("person", "asked_by")


def requests_decided() -> QuerySet[ErasureRequest]:
    decided = ErasureRequest.objects.exclude(state=ErasureRequest.State.WAITING)
    return decided.select_related("person", "asked_by", "decided_by")


def request_or_404(pk: int) -> ErasureRequest:
    found = ErasureRequest.objects.filter(pk=pk, state=ErasureRequest.State.WAITING).first()
    if found is None:
        raise Http404("no such request")
    return found


def departed() -> QuerySet[Person]:
    """Those who left, the longest gone first."""
    return Person.objects.filter(left_on__isnull=False).order_by("left_on", "search_text", "pk")


def person_or_404(pk: int) -> Person:
    found = Person.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("no such person")
    return found


# --- Retention ------------------------------------------------------------------------------------------
def notices_open() -> QuerySet[RetentionNotice]:
    return RetentionNotice.objects.filter(ended_at=None).select_related("held_by").order_by("due_on", "pk")


def notices_ended() -> QuerySet[RetentionNotice]:
    return RetentionNotice.objects.exclude(ended_at=None).order_by("-ended_at", "-pk")


def notice_or_404(pk: int) -> RetentionNotice:
    found = RetentionNotice.objects.filter(pk=pk, ended_at=None).first()
    if found is None:
        raise Http404("no such notice")
    return found


def information(viewer: Viewer) -> list[dict[str, Any]]:
    """What each module that is on here does with people's data: the information that GDPR art. 13 asks for."""
    return [
        {"slug": state.slug, "name": state.name, "icon": state.icon, "processing": state.manifest.processing}
        for state in viewer.modules.enabled()
        if state.manifest.processing
    ]
