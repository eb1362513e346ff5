"""Whom each kind of event of the module is for, asked when it is told and again when a message leaves."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.modules.state import Modules
from core.notifications.audience import Recipients
from core.notifications.models import Event
from core.people.choices import Role
from core.people.families import links_with_access
from core.people.models import GuardianLink, Person
from modules.liaison import selectors
from modules.liaison.choices import Outcome, Status, WordState
from modules.liaison.models import Copy, Note, Receipt, Word
from modules.liaison.selectors.words import treaters_of
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai


def readers_of_note(event: Event) -> Recipients:
    """Guardians about each child, but those who have acknowledged it; pupils where they see it."""
    note = _running(event)
    if note is None:
        return Recipients()
    copies = _copies(note, event)
    known = Receipt.objects.filter(
        copy__note=note, copy__child=OuterRef("child"), guardian=OuterRef("guardian"), acknowledged_at__isnull=False
    )
    links = links_with_access(_modules()).filter(~Exists(known), child__in=copies.values("child"))
    return Recipients(people=_pupils(note, copies), links=links)


def debtors_of_note(event: Event) -> Recipients:
    """Guardians who owe an answer, about each child for whom it is still waited for; pupils where they see it."""
    note = _running(event)
    if note is None:
        return Recipients()
    copies = _copies(note, event)
    return Recipients(people=_pupils(note, copies), links=_owing(note, copies))


def owing_of_note(event: Event) -> Recipients:
    """For reminders: guardians alone."""
    note = _running(event)
    return Recipients(links=_owing(note, _copies(note, event))) if note is not None else Recipients()


def _owing(note: Note, copies: QuerySet[Copy]) -> QuerySet[GuardianLink]:
    """Of copies that wait, the guardians who have not answered; all of them where the document is missing."""
    modules = _modules()
    waiting = selectors.with_outcome(copies, modules).filter(outcome=Outcome.WAITING)
    links = links_with_access(modules).filter(child__in=list(waiting.values_list("child", flat=True)))
    if note.paper:
        return links
    given = Q(acknowledged_at__isnull=False) if note.only_acknowledged else ~Q(answer="")
    mine = Receipt.objects.filter(given, copy__note=note, copy__child=OuterRef("child"), guardian=OuterRef("guardian"))
    return links.filter(~Exists(mine))


def author_of_note(event: Event) -> Recipients:
    """Its author, while the two guardians of that child still disagree."""
    note = Note.objects.filter(pk=event.data.get("note"), status__in=(Status.PUBLISHED, Status.CLOSED)).first()
    if note is None or note.author_id is None:
        return Recipients()
    copies = Copy.objects.filter(note=note, child=event.data.get("child_id"))
    if not selectors.with_outcome(copies, _modules()).filter(outcome=Outcome.CONTRADICTORY).exists():
        return Recipients()
    return Recipients(people=Person.objects.filter(pk=note.author_id, left_on=None))


def treaters_of_word(event: Event) -> Recipients:
    """Those who treat it, while nothing is decided."""
    word = _word(event)
    if word is None or not word.is_open:
        return Recipients()
    return Recipients(people=treaters_of(word, _modules()))


def family_of_word(event: Event) -> Recipients:
    """Both guardians of the child with authority, once the school has answered."""
    word = _word(event)
    if word is None or word.is_open or word.state == WordState.WITHDRAWN:
        return Recipients()
    return Recipients(links=links_with_access(_modules()).filter(child=word.child_id))


def _running(event: Event) -> Note | None:
    return Note.objects.filter(pk=event.data.get("note"), status=Status.PUBLISHED).first()


def _copies(note: Note, event: Event) -> QuerySet[Copy]:
    """All of them, or those that the event is about."""
    children = event.data.get("children")
    return note.copies.filter(child__in=children) if children else note.copies.all()


def _pupils(note: Note, copies: QuerySet[Copy]) -> QuerySet[Person]:
    if not note.pupils_see:
        return Person.objects.none()
    return Person.objects.filter(pk__in=copies.values("child"), left_on=None, roles__contains=[Role.PUPIL])


def _word(event: Event) -> Word | None:
    return Word.objects.filter(pk=event.data.get("word")).first()


def _modules() -> Modules:
    return Modules(Establishment.objects.get(uai=current_uai()))
