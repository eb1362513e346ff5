"""Tables for spreadsheets: CSV as French ones open it, and XLSX. No cell is ever computed."""

import csv
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

# By it a spreadsheet knows that a CSV is UTF-8
MARK = "\ufeff"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet takes a cell that begins with one of these for a formula and may run it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral(cell: str) -> str:
    """The cell as text that no spreadsheet computes (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, text: str) -> str:
        return text


_write = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n").writerow


def line(cells: Iterable[Any]) -> str:
    """One line of CSV: semicolons, neutral cells."""
    return str(_write([neutral(str(cell)) for cell in cells]))


def csv_lines(head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """A whole file, line by line, with its mark."""
    yield MARK + line(head)
    for row in rows:
        yield line(row)


def csv_answer(name: str, head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """The table as a download called `name`.csv, which no cache keeps."""
    return download("".join(csv_lines(head, rows)), f"{name}.csv", "text/csv; charset=utf-8")


def xlsx(head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> bytes:
    """The table as a workbook of one sheet; its cells are text, numbers or dates and never formulas."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for row in (head, *rows):
        sheet.append([_cell(sheet, value) for value in row])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def xlsx_answer(name: str, head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """The same as `csv_answer`, as a workbook."""
    return download(xlsx(head, rows), f"{name}.xlsx", XLSX)


def _cell(sheet: Any, value: Any) -> Any:
    """Text stays text, also where it looks like a formula; characters that XML refuses go."""
    if not isinstance(value, str):
        return value if isinstance(value, int | float) or hasattr(value, "isoformat") else str(value)
    cell = WriteOnlyCell(sheet, value="".join(c for c in value if c >= " " or c in "\n\t"))
    cell.data_type = "s"
    return cell


def download(content: str | bytes, name: str, kind: str) -> HttpResponse:
    """Something to keep under this name, of this content type, which no cache keeps."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
