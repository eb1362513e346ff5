"""Zip archives: counted before they are opened, read member by member without extraction."""

import io
import os
import struct
import zipfile
from collections.abc import Iterator
from functools import partial
from typing import IO

from django.utils.translation import gettext as _

from core.imports.errors import SourceError
from core.imports.sources.limits import Limits
from core.imports.sources.members import Member, safe_name
from core.imports.sources.streams import Inflating, Spent, damage_in, locked, too_big, truncated

_END = b"PK\x05\x06"  # end of central directory record (APPNOTE.TXT 4.3.16)
_END64_LOCATOR = b"PK\x06\x07"
_END_SIZE, _COMMENT = 22, 65_535
_LINK = 0o120000


def too_many(name: str, count: int) -> SourceError:
    return SourceError(
        "too-many-members",
        _(
            "L’archive «\u00a0%(name)s\u00a0» contient %(count)s fichiers\u202f: c’est trop pour un annuaire. "
            "Refaites une archive avec les seuls fichiers à importer."
        )
        % {"name": name, "count": count},
    )


def members_of_zip(stream: IO[bytes], name: str, spent: Spent) -> Iterator[Member]:
    """The files of a zip, whose stream stays open as long as they are read.

    Raises SourceError where the archive is damaged, enciphered, climbs out of itself or holds too much; the number
    of its entries is read at its end before anything else of it.
    """
    _check_count(stream, name, spent.limits)
    with damage_in(name):
        archive = zipfile.ZipFile(stream)
    for entry in archive.infolist():
        base = safe_name(entry.filename)
        if base is None or entry.is_dir() or (entry.external_attr >> 16) & 0o170000 == _LINK:
            continue
        _check_entry(entry, name, spent)
        yield Member(base, entry.file_size, partial(_open_entry, archive, entry, base, spent), name)


def _check_entry(entry: zipfile.ZipInfo, name: str, spent: Spent) -> None:
    spent.total += entry.file_size
    if entry.file_size > spent.limits.member_bytes or spent.total > spent.limits.total_bytes:
        raise too_big(name, min(spent.limits.member_bytes, spent.limits.total_bytes))
    if entry.flag_bits & 1:
        raise locked(name)


def _open_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, base: str, spent: Spent) -> IO[bytes]:
    with damage_in(base):
        inner = archive.open(entry)
    return io.BufferedReader(Inflating(inner, base, entry.compress_size, spent), 256 * 1024)


def _check_count(stream: IO[bytes], name: str, limits: Limits) -> None:
    """Reads how many entries there are where the archive says so, at its end: Python would read them all first."""
    size = stream.seek(0, os.SEEK_END)
    start = max(0, size - _END_SIZE - _COMMENT - 20)
    stream.seek(start)
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_SIZE:
        raise truncated(name)
    count, directory = struct.unpack_from("<HI", tail, at + 10)
    if tail[max(0, at - 20) : at][:4] == _END64_LOCATOR:
        count, directory = _count64(stream, struct.unpack_from("<Q", tail, at - 12)[0], name)
    if count > limits.members:
        raise too_many(name, count)
    # A count that lies: entries take 46 bytes and their name
    if directory > limits.members * 512:
        raise too_many(name, directory // 46)


def _count64(stream: IO[bytes], at: int, name: str) -> tuple[int, int]:
    stream.seek(at)
    record = stream.read(56)
    stream.seek(0)
    if len(record) < 56 or record[:4] != b"PK\x06\x06":
        raise truncated(name)
    count, directory = struct.unpack_from("<QQ", record, 32)
    return count, directory
