"""What the manifest names: a person's data."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from core.jobs.models import Run
from core.people.models import Person
from tenants.work.models import OPEN


def export_person(person: Person) -> dict[str, Any]:
    asked = Run.objects.filter(actor=person).values_list("label", "created_at", "state")
    return {"works": [{"label": label, "asked_at": at.isoformat(), "state": state} for label, at, state in asked]}


def erase_person(person: Person, *, actor: Person | None) -> int:
    """The works stay, nobody's."""
    return Run.objects.filter(actor=person).update(actor=None)


def expired(limit: datetime) -> QuerySet[Run]:
    """Works that are over and were asked for by then; a scheduled job's last run stays until the next."""
    return Run.objects.filter(created_at__lt=limit, job="").exclude(state__in=OPEN)
