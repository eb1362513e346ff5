"""The archive itself: a page that anybody reads, the same as JSON, and the files."""

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

import structlog
from django.template.loader import render_to_string
from django.utils import timezone

from core.files.models import StoredFile
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.privacy.exporting.gathering import Area
from core.privacy.exporting.telling import Told, told

logger = structlog.get_logger(__name__)
STYLE = Path(__file__).with_name("archive.css")


def pack(
    target: IO[bytes], *, viewer: Viewer, person: Person, areas: Iterable[Area], step: Callable[[], None]
) -> None:
    """Write the archive area by area, calling `step` after each; no more than one area is in memory at a time
    but for its words on the page.
    """
    parts: list[dict[str, Any]] = []
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for area in areas:
            if not area.is_empty:
                parts.append(_area(archive, area))
            step()
        page = render_to_string("privacy/archive/index.html", _context(viewer, person, parts))
        archive.writestr("index.html", page)
        archive.writestr("style.css", STYLE.read_text(encoding="utf-8"))


def _area(archive: ZipFile, area: Area) -> dict[str, Any]:
    """Write the area's JSON and files; return what the page says of it."""
    name = f"json/{area.slug}.json"
    archive.writestr(name, json.dumps(area.data, ensure_ascii=False, indent=2, default=str))
    files = [link for link in (_file(archive, area, stored) for stored in area.files) if link]
    return {
        "slug": area.slug,
        "name": area.name,
        "about": area.manifest.description,
        "told": told(area.data, area.manifest.export_labels) if area.data else Told("facts"),
        "json": name,
        "files": files,
        "processing": area.manifest.processing,
    }


def _file(archive: ZipFile, area: Area, stored: StoredFile) -> dict[str, Any] | None:
    """The bytes under a name that no other file has; None where they are missing from the storage."""
    path = f"fichiers/{area.slug}/{stored.pk.hex[:8]}-{stored.name}"
    try:
        with stored.content.open("rb") as source, archive.open(path, "w") as entry:
            shutil.copyfileobj(source, entry)
    except FileNotFoundError:
        logger.error("the bytes of a file are missing", file=str(stored.pk))
        return None
    return {"name": stored.name, "path": path, "size": stored.size}


def _context(viewer: Viewer, person: Person, parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "person": person,
        "reader": viewer.person,
        "is_own": viewer.person is not None and viewer.person.pk == person.pk,
        "school": viewer.modules.establishment,
        "made_at": timezone.localtime(),
        "parts": parts,
        "contact": viewer.modules["privacy"].settings["contact"],
    }
