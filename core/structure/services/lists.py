"""Subjects and rooms."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.people.models import Person
from core.structure.models import Room, Subject
from core.structure.services.base import created, deleted, updated

SUBJECT_FIELDS = ("code", "name", "short_name")
ROOM_FIELDS = ("name", "building", "capacity")


@transaction.atomic
def create_subject(*, actor: Person | None, name: str, **details: Any) -> Subject:
    """`details`: `code` (the national one) and `short_name`."""
    values = {"name": name, **details}
    return created(Subject(), values, allowed=SUBJECT_FIELDS, action="structure.create_subject", actor=actor)


@transaction.atomic
def update_subject(
    *, subject: Subject, actor: Person | None, version: str | None = None, **changes: Any
) -> Subject:
    return updated(
        subject,
        changes,
        allowed=SUBJECT_FIELDS,
        action="structure.update_subject",
        actor=actor,
        version=version,
    )


@transaction.atomic
def delete_subject(*, subject: Subject, actor: Person | None) -> None:
    """Refused while a teaching service, past or present, names the subject."""
    in_use = _("Cette matière est enseignée\u00a0: des services portent son nom.")
    deleted(subject, action="structure.delete_subject", actor=actor, in_use=in_use)


@transaction.atomic
def create_room(*, actor: Person | None, name: str, **details: Any) -> Room:
    """`details`: `building` and `capacity` (places)."""
    values = {"name": name, **details}
    return created(Room(), values, allowed=ROOM_FIELDS, action="structure.create_room", actor=actor)


@transaction.atomic
def update_room(*, room: Room, actor: Person | None, version: str | None = None, **changes: Any) -> Room:
    return updated(
        room, changes, allowed=ROOM_FIELDS, action="structure.update_room", actor=actor, version=version
    )


@transaction.atomic
def delete_room(*, room: Room, actor: Person | None) -> None:
    deleted(room, action="structure.delete_room", actor=actor, in_use=_("Cette salle sert encore."))
