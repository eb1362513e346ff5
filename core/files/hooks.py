"""What the manifest names."""

from typing import Any

from django.db.models import QuerySet

from core.files.models import StoredFile
from core.modules import registry
from core.people.models import Person
from core.permissions.viewer import Viewer


def export_person(person: Person) -> dict[str, Any]:
    """The list of what the person uploaded."""
    return {"uploaded": _told(StoredFile.objects.filter(uploaded_by=person))}


def _told(files: QuerySet[StoredFile]) -> list[dict[str, Any]]:
    return [
        {
            "name": stored.name,
            "type": stored.content_type,
            "size": stored.size,
            "at": stored.created_at.isoformat(),
        }
        for stored in files
    ]


def export_to_guardian(viewer: Viewer, child: Person, data: dict[str, Any]) -> dict[str, Any]:
    """Without what the child joined where a guardian takes no files along: in their messages."""
    closed = [slug for slug, manifest in registry.manifests().items() if not manifest.files_to_guardian]
    kept = StoredFile.objects.filter(uploaded_by=child).exclude(module__in=closed)
    return {**data, "uploaded": _told(kept)}


def export_files(person: Person) -> QuerySet[StoredFile]:
    """What the person uploaded, themselves."""
    return StoredFile.objects.filter(uploaded_by=person).order_by("created_at", "pk")


def erase_person(person: Person, *, actor: Person | None) -> int:
    """The files belong to what they were sent for and stay with it; who sent them is forgotten."""
    return StoredFile.objects.filter(uploaded_by=person).update(uploaded_by=None)
