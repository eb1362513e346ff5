"""Forgetting a person: what was theirs alone goes, what others have received stays legible without the name."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import BigIntegerField, F, Func, Q, QuerySet, Value
from django.utils.translation import gettext as _

from core.audit import services as audit
from core.people.models import Person
from modules.messaging import finding
from modules.messaging.models import (
    Attachment,
    Block,
    Conversation,
    Copy,
    Correspondent,
    Draft,
    Folder,
    Label,
    Message,
    Purge,
    Report,
    Suspension,
    Template,
)
from modules.messaging.safety.retention import drop_unheld, remove_files

# The kinds of lines whose `id` is a person's, see `modules.messaging.audience.lines`.
_ABOUT_A_PERSON = ("person", "teachers_of", "guardians_of")


@transaction.atomic
def forget(person: Person, *, actor: Person | None) -> int:
    """Remove or anonymise all rows that name the person. Returns how many.

    What they wrote stays with those who received it, from « Ancien membre »: a thread with holes would change what
    the others said.
    """
    touched = _own_things(person) + _own_box(person) + _name(person) + _mentions(person)
    if touched:
        audit.record("messaging.forget", actor=actor, target=None, changes={"lignes": [touched, 0]})
    return touched


def _own_things(person: Person) -> int:
    """What only they ever saw."""
    remove_files(Attachment.objects.filter(draft__author=person))
    own: tuple[QuerySet[Any], ...] = (
        Draft.objects.filter(author=person),
        Label.objects.filter(person=person),
        Template.objects.filter(person=person),
        Correspondent.objects.filter(person=person),
        Block.objects.filter(Q(person=person) | Q(blocked=person)),
        Suspension.objects.filter(person=person),
    )
    return sum(rows.delete()[0] for rows in own)


def _own_box(person: Person) -> int:
    """Their copies and folders, and messages that nobody else has."""
    copies = Copy.objects.filter(person=person)
    messages = set(copies.values_list("message", flat=True))
    removed = copies.delete()[0] + Folder.objects.filter(person=person).delete()[0]
    drop_unheld(messages)
    return int(removed)


def _name(person: Person) -> int:
    sent = Message.objects.filter(sender=person)
    pks = list(sent.values_list("pk", flat=True))
    touched = sent.update(sender=None, sender_name=_("Ancien membre"))
    finding.refresh(pks)
    for rows, field in (
        (Conversation.objects, "starter"),
        (Correspondent.objects, "substitute"),
        (Purge.objects, "sender"),
        (Purge.objects, "actor"),
        (Purge.objects, "undone_by"),
        (Report.objects, "reporter"),
        (Report.objects, "decided_by"),
        (Suspension.objects, "actor"),
        (Suspension.objects, "ended_by"),
    ):
        touched += rows.filter(**{field: person}).update(**{field: None})
    return int(touched)


def _mentions(person: Person) -> int:
    """Lists of keys that hold the person's: children of whom a message spoke, whom an absence answered, audiences."""
    touched = Copy.objects.filter(children__contains=[person.pk]).update(children=_without("children", person.pk))
    touched += Correspondent.objects.filter(away_told__contains=[person.pk]).update(
        away_told=_without("away_told", person.pk)
    )
    for rows in (Message.objects.all(), Draft.objects.all()):
        touched += _lines(rows, person.pk)
    return touched


def _without(field: str, pk: int) -> Func:
    return Func(
        F(field),
        Value(pk, output_field=BigIntegerField()),
        function="array_remove",
        output_field=ArrayField(BigIntegerField()),
    )


def _lines(rows: "QuerySet[Any]", pk: int) -> int:
    naming = Q(lines__contains=[{"child": pk}])
    for kind in _ABOUT_A_PERSON:
        naming |= Q(lines__contains=[{"kind": kind, "id": pk}])
    found = list(rows.filter(naming).only("pk", "lines"))
    for row in found:
        row.lines = [line for line in row.lines if not _names(line, pk)]
    rows.model._default_manager.bulk_update(found, ["lines"], batch_size=500)
    return len(found)


def _names(line: dict[str, Any], pk: int) -> bool:
    return line.get("child") == pk or (line.get("kind") in _ABOUT_A_PERSON and line.get("id") == pk)
