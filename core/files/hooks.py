"""What the manifest names."""

from typing import Any

from django.db.models import QuerySet

from core.files.models import StoredFile
from core.people.models import Person


def export_person(person: Person) -> dict[str, Any]:
    """The list of what the person uploaded."""
    sent = StoredFile.objects.filter(uploaded_by=person)
    return {
        "uploaded": [
            {
                "name": stored.name,
                "type": stored.content_type,
                "size": stored.size,
                "at": stored.created_at.isoformat(),
            }
            for stored in sent
        ]
    }


def export_files(person: Person) -> QuerySet[StoredFile]:
    """What the person uploaded, themselves."""
    return StoredFile.objects.filter(uploaded_by=person).order_by("created_at", "pk")


def erase_person(person: Person, *, actor: Person | None) -> int:
    """The files belong to what they were sent for and stay with it; who sent them is forgotten."""
    return StoredFile.objects.filter(uploaded_by=person).update(uploaded_by=None)
