"""What the manifest names: a person's data, who reads a file, banners."""

from typing import Any

from django.http import HttpRequest

from core.files.models import StoredFile
from core.modules.contract import Banner
from core.people.models import Person
from core.permissions.viewer import Viewer, viewer_of
from modules.messaging.safety import files, forgetting, held, suspensions


def file_access(viewer: Viewer, stored_file: StoredFile) -> bool:
    return files.may_read(viewer, stored_file)


def export_person(person: Person) -> dict[str, Any]:
    return held.everything_about(person)


def export_files(person: Person) -> list[StoredFile]:
    return held.files_of(person)


def export_to_guardian(viewer: Viewer, child: Person, data: dict[str, Any]) -> dict[str, Any]:
    return held.for_guardian(data)


def erase_person(person: Person, *, actor: Person | None) -> int:
    return forgetting.forget(person, actor=actor)


def banners(request: HttpRequest) -> list[Banner]:
    """While sending is suspended for the viewer: since when, and why."""
    viewer = viewer_of(request)
    if not viewer.can("messaging.view"):
        return []
    held = viewer.once("messaging.suspended", lambda: suspensions.holding(viewer.person, viewer.roles))
    return [Banner(text=held.sentence, urgent=True)] if held else []
