"""Tables as rows of text, whatever they are kept in: CSV of any separator and encoding, or a workbook."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import IO, Any, cast

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from core.imports.errors import SourceError
from core.imports.sources import Member
from core.imports.sources.text import decoded, lines, wide_encoding
from core.people.text import fold

WORKBOOK = (".xlsx", ".xlsm")
PLAIN = (".csv", ".txt", ".tsv")
SEPARATORS = ";\t,|"
# No school's table has so many rows, columns or letters in a cell
MOST_ROWS, MOST_COLUMNS, _LONGEST_CELL = 20_000, 200, 32_767
_LARGEST = 64 * 1024 * 1024
_MOST_PARTS, _LARGEST_WORKBOOK, _LARGEST_STRINGS = 2_000, 300 * 1024 * 1024, 64 * 1024 * 1024
_HEADER_WITHIN = 15


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, and its line in the file (the first of several, for cells that hold newlines)."""

    line: int
    cells: list[str]


@dataclass(slots=True)
class Table:
    """A header and the rows below it, which are read once."""

    name: str
    headers: list[str]
    rows: Iterator[Row]

    def by_header(self, row: Row) -> dict[str, str]:
        """A row as people wrote it, to be handed back."""
        return dict(zip(self.headers, (*row.cells, *[""] * len(self.headers)), strict=False))


def is_table(member: Member) -> bool:
    """Whether a file may be a table: by its name, and by its first bytes."""
    name = member.name.lower()
    if name.endswith(WORKBOOK) or member.head.startswith(b"PK\x03\x04"):
        return True
    if member.head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<", b"%PDF", b"\x89PNG", b"\xff\xd8", b"\xd0\xcf\x11")):
        return False
    if not wide_encoding(member.head)[0] and b"\0" in member.head[:4096]:
        return False
    return name.endswith(PLAIN) or any(mark.encode() in member.head[:4096] for mark in SEPARATORS)


def open_table(member: Member, known: Iterable[str] = ()) -> Table:
    """The table that a file holds. `known`: headers, folded, by which the header row is told from what is above it.

    Raises SourceError where it is no table, is empty or holds too much; so may reading its rows.
    """
    name = member.name.lower()
    if name.endswith(".xls") or member.head.startswith(b"\xd0\xcf\x11"):
        raise SourceError(
            "old-workbook",
            _(
                "«\u00a0%(name)s\u00a0» est un ancien classeur Excel (.xls). Enregistrez-le en .xlsx ou en CSV, "
                "puis recommencez."
            )
            % {"name": member.name},
        )
    if name.endswith(WORKBOOK) or member.head.startswith(b"PK\x03\x04"):
        rows = _workbook_rows(member)
    else:
        rows = _plain_rows(member)
    return _with_header(member.name, _bounded(rows, member.name), set(known))


def _with_header(name: str, rows: Iterator[Row], known: set[str]) -> Table:
    """The header is the row with most known headers among the first ones; the first with two cells where none has."""
    first = list(islice(rows, _HEADER_WITHIN))
    filled = [row for row in first if sum(bool(cell) for cell in row.cells) > 1] or first
    if not filled:
        raise SourceError(
            "empty-file",
            _("Le tableau «\u00a0%(name)s\u00a0» est vide. Vérifiez l’export, puis recommencez.") % {"name": name},
        )
    scores = [sum(fold(cell) in known for cell in row.cells) for row in filled]
    header = filled[scores.index(max(scores))]
    below = first[first.index(header) + 1 :]
    return Table(name, _distinct(header.cells), (row for part in (below, rows) for row in part if any(row.cells)))


def _distinct(headers: list[str]) -> list[str]:
    """Headers that can be told apart: ONDE repeats those of children."""
    while headers and not headers[-1]:
        headers.pop()
    counts: Counter[str] = Counter()
    found = []
    for number, header in enumerate(headers, start=1):
        header = " ".join(header.split()) or _("Colonne %(n)s") % {"n": number}
        counts[header] += 1
        found.append(header if counts[header] == 1 else f"{header} ({counts[header]})")
    return found


def _bounded(rows: Iterator[Row], name: str) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if count > MOST_ROWS or len(row.cells) > MOST_COLUMNS:
            raise _too_big(name)
        yield row


