"""That a list was taken away is written down."""

from typing import Any

from django.db import transaction

from core.audit.services import record
from core.people.models import Person


@transaction.atomic
def note_export(*, actor: Person | None, form: str, people: int, filters: str) -> None:
    """`filters` in words: which list it was."""
    changes: dict[str, list[Any]] = {"format": [None, form], "people": [None, people]}
    record("people.export", actor=actor, target=None, label=filters, changes=changes)
