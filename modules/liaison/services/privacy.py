"""Forgetting a person."""

from django.db import transaction
from django.db.models import Q

from core.audit import services as audit
from core.files import services as files
from core.people.models import Person
from modules.liaison.choices import Status
from modules.liaison.models import Copy, Line, Note, Paper, Receipt, Revision, Step, Word, WordStep
from modules.liaison.services.retention import erase, erase_word

# What only its author has seen goes with them.
UNSEEN = (Status.DRAFT, Status.SCHEDULED, Status.DISCARDED)


@transaction.atomic
def forget(person: Person, *, actor: Person | None) -> int:
    """Remove or anonymise all rows that name the person. Returns how many.

    Of a guardian, that somebody answered stays with the child's note, without name, word or file; of a child, nothing.
    """
    own = Note.objects.filter(author=person)
    touched = sum(erase(note) for note in own.filter(status__in=UNSEEN))
    touched += own.update(author=None)
    touched += sum(erase_word(word) for word in Word.objects.filter(Q(author=person) | Q(child=person)))
    touched += Word.objects.filter(treated_by=person).update(treated_by=None)
    touched += WordStep.objects.filter(by=person).update(by=None)
    touched += Revision.objects.filter(by=person).update(by=None)
    for paper in Paper.objects.filter(Q(guardian=person) | Q(copy__child=person)).select_related("file"):
        stored = paper.file
        touched += paper.delete()[0]
        files.remove(stored=stored, actor=actor)
    touched += Copy.objects.filter(child=person).delete()[0]
    touched += Line.objects.filter(pupil=person).delete()[0]
    touched += Step.objects.filter(receipt__guardian=person).update(word="")
    touched += Receipt.objects.filter(guardian=person, answer="", acknowledged_at=None).delete()[0]
    touched += Receipt.objects.filter(guardian=person).update(guardian=None, word="")
    touched += Receipt.objects.filter(entered_by=person).update(entered_by=None)
    audit.record("liaison.forget", actor=actor, target=None, changes={"lignes": [touched, 0]})
    return touched
