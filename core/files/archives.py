"""Office documents are zip archives: which one it is, and whether it may be kept. Nothing is unpacked."""

import stat
import zipfile
import zlib
from typing import IO

from core.files import refusals
from core.files.types import ODF, OOXML, FileType

MAX_ENTRIES = 3_000
MAX_DIRECTORY = 1024 * 1024  # bytes of the list of entries
MAX_UNPACKED = 200 * 1024 * 1024
# Spreadsheets of repeated rows reach 60:1; bombs begin at 1,000:1.
MAX_RATIO = 150
SMALL = 10 * 1024 * 1024  # below this, the ratio does not matter
_MAX_XML = 1024 * 1024
_END, _END_SIZE, _MAX_COMMENT = b"PK\x05\x06", 22, 65_535
_LOCATOR64, _LOCATOR64_SIZE = b"PK\x06\x07", 20


def ends_as_zip(file: IO[bytes]) -> bool:
    """Whether the file also opens as an archive from its end: another format with an archive behind it."""
    return _end_record(file) is not None


def office_type(file: IO[bytes]) -> FileType:
    """The type of an office document. Raises Refused for other archives and for dangerous ones."""
    check_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_entries(entries, size=file.seek(0, 2))
            return _type_of(archive, {entry.filename for entry in entries})
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise refusals.damaged() from error


def _end_record(file: IO[bytes]) -> tuple[int, bytes] | None:
    """Position and content of the record that ends an archive, when the file ends exactly with it."""
    size = file.seek(0, 2)
    start = max(0, size - _END_SIZE - _MAX_COMMENT)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(_END)
    while at >= 0:
        record = tail[at : at + _END_SIZE]
        if len(record) == _END_SIZE and at + _END_SIZE + int.from_bytes(record[20:22], "little") == len(tail):
            return start + at, record
        at = tail.rfind(_END, 0, at)
    return None


def check_directory(file: IO[bytes]) -> None:
    """Bound the list of entries before Python reads it whole. 64-bit archives have no reason to come here.

    Raises Refused for what ends as no archive, and for one that holds too much.
    """
    found = _end_record(file)
    if found is None:
        raise refusals.damaged()
    position, record = found
    entries, length = int.from_bytes(record[10:12], "little"), int.from_bytes(record[12:16], "little")
    file.seek(max(0, position - _LOCATOR64_SIZE))
    is_64 = file.read(4) == _LOCATOR64
    if is_64 or entries > MAX_ENTRIES or length > MAX_DIRECTORY:
        raise refusals.unsafe()
    file.seek(0)


def _check_entries(entries: list[zipfile.ZipInfo], *, size: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES or len(set(names)) != len(names) or packed > size:
        raise refusals.unsafe()  # entries that share their bytes are how a bomb stays small
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * size):
        raise refusals.unsafe()
    for entry in entries:
        _check_entry(entry)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    parts = name.split("/")
    if "\\" in name or "\x00" in name or ":" in parts[0] or name.startswith("/") or ".." in parts:
        raise refusals.unsafe()
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise refusals.unsafe()
    if entry.flag_bits & 0x1:
        raise refusals.protected()
    if _is_macro(name.lower()):
        raise refusals.macros()


def _is_macro(name: str) -> bool:
    """VBA of Microsoft's formats; Basic modules and scripts of the open ones (their indexes may be empty)."""
    if name.endswith(("vbaproject.bin", "vbadata.xml")):
        return True
    last = name.rpartition("/")[2]
    in_basic = name.startswith("basic/") and last not in {"", "script-lb.xml", "script-lc.xml"}
    return in_basic or (name.startswith("scripts/") and last != "")


def _type_of(archive: zipfile.ZipFile, names: set[str]) -> FileType:
    if "mimetype" in names:
        declared = _read(archive, "mimetype", 200).decode("ascii", "replace").strip()
        if declared in ODF and "content.xml" in names:
            return ODF[declared]
        raise refusals.unknown_type()
    if "[Content_Types].xml" in names:
        if b"macroEnabled" in _read(archive, "[Content_Types].xml", _MAX_XML):
            raise refusals.macros()
        found = [kind for part, kind in OOXML.items() if part in names]
        if len(found) == 1:
            return found[0]
        raise refusals.unknown_type()
    raise refusals.archive()


def _read(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    with archive.open(name) as entry:
        return entry.read(limit)
