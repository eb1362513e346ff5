"""What the manifest names: a person's data out and gone, who reads letters, what is past its time."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from core.activation.models import Letters
from core.files.models import StoredFile
from core.people.models import Person
from core.permissions.viewer import Viewer
from tenants.accounts.models import ActivationCode
from tenants.schemas.context import current_uai
from tenants.schemas.glance import glance_at_region


def file_access(viewer: Viewer, stored_file: StoredFile) -> bool:
    """Nobody: letters are taken away on their own page, which writes it down."""
    return False


def export_person(person: Person) -> dict[str, Any]:
    """The invitations that the person got, and the letters that they had printed."""
    with glance_at_region():
        sent = list(ActivationCode.objects.filter(uai=current_uai(), person_id=person.pk).order_by("created_at"))
    asked = Letters.objects.filter(asked_by=person).order_by("pk")
    return {
        "invitations": [
            {"at": row.created_at.isoformat(), "way": row.get_way_display(), "used": row.used_at is not None}
            for row in sent
        ],
        "letters": [{"at": row.asked_at.isoformat(), "title": row.title, "count": row.count} for row in asked],
    }


def erase_person(person: Person, *, actor: Person | None) -> int:
    """The letters stay, nobody's; the person's codes go with their record (core.people)."""
    return Letters.objects.filter(asked_by=person).update(asked_by=None, filters={})


def old_letters(limit: datetime) -> QuerySet[Letters]:
    return Letters.objects.filter(asked_at__lt=limit, file=None)
