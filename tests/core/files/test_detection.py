"""What is taken and what is not, decided by content."""

import io
import struct
import zipfile

import pytest

from core.errors import DomainError
from core.files import archives
from core.files.detection import recognise
from tests.core.files.samples import CONTENT_TYPES, ODT, PDF, archive, docx, image, odt, png_that_claims

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
MP4 = struct.pack(">I", 24) + b"ftypisom" + b"\0" * 12 + b"isomiso2mp41"
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm"


def found(content: bytes, name: str, kind: str = "document") -> str:
    return recognise(io.BytesIO(content), name=name, kind=kind).content_type


def refusal(content: bytes, name: str, kind: str = "document") -> str:
    with pytest.raises(DomainError) as refused:
        found(content, name, kind)
    assert refused.value.message.endswith((".", "?"))
    return refused.value.code



def unstamped(value: object) -> str | None:
    """Archives hold the moment when they were made, and pytest-xdist wants the same names in every process."""
    return f"{len(value)}-bytes" if isinstance(value, bytes) else None


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (PDF, "note.pdf", "application/pdf"),
        (docx(), "cours.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (odt(), "cours.odt", ODT),
        ("Élève;note\nAmbre;12\n".encode("cp1252"), "notes.csv", "text/csv"),
        ("Bonjour à tous".encode(), "mot.txt", "text/plain"),
        ("Bonjour à tous".encode("utf-16"), "mot.txt", "text/plain"),
        (image("PNG"), "carte.png", "image/png"),
        (image("WEBP"), "carte.webp", "image/webp"),
        (image("GIF"), "carte.gif", "image/gif"),
        (b"ID3\x04" + b"\0" * 200, "dictée.mp3", "audio/mpeg"),
        (b"OggS\0\x02" + b"\0" * 200, "dictée.ogg", "audio/ogg"),
        (MP4, "sortie.mp4", "video/mp4"),
        (WEBM, "sortie.webm", "video/webm"),
        (image("PNG"), "sans-extension", "image/png"),
        (PDF, "photo.jpg", "application/pdf"),
    ],
    ids=unstamped,
)
def test_recognise_takes_what_schools_use(content, name, expected):
    assert found(content, name) == expected


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (HTML, "photo.png", "file-type"),
        (HTML, "page.html", "file-type"),
        (HTML, "page.txt", "file-unsafe"),
        (b"\xef\xbb\xbf  \n" + HTML, "page.csv", "file-unsafe"),
        (HTML.decode().encode("utf-16"), "page.txt", "file-unsafe"),
        (SVG, "logo.svg", "file-type"),
        (SVG, "logo.txt", "file-unsafe"),
        (b"#!/bin/sh\nrm -rf /\n", "mot.txt", "file-unsafe"),
        (b"MZ\x90\0" + b"\0" * 100, "jeu.exe", "file-type"),
        (b"MZ\x90\0" + b"\0" * 100, "mot.txt", "file-type"),
        (b"\x7fELF" + b"\0" * 100, "jeu", "file-type"),
        (b"alert(1)", "code.js", "file-type"),
        (b"@echo off", "code.bat", "file-type"),
        (b"", "vide.txt", "file-empty"),
        (b"%PDF-1.7 et rien d'autre", "note.pdf", "file-damaged"),
        (PDF + archive({"a.txt": b"a"}), "note.pdf", "file-unsafe"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "note.doc", "file-type"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "photo.heic", "file-type"),
        (b"Rar!\x1a\x07\0" + b"\0" * 100, "tout.rar", "file-archive"),
        (archive({"a.txt": b"a"}), "tout.zip", "file-archive"),
        (archive({"a.txt": b"a"}), "cours.docx", "file-archive"),
        (archive({"META-INF/MANIFEST.MF": b"a", "A.class": b"\xca\xfe"}), "jeu.jar", "file-archive"),
    ],
    ids=unstamped,
)
def test_recognise_refuses_the_rest_with_a_sentence(content, name, code):
    assert refusal(content, name) == code


def test_recognise_image_takes_images_only():
    assert refusal(PDF, "photo.png", "image") == "file-type"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (docx(**{"word/vbaProject.bin": b"macro"}), "file-macros"),
        (archive({"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml",
                  "word/document.xml": b""}), "file-macros"),
        (odt(**{"Basic/Standard/Module1.xml": b"Sub Main"}), "file-macros"),
        (odt(**{"Scripts/python/run.py": b"import os"}), "file-macros"),
        (docx(**{"../../etc/passwd": b"x"}), "file-unsafe"),
        (docx(**{"/etc/passwd": b"x"}), "file-unsafe"),
        (docx(**{"C:/x": b"x"}), "file-unsafe"),
        (docx(**{"..\\x": b"x"}), "file-unsafe"),
        (docx(**{"xl/workbook.xml": b"x"}), "file-type"),
        (docx()[:-30], "file-damaged"),
        (b"PK\x03\x04" + b"\0" * 100, "file-damaged"),
    ],
    ids=unstamped,
)  # fmt: skip
def test_office_document_with_a_trick_is_refused(content, code):
    assert refusal(content, "cours.docx") == code


def test_office_document_with_empty_macro_index_is_taken():
    assert found(odt(**{"Basic/script-lc.xml": b"<library/>"}), "cours.odt") == ODT


def test_zip_bomb_is_refused_without_unpacking():
    bomb = docx(**{"word/media/zeros.bin": b"\0" * (16 * 1024 * 1024)})
    assert len(bomb) < 20_000
    assert refusal(bomb, "cours.docx") == "file-unsafe"


def test_zip_with_shared_bytes_is_refused():
    """Entries that all point at the same kernel: how 42 kB announce terabytes without a large ratio each."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        target.writestr("[Content_Types].xml", CONTENT_TYPES)
        target.writestr("word/document.xml", b"x" * 4000)
        kernel = target.getinfo("word/document.xml")
        for number in range(50):
            twin = zipfile.ZipInfo(f"word/{number}.xml")
            for key in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(twin, key, getattr(kernel, key))
            target.filelist.append(twin)
            target.NameToInfo[twin.filename] = twin
    assert refusal(made.getvalue(), "cours.docx") in {"file-unsafe", "file-damaged"}


def test_zip_with_too_many_entries_is_refused_from_its_end_record():
    many = archive({f"{number}": b"" for number in range(archives.MAX_ENTRIES + 1)}, zipfile.ZIP_STORED)
    assert refusal(many, "cours.docx") == "file-unsafe"


def test_zip_with_a_link_is_refused():
    made = io.BytesIO(docx())
    with zipfile.ZipFile(made, "a") as target:
        link = zipfile.ZipInfo("word/link")
        link.external_attr = 0o120777 << 16
        target.writestr(link, "/etc/passwd")
    assert refusal(made.getvalue(), "cours.docx") == "file-unsafe"


def test_zip_under_a_password_is_refused_kindly():
    content = bytearray(docx())
    central = content.find(b"PK\x01\x02")
    content[central + 8] |= 1
    assert refusal(bytes(content), "cours.docx") == "file-protected"


def test_text_with_a_binary_tail_is_refused():
    assert refusal(b"Bonjour\n" * 20_000 + b"\0\x01\x02", "mot.txt") == "file-type"


def test_pixel_bomb_passes_the_type_and_is_stopped_by_the_decoder():
    assert found(png_that_claims(30_000, 30_000), "x.png", "image") == "image/png"
