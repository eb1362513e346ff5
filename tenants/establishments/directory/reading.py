"""From bytes to lines: encoding, separator, columns. Whatever a spreadsheet or an administration produces."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from tenants.errors import DomainError
from tenants.establishments.directory.columns import canonical, missing

MAX_BYTES = 50 * 1024 * 1024
SEPARATORS = (";", ",", "\t", "|")
_SAMPLE = 64 * 1024
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# Bytes that are œ, Œ, Ÿ in ISO-8859-15 and fractions in Windows-1252, where 0x80 to 0x9f are letters too.
_LATIN9 = frozenset(b"\xbc\xbd\xbe")


class UnreadableFile(DomainError):
    """The file as a whole cannot be read; its message says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__("unreadable-file", message, {"file": message})


@dataclass(frozen=True)
class Line:
    """One line of the file: its number there (the header is 1), its cells as read, and its cells by column.

    `problem` says why the cells cannot be trusted; it is empty for a sound line.
    """

    number: int
    cells: tuple[str, ...]
    values: dict[str, str]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A file that could be opened: its header as written, its separator, and its lines, read on demand."""

    header: tuple[str, ...]
    separator: str
    encoding: str
    columns: frozenset[str]
    lines: Iterator[Line]
    total: int


def open_table(stream: BinaryIO) -> Table:
    """Find out how the file is written. Raises UnreadableFile. `stream` must be seekable."""
    size = stream.seek(0, io.SEEK_END)
    if size > MAX_BYTES:
        raise UnreadableFile(_("Ce fichier dépasse 50\u00a0Mo. L’annuaire d’une région en fait moins d’un."))
    encoding, total = _encoding(stream)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline=None)
    numbered = enumerate(text, start=1)
    header_number, header_line = next(((n, line) for n, line in numbered if line.strip()), (0, ""))
    separator, header = _header(header_line)
    names = [canonical(cell) for cell in header]
    lacking = missing(names)
    if lacking:
        raise UnreadableFile(
            _("Ce fichier n’est pas un annuaire d’établissements\u202f: il manque %(columns)s.")
            % {"columns": ", ".join(f"«\u00a0{column}\u00a0»" for column in lacking)}
        )
    return Table(
        header=tuple(header),
        separator=separator,
        encoding=encoding,
        columns=frozenset(name for name in names if name),
        lines=_lines(numbered, names, separator),
        total=max(total - header_number, 0),
    )


def _encoding(stream: BinaryIO) -> tuple[str, int]:
    """The encoding and the number of lines. Refuses what is empty, a workbook, or not text."""
    stream.seek(0)
    start = stream.read(_SAMPLE)
    if not start.strip():
        raise UnreadableFile(_("Ce fichier est vide."))
    if start.startswith(_WORKBOOKS):
        raise UnreadableFile(
            _("C’est un classeur. Dans le tableur, enregistrez-le au format CSV, puis chargez le CSV.")
        )
    bom = next((name for mark, name in _BOMS if start.startswith(mark)), "")
    encoding = bom or _utf16_without_mark(start)
    if encoding.startswith("utf-16"):
        return encoding, _utf16_lines(stream, encoding)
    return _eight_bits(stream, bom)


def _utf16_without_mark(start: bytes) -> str:
    if not start.count(0) > len(start) // 4:
        return ""
    return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"


def _utf16_lines(stream: BinaryIO, encoding: str) -> int:
    stream.seek(0)
    try:
        text = stream.read().decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableFile(_("Ce fichier est abîmé\u202f: son texte ne peut pas être lu.")) from None
    if "\0" in text:
        raise UnreadableFile(_not_text())
    return text.count("\n") + 1


def _eight_bits(stream: BinaryIO, bom: str) -> tuple[str, int]:
    """UTF-8 when most lines with accents are; else Windows-1252 or ISO-8859-15."""
    stream.seek(0)
    total = sound = broken = 0
    seen: set[int] = set()
    for line in stream:
        total += 1
        if b"\0" in line:
            raise UnreadableFile(_not_text())
        if line.isascii():
            continue
        seen.update(byte for byte in line if byte > 127)
        try:
            line.decode("utf-8")
            sound += 1
        except UnicodeDecodeError:
            broken += 1
    if bom or not broken or sound > broken:
        return bom or "utf-8", total
    latin9 = bool(seen & _LATIN9) and not any(0x80 <= byte <= 0x9F for byte in seen)
    return "iso-8859-15" if latin9 else "cp1252", total


def _not_text() -> str:
    return _("Ce fichier n’est pas du texte. Chargez un fichier CSV.")


def _header(line: str) -> tuple[str, list[str]]:
    """The separator that makes the most known columns, and the cells."""
    best = max(SEPARATORS, key=lambda separator: sum(map(bool, map(canonical, _cells(line, separator) or ()))))
    return best, _cells(line, best) or []


def _cells(line: str, separator: str) -> list[str] | None:
    """The cells of one line; None when a quote is not closed or the line cannot be split."""
    try:
        rows = list(csv.reader([line.rstrip("\r\n")], delimiter=separator, strict=True))
    except csv.Error:
        return None
    return [cell.strip() for cell in rows[0]] if rows else []


def _lines(numbered: Iterator[tuple[int, str]], names: list[str], separator: str) -> Iterator[Line]:
    for number, raw in numbered:
        cells = _cells(raw, separator)
        if cells is None:
            bare = tuple(cell.strip() for cell in raw.strip().replace('"', "").split(separator))
            yield Line(number, bare, {}, _("Un guillemet n’est pas fermé."))
        elif any(cells):
            yield _line(number, cells, names)


def _line(number: int, cells: list[str], names: list[str]) -> Line:
    values = {name: cell for name, cell in zip(names, cells, strict=False) if name}
    problem = ""
    if len(cells) != len(names):
        problem = _("La ligne a %(found)d colonnes au lieu de %(expected)d.") % {
            "found": len(cells),
            "expected": len(names),
        }
    elif any("\ufffd" in cell for cell in cells):
        problem = _("Des caractères sont illisibles\u202f: l’encodage de cette ligne diffère du reste.")
    elif any(not char.isprintable() for cell in cells for char in cell.replace("\u00a0", "").replace("\u202f", "")):
        problem = _("La ligne contient des caractères invisibles.")
    return Line(number, tuple(cells), values, problem)
