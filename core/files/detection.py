"""What a file is, from its content. Its name only tells a text from a table, which content cannot."""

import codecs
import re
from typing import IO

import filetype

from core.files import archives, refusals
from core.files.models import Kind
from core.files.types import CSV, MP4, PDF, SIGNED, TAKEN, TEXT, FileType

_HEAD, _TAIL, _CHUNK = 8192, 4096, 64 * 1024
_TEXTS = {"txt": TEXT, "csv": CSV}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MARKUP = re.compile(
    r"<\s*(?:!doctype|!entity|\?xml|\?php|html|head|body|script|svg|iframe|object|embed|meta)\b", re.I
)
_PROGRAM = re.compile(r"\s*(?:#!|<|%!PS|\{\\rtf)")


def recognise(file: IO[bytes], *, name: str, kind: str) -> FileType:
    """The type of the file among those that `kind` takes. Raises Refused with what to do instead.

    Reads in pieces: memory does not grow with the file.
    """
    file.seek(0)
    head = file.read(_HEAD)
    if not head:
        raise refusals.empty()
    found = _by_content(file, head, name)
    file.seek(0)
    if found in TAKEN[kind]:
        return found
    raise refusals.not_an_image() if kind == Kind.IMAGE else refusals.unknown_type()


def _by_content(file: IO[bytes], head: bytes, name: str) -> FileType | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return archives.office_type(file)
    guess = filetype.guess(head)
    found = SIGNED.get(guess.mime) if guess else None
    if found:
        _check_signed(file, head, found)
        return found
    if declared := _TEXTS.get(name.rpartition(".")[2].lower()):
        _check_text(file)
        return declared
    _refuse_kindly(head, guess.mime if guess else "")
    return None


def _refuse_kindly(head: bytes, guess: str) -> None:
    """For what people do send in good faith, say which format to choose."""
    if guess == "image/heic" or head[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"}:
        raise refusals.heic()
    if head.startswith(_OLD_OFFICE):
        raise refusals.old_office()
    if guess.startswith("application/x-") and "download" not in guess and "executable" not in guess:
        raise refusals.archive()


def _check_signed(file: IO[bytes], head: bytes, found: FileType) -> None:
    """Images are made anew, so what hides in them is lost; the others must be one thing only."""
    if found.pillow:
        return
    if archives.ends_as_zip(file):
        raise refusals.unsafe()
    if found is PDF:
        file.seek(max(0, file.seek(0, 2) - _TAIL))
        if not head.startswith(b"%PDF-") or b"%%EOF" not in file.read():
            raise refusals.damaged()
    if found is MP4 and head[4:8] != b"ftyp":
        raise refusals.damaged()


def _check_text(file: IO[bytes]) -> None:
    """A text is a text to its end, and does not begin like something that a browser or a shell would run."""
    file.seek(0)
    start = file.read(4)
    encoding = "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        _scan_text(file, encoding)
    except UnicodeDecodeError:
        _scan_text(file, "latin-1")  # what old spreadsheets still write


def _scan_text(file: IO[bytes], encoding: str) -> None:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    beginning = True
    while chunk := file.read(_CHUNK):
        text = decoder.decode(chunk)
        if beginning and (_PROGRAM.match(text) or _MARKUP.search(text, 0, _TAIL)):
            raise refusals.unsafe()
        if _CONTROL.search(text):
            raise refusals.unknown_type()
        beginning = False
    decoder.decode(b"", final=True)
