"""What may be joined to a message is decided by what a file holds, not by its name (core.files)."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.errors import DomainError
from modules.messaging.models import Attachment
from modules.messaging.services import drafts
from tests.modules.messaging.writing import drafted, to

pytestmark = pytest.mark.django_db


def office(*names):
    """A document of an office as a zip of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.document.main+xml"/></Types>',
        )
        for name in names:
            archive.writestr(name, "<x/>")
    return made.getvalue()


DANGEROUS = {
    "program called a PDF": ("facture.pdf", b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 300),
    "page called a text": ("note.html", b"<html><script>alert(1)</script></html>"),
    "drawing that runs": ("plan.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    "page called a picture": ("photo.png", b"<html><script>alert(1)</script></html>"),
    "document with macros": ("bulletin.docx", office("word/document.xml", "word/vbaProject.bin")),
    "document with macros that says so": ("bulletin.docm", office("word/document.xml", "word/vbaProject.bin")),
    "script": ("photo.jpg.js", b"WScript.Shell"),
    "shortcut": ("cours.lnk", b"L\x00\x00\x00\x01\x14\x02\x00" + b"\x00" * 100),
}


@pytest.mark.parametrize(("name", "content"), DANGEROUS.values(), ids=DANGEROUS)
def test_dangerous_files_are_refused_by_what_they_hold(here, name, content):
    draft = drafted(here, here.teacher, to(here.parent))
    with pytest.raises(DomainError):
        drafts.attach(viewer=here.viewer(here.teacher), draft=draft, upload=SimpleUploadedFile(name, content))
    assert not Attachment.objects.exists()
