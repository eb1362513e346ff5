"""Sheets of faces: a page, and A4 paper ready for the printer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.people.models import Person
from core.people.photos.seeing import give_faces, give_pictures
from core.permissions.viewer import Viewer
from core.ui import printing
from core.ui.typography import initials


@dataclass(frozen=True)
class Face:
    """A person on a sheet: a picture or initials, the name, and what is said below it."""

    person: Person
    detail: str = ""

    @property
    def picture(self) -> str:
        return str(getattr(self.person, "picture", ""))

    @property
    def initials(self) -> str:
        return initials(self.person.full_name)


@dataclass(frozen=True)
class Sheet:
    """« 6e A », who stands above it, and the people in the order of their names."""

    title: str
    lead: str = ""
    faces: list[Face] = field(default_factory=list)


def page(viewer: Viewer, sheet: Sheet) -> dict[str, Any]:
    """The context of `people/faces.html`."""
    give_faces(viewer, [face.person for face in sheet.faces])
    return {"sheet": sheet, "missing": "" if printing.available() else printing.MISSING}


def paper(viewer: Viewer, sheet: Sheet) -> HttpResponse:
    """The sheet as PDF; as a page to print where the server cannot make PDF."""
    give_pictures(viewer, [face.person for face in sheet.faces])
    context = {
        "sheet": sheet,
        "school": viewer.modules.establishment,
        "today": timezone.localdate(),
        "fonts": printing.fonts() if printing.available() else "",
    }
    html = render_to_string("people/faces_paper.html", context)
    name = slugify(_("Trombinoscope %(title)s") % {"title": sheet.title})
    if printing.available():
        return _download(printing.pdf(html), printing.PDF, f"{name}.pdf")
    return _download(html.encode(), printing.HTML, f"{name}.html")


def faces(people: Iterable[Person], said: dict[int, str] | None = None) -> list[Face]:
    return [Face(person, (said or {}).get(person.pk, "")) for person in people]


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response
