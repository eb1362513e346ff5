"""The cast of the messagerie's tests, and mail made without sending: rows as sending would leave them.

All but `make_cast` is called standing in the school.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from core.people.choices import STAFF
from core.people.models import Person
from core.permissions.viewer import Viewer, viewer_as
from core.structure.models import SchoolClass, Subject, TeachingService
from core.ui import richtext
from modules.messaging.choices import Line, Place
from modules.messaging.models import Conversation, Copy, Message
from tenants.schemas.context import school
from tests.factories import make_class, make_guardian, make_person


@dataclass
class Cast:
    """Everybody has an account. Léa is in the class that the teacher teaches; the outsider's child is in none."""

    establishment: Any
    school_class: SchoolClass
    teacher: Person
    colleague: Person
    head: Person
    pupil: Person
    brother: Person
    parent: Person
    outsider: Person

    def viewer(self, person: Person) -> Viewer:
        """Made anew each time, as a request would."""
        return viewer_as(Person.objects.get(pk=person.pk), self.establishment)


def make_cast(establishment: Any) -> Cast:
    def person(role: str, **fields: Any) -> Person:
        return make_person(establishment, role, account=True, **fields)

    teacher = person("teacher", civility="Mme", first_name="Anne", last_name="Keller")
    colleague = person("teacher", civility="M.", first_name="Paul", last_name="Didelot")
    head = person("management", civility="Mme", first_name="Claire", last_name="Vautrin")
    pupil, brother = person("pupil", first_name="Léa"), person("pupil", first_name="Hugo")
    parent = person("guardian", civility="Mme", first_name="Sophie", last_name="Petit")
    outsider, child = person("guardian"), person("pupil")
    made = make_class(establishment, "5e B", pupil, brother)
    for one in (pupil, brother):
        make_guardian(establishment, one, parent)
    make_guardian(establishment, child, outsider)
    with school(establishment):
        subject = Subject.objects.create(name="Mathématiques")
        TeachingService.objects.create(teacher=teacher, subject=subject, school_class=made, starts_on=date(2026, 9, 1))
    return Cast(establishment, made, teacher, colleague, head, pupil, brother, parent, outsider)


def make_message(
    sender: Person,
    *recipients: Person,
    subject: str = "Réunion",
    body: str = "Rendez-vous **jeudi**.",
    conversation: Conversation | None = None,
    children: Iterable[Person] = (),
    copies: Iterable[Person] = (),
    blind: Iterable[Person] = (),
    place: str = Place.INBOX,
    at: datetime | None = None,
    **fields: Any,
) -> Message:
    """A message that was sent: its row, a copy for each, `latest` where it belongs. `children`: of whom it speaks."""
    at = at or timezone.now()
    conversation = conversation or Conversation.objects.create(subject=subject, starter=sender, started_at=at)
    told = [(Line.TO, *recipients), (Line.COPY, *copies), (Line.BLIND, *blind)]
    everybody = [(line, person) for line, *people in told for person in people]
    message = Message.objects.create(
        conversation=conversation, sender=sender, sender_name=sender.full_name, sender_role=sender.roles[0],
        body=body, body_html=richtext.to_html(body), recipients=len(everybody), sent_at=at,
        lines=fields.pop("lines", None) or [_line(line, person) for line, person in everybody], **fields,
    )  # fmt: skip
    concerned = [sender, *(person for _line, person in everybody)]
    Copy.objects.filter(conversation=conversation, person__in=concerned).update(latest=False)
    staff = bool(set(sender.roles) & STAFF)
    about = sorted(child.pk for child in children)
    rows = [
        Copy(
            message=message, conversation=conversation, person=person, line=line, place=place, at=at,
            from_staff=staff, children=about if "guardian" in person.roles else [],
        )
        for line, person in everybody
    ]  # fmt: skip
    rows.append(
        Copy(
            message=message, conversation=conversation, person=sender, line=Line.SENDER, at=at, unread=False,
            place=place if message.answers_id else Place.SENT, from_staff=staff,
        )
    )  # fmt: skip
    Copy.objects.bulk_create(rows)
    return message


def _line(line: str, person: Person) -> dict[str, Any]:
    return {"kind": "person", "id": person.pk, "as": str(line), "label": person.full_name}


def make_messages(sender: Person, recipient: Person, number: int) -> list[Message]:
    """Conversations of one message each, a minute apart, the last made is the newest."""
    start = timezone.now() - timedelta(minutes=number)
    return [
        make_message(sender, recipient, subject=f"Sujet {n}", at=start + timedelta(minutes=n)) for n in range(number)
    ]


def copy_of(message: Message, person: Person) -> Copy:
    return Copy.objects.get(message=message, person=person)
