"""What the référent's console keeps of people: who changed what."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from core.modules.models import ChangeSet
from core.people.models import Person


def export_person(person: Person) -> dict[str, Any]:
    made = ChangeSet.objects.filter(actor=person)
    told = [{"at": change.at.isoformat(), "what": [_said(line) for line in change.lines]} for change in made]
    return {"changes": told}


def erase_person(person: Person, *, actor: Person | None) -> int:
    """The changes stay, without their author."""
    return ChangeSet.objects.filter(actor=person).update(actor=None)


def old_changes(limit: datetime) -> QuerySet[ChangeSet]:
    return ChangeSet.objects.filter(at__lt=limit)


def _said(line: dict[str, Any]) -> str:
    """« Actualités, ouvert à : tous → le personnel »"""
    was, will = line.get("before", "—"), line.get("after", "—")
    return f"{line.get('module', '')}, {line.get('what', '')}\u00a0: {was} → {will}"
