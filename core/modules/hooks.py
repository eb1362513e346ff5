"""What the référent's console keeps of people: who changed what."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from core.modules.models import ChangeSet
from core.people.models import Person

KEPT = timedelta(days=2 * 365)  # the manifest's retention, 24 months


def export_person(person: Person) -> dict[str, Any]:
    made = ChangeSet.objects.filter(actor=person)
    return {"changes": [{"at": change.at.isoformat(), "what": change.lines} for change in made]}


def erase_person(person: Person, *, actor: Person | None) -> int:
    """The changes stay, without their author."""
    return ChangeSet.objects.filter(actor=person).update(actor=None)


def forget_old_changes() -> None:
    ChangeSet.objects.filter(at__lt=timezone.now() - KEPT).delete()
