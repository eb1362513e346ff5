import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.imports import tasks

TABLE = (
    "Nom;Prénom;Date de naissance;Classe;Responsable 1 nom;Responsable 1 prénom;Responsable 1 lien\n"
    "Ésaü;Noé;12/03/2014;6e Z;Ésaü;Marthe;mère\n"
    "Petit;Lou-Anne;01/02/2014;6e Z;Petit;Jean;père\n"
    "Lebrun;;13/04/2014;6e Z;;;\n"
)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    """A folder of one's own for what is sent; the tests do a worker's part themselves."""
    settings.STORAGES = {
        **settings.STORAGES,
        "imports": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "imports"},
        },
    }
    for task in (tasks.read_import, tasks.apply_import, tasks.import_region):
        monkeypatch.setattr(task, "apply_async", lambda **_: None)


@pytest.fixture
def table():
    def make(text=TABLE, name="eleves.csv"):
        return SimpleUploadedFile(name, text.encode(), content_type="text/csv")

    return make
