import pytest

from core.files import types
from core.files.names import clean_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Compte rendu.pdf", "Compte rendu.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\boot.ini", "boot.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("photo\u202egnp.exe", "photognp.pdf"),
        ("facture.pdf.exe", "facture.pdf.pdf"),
        ("NOTE.PDF", "NOTE.pdf"),
        ('le "grand" <jour>?.pdf', "le -grand- -jour.pdf"),
        ("nul.pdf", "_nul.pdf"),
        ("", "fichier.pdf"),
        ("...", "fichier.pdf"),
        (".pdf", "fichier.pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("Réunion du 12.03", "Réunion du 12.03.pdf"),
    ],
)
def test_clean_name(sent, kept):
    assert clean_name(sent, types.PDF) == kept


def test_clean_name_keeps_an_extension_that_fits():
    assert clean_name("photo.jpeg", types.JPEG) == "photo.jpeg"


def test_clean_name_is_at_most_150_characters():
    made = clean_name("é" * 400 + ".docx", types.DOCX)
    assert len(made) == 150
    assert made.endswith(".docx")
