"""Bytes that say what encoding they are in, and may lie, as clean UTF-8.

The State's files declare UTF-8, ISO-8859-15 or nothing, and are sometimes the other, or both by turns. What decodes
as UTF-8 is UTF-8 (real Latin text practically never does by chance); the rest is Latin, piece by piece.
"""

import codecs
import html
import io
import re
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from core.imports.errors import SourceError
from core.imports.sources.members import Member

BLOCK = 256 * 1024
# A text without a line's or a tag's end in so many bytes is no file of people
_LONGEST = 8 * 1024 * 1024
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
# ISO-8859-1 is read as Windows-1252, as browsers do: the bytes in which they differ mean nothing in the former
_SINGLE_BYTE = {"iso8859-1": "cp1252", "iso8859-15": "iso8859-15", "cp1252": "cp1252"}
# Windows-1252 has letters where the ISO tables have control codes
_WINDOWS = re.compile(rb"[\x80-\x9f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What XML 1.0 forbids and PostgreSQL does not store
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_REFERENCE = re.compile(rb"&(?:#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,8}));|([A-Za-z][A-Za-z0-9]{1,30});)?")
_XML_NAMES = {b"amp", b"lt", b"gt", b"quot", b"apos"}


def wide_encoding(head: bytes) -> tuple[str, int]:
    """The encoding that the first bytes show by a mark or by their NULs, and the mark's length; ("", 0) for none."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding, len(mark)
    if head[1:2] == b"\0" and head[3:4] == b"\0" and head[:1] != b"\0":
        return "utf-16-le", 0
    if head[:1] == b"\0" and head[2:3] == b"\0" and head[1:2] != b"\0":
        return "utf-16-be", 0
    return "", 0


def fallback_encoding(head: bytes) -> str:
    """The single-byte encoding that the file declares; empty where it declares none, or UTF-8."""
    declared = _DECLARED.match(head)
    if not declared:
        return ""
    try:
        return _SINGLE_BYTE.get(codecs.lookup(declared[1].decode("ascii")).name, "")
    except LookupError:
        return ""


def decoded(data: bytes, fallback: str = "") -> str:
    """`data` as UTF-8 where it is, else as Latin: `fallback`, or what its bytes show; never fails."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        pass
    if _WINDOWS.search(data):
        return data.decode("cp1252", errors="replace")
    return data.decode(fallback or "iso8859-15", errors="replace")


def utf8_blocks(stream: IO[bytes], head: bytes, *, end: bytes, start: bytes = b"") -> Iterator[bytes]:
    """The stream in blocks of valid UTF-8, each up to and with the last `end` byte in it.

    A block that mixes encodings is decoded piece by piece: a piece begins at `start`, or ends at `end` without one.
    """
    wide, mark = wide_encoding(head)
    stream.read(mark)
    fallback = fallback_encoding(head)
    blocks = _widened(stream, wide) if wide not in ("", "utf-8") else iter(lambda: stream.read(BLOCK), b"")
    rest = b""
    for data in blocks:
        cut = data.rfind(end) + 1
        if not cut:
            rest += data
            if len(rest) > _LONGEST:
                raise _shapeless()
            continue
        block, rest = rest + data[:cut], data[cut:]
        yield _clean(block, fallback, start or end)
    if rest:
        yield _clean(rest, fallback, start or end)


def _shapeless() -> SourceError:
    return SourceError(
        "shapeless",
        _("Ce fichier n’a pas la forme d’un export\u202f: une ligne démesurée. Vérifiez que c’est le bon fichier."),
    )


def _widened(stream: IO[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while data := stream.read(BLOCK):
        yield decoder.decode(data).encode("utf-8", errors="replace")
    yield decoder.decode(b"", final=True).encode("utf-8", errors="replace")


def _clean(block: bytes, fallback: str, separator: bytes) -> bytes:
    if not block.isascii():
        try:
            block.decode()
        except UnicodeDecodeError:
            block = separator.join(decoded(piece, fallback).encode() for piece in block.split(separator))
    if len(cleaned := block.translate(None, _CONTROLS)) != len(block):
        return cleaned
    return block


def mended_references(block: bytes) -> bytes:
    """XML with the entities of HTML as letters, bare ampersands escaped, and references to forbidden characters gone.

    Only the five entities of XML are left: no declaration of the file can mean anything any more.
    """
    if b"&" not in block or b"<![CDATA[" in block:
        return block
    return _REFERENCE.sub(_mended, block)


def _mended(match: re.Match[bytes]) -> bytes:
    hexadecimal, decimal, name = match.groups()
    if name:
        if name in _XML_NAMES:
            return match[0]
        letter = html.unescape(match[0].decode("ascii"))
        return letter.encode() if "&" not in letter else b"&amp;" + match[0][1:]
    if hexadecimal or decimal:
        code = int(hexadecimal, 16) if hexadecimal else int(decimal)
        allowed = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
        return match[0] if allowed else b""
    return b"&amp;"


def lines(member: Member) -> Iterator[str]:
    """The lines of a text file with their ends, decoded; a record may go on over several of them."""
    with member.open() as stream:
        for block in utf8_blocks(stream, member.head, end=b"\n"):
            yield from io.StringIO(block.decode(), newline="")
