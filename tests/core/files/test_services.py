"""Keeping and removing files, with their bytes."""

import hashlib
import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import DataError, transaction
from django.test import override_settings

from core.audit.models import AuditEntry
from core.errors import DomainError
from core.files.models import StoredFile
from core.files.services import remove, store
from core.files.sweeping import sweep
from core.modules.models import ModuleChoice
from tenants.schemas.context import OutsideSchool, region, school
from tests.core.files.owner import SLUG
from tests.core.files.samples import PDF, image, upload


def bytes_on_disk(settings):
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def test_store_keeps_a_document_as_it_came(keep, settings):
    stored = keep(PDF, "Compte rendu.pdf", owner_ref="note:1")
    assert (stored.name, stored.content_type, stored.size) == (
        "Compte rendu.pdf",
        "application/pdf",
        len(PDF),
    )
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
    assert [path.read_bytes() for path in bytes_on_disk(settings)] == [PDF]


def test_store_puts_the_bytes_in_the_school_folder(keep, lycee_a, settings):
    keep(PDF, "../../../x.pdf")
    (path,) = bytes_on_disk(settings)
    assert path.is_relative_to(Path(settings.MEDIA_ROOT) / lycee_a.schema_name / SLUG)


def test_store_ignores_the_type_that_was_sent(keep):
    assert keep(PDF, "note.html", content_type="text/html").content_type == "application/pdf"


def test_store_remakes_images_among_documents_too(keep):
    stored = keep(image("GIF", (900, 300)), "anim.gif")
    assert (stored.name, stored.content_type, stored.width) == ("anim.png", "image/png", 900)
    assert stored.thumbnail


def test_store_keeps_a_large_upload_that_is_already_on_disk(in_lycee, teacher, settings):
    with TemporaryUploadedFile("gros.pdf", "application/pdf", 0, None) as sent:
        sent.write(PDF[:-6] + b"%" * 3_000_000 + b"\n%%EOF\n")
        sent.size = sent.tell()
        stored = store(upload=sent, module=SLUG, kind="document", actor=teacher)
        with stored.content.open() as kept:
            assert hashlib.sha256(kept.read()).hexdigest() == stored.sha256
    assert os.stat(bytes_on_disk(settings)[0]).st_mode & 0o777 == 0o640


def test_store_refuses_what_is_too_large_before_looking(keep):
    ModuleChoice.objects.create(slug="files", settings={"max_document_mb": 1})
    with pytest.raises(DomainError, match="1\u00a0Mo") as refused:
        keep(PDF + b"%" * 1024 * 1024, "note.pdf")
    assert refused.value.code == "file-too-large"


def test_store_refuses_a_module_that_does_not_say_who_reads(in_lycee, teacher):
    with pytest.raises(ValueError, match="who reads"):
        store(upload=upload(PDF), module="audit", kind="document", actor=teacher)


def test_store_leaves_nothing_of_a_refused_file(keep, settings):
    with pytest.raises(DomainError):
        keep(b"<html>", "page.html")
    assert not bytes_on_disk(settings)
    assert not StoredFile.objects.exists()


def test_store_leaves_no_bytes_when_the_row_fails(keep, settings):
    with pytest.raises(DataError), transaction.atomic():
        keep(PDF, "note.pdf", owner_ref="a\x00b")
    assert not bytes_on_disk(settings)


def test_store_is_in_the_journal(keep, teacher):
    stored = keep(PDF, "note.pdf")
    entry = AuditEntry.objects.get(target_id=str(stored.pk))
    assert (entry.action, entry.actor_name, entry.target_label) == (
        "files.store",
        teacher.full_name,
        "note.pdf",
    )


@override_settings(FILE_SCANNER="tests.core.files.scanner.scan")
def test_store_refuses_what_the_scanner_finds(keep):
    with pytest.raises(DomainError) as refused:
        keep(PDF + b"EICAR\n%%EOF", "note.pdf")
    assert refused.value.code == "file-unsafe"


@override_settings(FILE_SCANNER="tests.core.files.scanner.scan")
def test_store_takes_what_the_scanner_lets_through(keep):
    assert keep(PDF, "note.pdf").size == len(PDF)


def test_remove_deletes_the_bytes_once_the_transaction_has_ended(
    keep, settings, teacher, django_capture_on_commit_callbacks
):
    stored = keep(image(), "photo.jpg", kind="image")
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        remove(stored=stored, actor=teacher)
    assert len(bytes_on_disk(settings)) == 2
    with region():  # callbacks may run after the school has been left
        for callback in callbacks:
            callback()
    assert not bytes_on_disk(settings)
    assert not StoredFile.objects.exists()


def test_remove_that_is_rolled_back_keeps_the_bytes(
    keep, settings, teacher, django_capture_on_commit_callbacks
):
    stored = keep(PDF, "note.pdf")
    pk = stored.pk
    with django_capture_on_commit_callbacks(execute=True), suppress(RuntimeError), transaction.atomic():
        remove(stored=stored, actor=teacher)
        raise RuntimeError
    assert StoredFile.objects.filter(pk=pk).exists()
    assert bytes_on_disk(settings)


def _age(path, days=2):
    old = path.stat().st_mtime - timedelta(days=days).total_seconds()
    os.utime(path, (old, old))


def test_sweep_removes_what_a_rollback_left(keep, settings):
    with suppress(RuntimeError), transaction.atomic():
        keep(image(), "photo.jpg", kind="image")
        raise RuntimeError
    left = bytes_on_disk(settings)
    assert len(left) == 2
    for path in left:
        _age(path)
    assert sweep() == 2
    assert not bytes_on_disk(settings)


def test_sweep_leaves_fresh_bytes_and_those_with_a_row(keep, settings):
    keep(PDF, "note.pdf")
    _age(bytes_on_disk(settings)[0])
    default_storage.save("casier/aa/not-a-row", upload(b"fresh"))
    assert sweep() == 0
    assert len(bytes_on_disk(settings)) == 2


def test_sweep_of_a_school_without_files_does_nothing(in_lycee):
    assert sweep() == 0


def test_storage_refuses_outside_a_school(db):
    with pytest.raises(OutsideSchool):
        default_storage.open("casier/x")


@pytest.mark.parametrize("name", ["../e_0579982t/x", "/etc/passwd", "a/../../x", "..", "../../../etc/passwd"])
def test_storage_never_leaves_the_school_folder(in_lycee, name):
    with pytest.raises(SuspiciousFileOperation):
        default_storage.path(name)


def test_storage_of_two_schools_are_apart(in_lycee, college_b):
    default_storage.save("casier/x", upload(b"lycee"))
    with school(college_b):
        assert not default_storage.exists("casier/x")


def test_storage_pinned_keeps_its_school(in_lycee, college_b):
    default_storage.save("casier/x", upload(b"lycee"))
    pinned = default_storage.pinned()
    with school(college_b):
        assert pinned.exists("casier/x")


def test_storage_gives_no_address(in_lycee):
    with pytest.raises(ValueError, match="files:serve"):
        default_storage.url("casier/x")