def _too_big(name: str) -> SourceError:
    return SourceError(
        "table-too-big",
        _(
            "Le tableau «\u00a0%(name)s\u00a0» a plus de %(rows)s lignes ou de %(columns)s colonnes\u202f: "
            "c’est trop pour un établissement. Gardez les lignes et les colonnes utiles."
        )
        % {"name": name, "rows": MOST_ROWS, "columns": MOST_COLUMNS},
    )


# --- CSV ------------------------------------------------------------------------------------------------
def _plain_rows(member: Member) -> Iterator[Row]:
    if member.size > _LARGEST:
        raise _too_big(member.name)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(lines(member), delimiter=_separator(member))
    line = 1
    try:
        for cells in reader:
            yield Row(line, [cell.strip() for cell in cells])
            line = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(
            "broken-table",
            _(
                "Le tableau «\u00a0%(name)s\u00a0» est illisible à la ligne %(line)s\u202f: un guillemet n’est sans "
                "doute pas fermé. Corrigez-le, puis recommencez."
            )
            % {"name": member.name, "line": line},
        ) from error


def _separator(member: Member) -> str:
    """What separates the cells of the first lines, quotes apart; the semicolon of French spreadsheets when in doubt."""
    wide, mark = wide_encoding(member.head)
    head = member.head[mark:]
    text = head.decode(wide, errors="replace") if wide.startswith("utf-16") else decoded(head)
    plain = "".join(part for at, part in enumerate(text[:20_000].split('"')) if not at % 2)
    first = [line for line in plain.splitlines()[:5] if line.strip()]
    counts = {mark: sum(line.count(mark) for line in first) for mark in SEPARATORS}
    return max(counts, key=lambda mark: counts[mark]) if any(counts.values()) else ";"


# --- workbooks ------------------------------------------------------------------------------------------
def _workbook_rows(member: Member) -> Iterator[Row]:
    """The first sheet that holds something, values and not formulas."""
    with member.open() as stream:
        content: IO[bytes] = stream if stream.seekable() else io.BytesIO(_checked(stream, member.name))
        _check_workbook(content, member.name)
        try:
            book = openpyxl.load_workbook(cast(Any, content), read_only=True, data_only=True, keep_links=False)
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
            raise _broken_workbook(member.name) from error
        try:
            yield from _sheet_rows(book)
        except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, TypeError, EOFError) as error:
            raise _broken_workbook(member.name) from error
        finally:
            book.close()


def _sheet_rows(book: Any) -> Iterator[Row]:
    for sheet in book.worksheets:
        any_cell = False
        sheet.reset_dimensions()  # what a sheet says of its size may be wrong
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = [_cell(value) for value in values]
            any_cell = any_cell or any(cells)
            yield Row(number, cells)
        if any_cell:
            return


def _cell(value: object) -> str:
    """What a person reads in the cell: days as dd/mm/yyyy, whole numbers without decimals."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()[:_LONGEST_CELL]


def _checked(stream: IO[bytes], name: str) -> bytes:
    data = stream.read(_LARGEST_STRINGS + 1)
    if len(data) > _LARGEST_STRINGS:
        raise _huge_workbook(name)
    return data


def _check_workbook(content: IO[bytes], name: str) -> None:
    """Counts and weighs the parts, and sees that none declares a document type: spreadsheets never do."""
    try:
        with zipfile.ZipFile(content) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_WORKBOOK:
                raise _huge_workbook(name)
            for part in parts:
                if part.filename.endswith("sharedStrings.xml") and part.file_size > _LARGEST_STRINGS:
                    raise _huge_workbook(name)
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        head = stream.read(4096).replace(b"\0", b"")
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise _broken_workbook(name)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise _broken_workbook(name) from error
    content.seek(0)


def _broken_workbook(name: str) -> SourceError:
    return SourceError(
        "broken-workbook",
        _(
            "Le classeur «\u00a0%(name)s\u00a0» est abîmé ou protégé. Ouvrez-le, enregistrez-le en .xlsx sans mot de "
            "passe ou en CSV, puis recommencez."
        )
        % {"name": name},
    )


def _huge_workbook(name: str) -> SourceError:
    return SourceError(
        "table-too-big",
        _("Le classeur «\u00a0%(name)s\u00a0» est démesuré. Gardez une seule feuille et les lignes utiles.")
        % {"name": name},
    )
