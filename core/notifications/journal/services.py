"""What is written from the delivery log."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core.audit.models import AuditEntry
from core.audit.services import record
from core.people.models import Person


@transaction.atomic
def record_export(*, actor: Person | None, filters: Mapping[str, Any]) -> AuditEntry:
    """Note that the log was taken away, and which part of it."""
    changes = {name: [None, value] for name, value in filters.items()}
    return record("notifications.export_journal", actor=actor, target=None, changes=changes)
