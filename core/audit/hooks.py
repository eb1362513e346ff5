"""What the manifest names."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from core.audit import words
from core.audit.models import AuditEntry
from core.people.models import Person


def export_person(person: Person) -> dict[str, Any]:
    """What the person did, and what was done to their record. Who did it, and whom else it names, is not theirs."""
    did = AuditEntry.objects.filter(actor_account_id=person.account_id) if person.account_id else ()
    about = AuditEntry.objects.filter(target_type=Person._meta.label_lower, target_id=str(person.pk))
    return {
        "did": [{**_shown(entry), "object": entry.target_label} for entry in did],
        "about": [_shown(entry) for entry in about],
    }


def erase_person(person: Person, *, actor: Person | None) -> int:
    """Nothing: the journal is kept to secure the processing (GDPR art. 17.3 b and e) and forgets by age."""
    return 0


def _shown(entry: AuditEntry) -> dict[str, Any]:
    return {"at": entry.at.isoformat(), "action": words.action(entry.action)}


def old_entries(limit: datetime) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(at__lt=limit)
