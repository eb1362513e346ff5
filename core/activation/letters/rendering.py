"""Letters as one file: a PDF for one class, an archive of one PDF a class for more; HTML where there is no Pango."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

from django.template.loader import render_to_string
from django.utils.text import slugify

from core.activation.letters.content import Pile, Sender
from core.ui import printing

ZIP = "application/zip"


@dataclass(frozen=True)
class Printed:
    name: str
    content_type: str
    content: bytes


def printed(piles: list[Pile], sender: Sender, *, step: Callable[[int], None]) -> Printed:
    """`step` is told how many letters are ready, pile by pile. At most one pile is in memory as pages."""
    parts = []
    for pile in piles:
        parts.append(_one(pile, sender))
        step(len(pile.letters))
    if len(parts) == 1:
        return parts[0]
    return Printed(f"courriers-{sender.today:%Y-%m-%d}.zip", ZIP, _packed(parts))


def html_of(piles: list[Pile], sender: Sender) -> str:
    """The page itself, as it goes to the printer. It holds everything that it shows."""
    context = {"piles": piles, "sender": sender, "fonts": printing.fonts() if printing.available() else ""}
    return render_to_string("activation/letters.html", context)


def _one(pile: Pile, sender: Sender) -> Printed:
    name = f"courriers-{slugify(pile.name) or 'classe'}-{sender.today:%Y-%m-%d}"
    html = html_of([pile], sender)
    if printing.available():
        return Printed(f"{name}.pdf", printing.PDF, printing.pdf(html))
    return Printed(f"{name}.html", printing.HTML, html.encode())


def _packed(parts: list[Printed]) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w", ZIP_STORED) as archive:
        names: set[str] = set()
        for part in parts:
            stem, _dot, ending = part.name.rpartition(".")
            name, number = part.name, 1
            while name in names:  # « 6e A » and « 6e-A »
                number += 1
                name = f"{stem}-{number}.{ending}"
            names.add(name)
            archive.writestr(name, part.content)
    return held.getvalue()
