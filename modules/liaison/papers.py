"""A note's board on paper and in spreadsheets. Names and answers, no address and no telephone."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.permissions.viewer import Viewer
from core.ui import printing
from core.ui.sheets import csv_answer, xlsx_answer
from modules.liaison.models import Note
from modules.liaison.selectors.audience import audience_in_words
from modules.liaison.selectors.board import Board, Row, slots_of

FORMS = ("pdf", "csv", "xlsx")


def answer(form: str, viewer: Viewer, board: Board, rows: Iterable[Row]) -> HttpResponse:
    """The board as a download: one line for each guardian of each child, one for a child without."""
    name = f"carnet-{slugify(board.note.title)[:40] or board.note.pk}"
    if form == "pdf":
        return _paper(name, viewer, board, list(rows))
    head = [
        _("Classe"), _("Nom"), _("Prénom"), _("Résultat"), _("Responsable"), _("Pris connaissance le"), _("Réponse"),
        _("Répondu le"), _("Montant"), _("Mot"), _("Sur papier"), _("Document"),
    ]  # fmt: skip
    lines = (line for row in rows for line in _lines(board.note, row))
    return csv_answer(name, head, lines) if form == "csv" else xlsx_answer(name, head, lines)


def _lines(note: Note, row: Row) -> Iterable[list[Any]]:
    child = [row.class_name, row.child.last_name, row.child.first_name, row.outcome_label]
    document = "" if not note.paper else _("à rendre") if row.paper_missing else _("rendu")
    for said in row.said:
        choice = said.receipt.choice if said.receipt else None
        amount: Any = float(choice.amount) if choice is not None and choice.amount is not None else ""
        yield [
            *child, said.name, _moment(said.acknowledged_at), said.says, _moment(said.answered_at), amount, said.word,
            _("oui") if said.on_paper else "", document,
        ]  # fmt: skip
    if not row.said:
        yield [*child, "", "", "", "", "", "", "", document]


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%d/%m/%Y %H:%M") if at else ""


def _paper(name: str, viewer: Viewer, board: Board, rows: list[Row]) -> HttpResponse:
    """PDF; as a page to print where the server cannot make it."""
    ready = printing.available()
    html = render_to_string(
        "liaison/board_paper.html",
        {
            "note": board.note,
            "board": board,
            "rows": rows,
            "booked": slots_of(board.note),
            "audience": audience_in_words(board.note),
            "school": viewer.modules.establishment,
            "today": timezone.localdate(),
            "fonts": printing.fonts() if ready else "",
        },
    )
    kind = printing.PDF if ready else printing.HTML
    response = HttpResponse(printing.pdf(html) if ready else html, content_type=kind)
    if ready:
        response["Content-Disposition"] = content_disposition_header(True, f"{name}.pdf") or ""
    response["Cache-Control"] = "private, no-store"
    return response
