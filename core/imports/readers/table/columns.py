"""What is in a table, before it is read; and empty tables to fill in."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.imports.errors import SourceError
from core.imports.readers.table.fields import FIELDS, HEADERS, NAMES, proposed
from core.imports.readers.tabular import Table, is_table, open_table
from core.imports.sources import Member, Source

_SAMPLE = 5


@dataclass(frozen=True, slots=True)
class Columns:
    """The headers of a table, its first rows as they are, and a mapping {header: field} of what was recognised."""

    headers: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    mapping: dict[str, str]


def table_of(source: Source) -> Member:
    """The one table of a source. Raises SourceError for none and for several."""
    found = [member for member in source.members if is_table(member)]
    if len(found) == 1:
        return found[0]
    raise SourceError(
        "not-one-table",
        _("Il y a ici plusieurs tableaux. Envoyez-les un par un.")
        if found
        else _("Ce fichier n’est pas un tableau. Enregistrez-le en .xlsx ou en CSV, puis recommencez."),
    )


def columns(source: Source) -> Columns:
    """Raises SourceError where the source is no single table, is empty or cannot be read."""
    table = open_table(table_of(source), HEADERS)
    rows = tuple(tuple(row.cells[: len(table.headers)]) for row in islice(table.rows, _SAMPLE))
    return Columns(tuple(table.headers), rows, proposed(table.headers))


def places(table: Table, mapping: Mapping[str, str] | None) -> dict[str, int]:
    """{field: place of its column}, from {header: field}, or {field: header}, or what the headers say.

    Raises SourceError where nobody could be named.
    """
    chosen = dict(mapping or {})
    if chosen and not set(chosen.values()) <= NAMES and set(chosen) <= NAMES:
        chosen = {header: field for field, header in chosen.items()}
    if not chosen:
        chosen = proposed(table.headers)
    found = {field: table.headers.index(header) for header, field in chosen.items() if header in table.headers}
    if not {"last_name", "first_name"} <= set(found):
        raise SourceError(
            "no-names",
            _("Dites quelle colonne contient le nom et quelle colonne contient le prénom, puis recommencez."),
        )
    return found


# --- tables to fill in ----------------------------------------------------------------------------------
_TEMPLATES: dict[str, tuple[str, ...]] = {
    "pupils": (
        "last_name", "first_name", "birth_date", "civility", "ine", "class", "level", "groups", "email", "address",
        "postcode", "town",
        *(f"guardian{rank}_{name}" for rank in (1, 2) for name in (
            "last_name", "first_name", "civility", "kinship", "authority", "email", "mobile", "address", "postcode",
            "town",
        )),
    ),
    "staff": (
        "last_name", "first_name", "civility", "birth_date", "email", "phone", "role", "function", "subject",
        "classes_taught", "main_class",
    ),
}  # fmt: skip


def template(kind: Literal["pupils", "staff"], extension: Literal["csv", "xlsx"]) -> bytes:
    """An empty table of pupils and their guardians, or of staff, whose headers are all recognised."""
    labels = {name: str(label) for name, label in FIELDS}
    headers = [labels[name] for name in _TEMPLATES[kind]]
    if extension == "csv":
        text = io.StringIO()
        csv.writer(text, delimiter=";", lineterminator="\r\n").writerow(headers)
        # With the mark by which spreadsheets recognise UTF-8
        return b"\xef\xbb\xbf" + text.getvalue().encode()
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("Élèves et responsables") if kind == "pupils" else _("Personnels")
    sheet.append(headers)
    for number, header in enumerate(headers, start=1):
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = max(12, len(header) + 2)
        # As text: a spreadsheet would take the zeros from the beginning of a telephone number
        sheet.column_dimensions[get_column_letter(number)].number_format = "@"
    sheet.freeze_panes = "A2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
