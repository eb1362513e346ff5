"""The cast of the module's tests, at the lycée: a class of two, with separated parents, and who is outside."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.audit.models import AuditEntry
from core.people.choices import Kinship
from core.people.models import Person
from core.permissions.viewer import Viewer, viewer_as
from core.structure.models import SchoolClass, Subject, TeachingService
from modules.liaison import selectors, services
from modules.liaison.choices import Answer
from modules.liaison.models import Copy, Note, Receipt, Word
from modules.liaison.selectors import Spec
from modules.liaison.services import Content, Reply, WordContent
from tenants.schemas.context import school
from tests.factories import make_class, make_guardian, make_person


@dataclass
class Cast:
    """`pupil` has two parents, `friend` has one; `outsider` is a guardian of somebody in no class of the cast."""

    establishment: Any
    school_class: SchoolClass
    head: Person
    teacher: Person
    other_teacher: Person
    life: Person
    pupil: Person
    friend: Person
    mother: Person
    father: Person
    aunt: Person
    outsider: Person

    def viewer(self, person: Person) -> Viewer:
        """Made anew each time, as a request would."""
        return viewer_as(Person.objects.get(pk=person.pk), self.establishment)


def make_cast(establishment: Any) -> Cast:
    head, teacher, other, life, pupil, friend, mother, father, aunt, outsider, child = (
        make_person(establishment, role, account=True)
        for role in (
            "management", "teacher", "teacher", "school_life", "pupil", "pupil", "guardian", "guardian", "guardian",
            "guardian", "pupil",
        )
    )  # fmt: skip
    made = make_class(establishment, "2de 1", pupil, friend)
    make_guardian(establishment, pupil, mother)
    make_guardian(establishment, pupil, father, kinship=Kinship.FATHER, priority=2)
    make_guardian(establishment, friend, aunt)
    make_guardian(establishment, child, outsider)
    with school(establishment):
        subject = Subject.objects.create(name="Histoire-géographie")
        TeachingService.objects.create(teacher=teacher, subject=subject, school_class=made, starts_on=date(2026, 9, 1))
    return Cast(establishment, made, head, teacher, other, life, pupil, friend, mother, father, aunt, outsider)


@pytest.fixture
def cast(lycee_a: Any) -> Cast:
    return make_cast(lycee_a)


@pytest.fixture
def here(cast: Cast) -> Iterator[Cast]:
    """The cast, standing in its school."""
    with school(cast.establishment):
        yield cast


@pytest.fixture
def sign_in(cast: Cast) -> Callable[[Person], Any]:
    from tests.signing import signed_in_client

    return lambda person: signed_in_client(cast.establishment, person)


def for_class(cast: Cast) -> Spec:
    return Spec(classes=frozenset({cast.school_class.pk}))


def written(cast: Cast, *, by: Person | None = None, **fields: Any) -> Note:
    """A draft of the teacher's for the class."""
    values = {
        "kind": "signature", "title": "Sortie au musée", "body": "Jeudi **matin**.", "audience": for_class(cast),
        "due_on": timezone.localdate() + timedelta(days=5),
    }  # fmt: skip
    return services.create_note(viewer=cast.viewer(by or cast.teacher), content=Content(**(values | fields)))


def publish(cast: Cast, note: Note, *, by: Person | None = None) -> Note:
    viewer = cast.viewer(by or cast.teacher)
    seen = selectors.preview_of(note, viewer).fingerprint
    return services.publish(viewer=viewer, note=note, version=note.version, seen=seen)


def published(cast: Cast, **fields: Any) -> Note:
    by = fields.pop("by", None)
    return publish(cast, written(cast, by=by, **fields), by=by)


def copy_of(note: Note, child: Person) -> Copy:
    return Copy.objects.select_related("note", "child").get(note=note, child=child)


def answer(cast: Cast, note: Note, child: Person, by: Person, said: str = Answer.SIGNED, **fields: Any) -> Receipt:
    reply = Reply(answer=said, **fields)
    return services.answer(viewer=cast.viewer(by), copy=copy_of(note, child), reply=reply)


def outcome(cast: Cast, note: Note, child: Person) -> str:
    copies = selectors.with_outcome(Copy.objects.filter(note=note, child=child), cast.viewer(cast.head).modules)
    return str(copies.get().outcome)


def word_from(cast: Cast, by: Person, **fields: Any) -> Word:
    values = {"kind": "absence", "starts_on": timezone.localdate() + timedelta(days=1)}
    key = fields.pop("key", None)
    return services.write_word(
        viewer=cast.viewer(by), child=cast.pupil, content=WordContent(**(values | fields)), key=key
    )


def text_file(name: str = "assurance.txt", text: str = "Assuré") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), "text/plain")


def last_action() -> str:
    return AuditEntry.objects.order_by("-pk").values_list("action", flat=True)[0]
