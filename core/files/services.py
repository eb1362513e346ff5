"""Keeping and removing files."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, cast

from django.core.files import File
from django.core.files.storage import Storage, default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from core.audit import services as audit
from core.files import refusals
from core.files.detection import recognise
from core.files.images import remake
from core.files.models import Kind, StoredFile
from core.files.names import clean_name
from core.files.scanning import scan
from core.files.storage import SchoolFileStorage
from core.files.types import FileType
from core.modules import registry
from core.modules.state import Modules
from core.people.models import Person
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai

_CHUNK = 64 * 1024
_MB = 1024 * 1024
_BATCH = 500


@transaction.atomic
def store(
    *, upload: UploadedFile, module: str, kind: str, actor: Person | None, owner_ref: str = ""
) -> StoredFile:
    """Check a file, keep its bytes and its row. `module` is the slug of the manifest that says who reads it.

    `kind` is "image" or "document"; what the file is, is decided by its content. Images are made anew.
    Raises Refused (a DomainError) with a French sentence. Call it in the transaction of what the file belongs
    to; bytes whose transaction does not end well are removed by `core.files.sweeping.sweep`.
    """
    if not registry.get(module).file_access:
        raise ValueError(f"{module!r} keeps files but its manifest does not say who reads them")
    limit_mb = max_mb(kind)
    if (upload.size or 0) > limit_mb * _MB:
        raise refusals.too_large(limit_mb)
    source = cast(IO[bytes], upload.file)
    found = recognise(source, name=upload.name or "", kind=kind)
    scan(source)
    stored = StoredFile(module=module, kind=kind, uploaded_by=actor, owner_ref=owner_ref)
    with _bytes_removed_on_failure(stored):
        kept = _keep(stored, upload, source, found)
        stored.name, stored.content_type = clean_name(upload.name or "", kept), kept.content_type
        stored.save(force_insert=True)
        audit.record("files.store", actor=actor, target=stored)
    return stored


def remove(*, stored: StoredFile, actor: Person | None) -> None:
    """Delete the row now, the bytes once the transaction has ended well. Does nothing when it is gone."""
    names, storage = _names(stored), cast(SchoolFileStorage, default_storage).pinned()
    with transaction.atomic():
        if not StoredFile.objects.select_for_update().filter(pk=stored.pk).exists():
            return
        audit.record("files.remove", actor=actor, target=stored)
        stored.delete()
        # Robust: when the disk refuses, the row is gone all the same and `sweep` ends the work.
        transaction.on_commit(lambda: _delete(storage, names), robust=True)


def remove_all(*, module: str) -> int:
    """Delete every file of a module that leaves the school; whoever asks writes it down. Returns how many.

    Some hundred rows at a time, their bytes after each; may be run again when it was interrupted.
    """
    storage, removed = cast(SchoolFileStorage, default_storage).pinned(), 0
    while True:
        with transaction.atomic():
            batch = list(StoredFile.objects.select_for_update().filter(module=module)[:_BATCH])
            if not batch:
                return removed
            StoredFile.objects.filter(pk__in=[stored.pk for stored in batch]).delete()
            names = [name for stored in batch for name in _names(stored)]
            transaction.on_commit(partial(_delete, storage, names), robust=True)
        removed += len(batch)


def max_mb(kind: str) -> int:
    """How many megabytes (2²⁰ bytes) a file of this kind may weigh in this school."""
    modules = Modules(Establishment.objects.get(uai=current_uai()))
    return int(modules["files"].settings[f"max_{Kind(kind).value}_mb"])


def _keep(stored: StoredFile, upload: UploadedFile, source: IO[bytes], found: FileType) -> FileType:
    """Write the bytes: the image made anew, or the document as it came. Returns the type that was written."""
    if not found.pillow:
        stored.sha256, stored.size = _measure(source)
        stored.content.save("content", upload, save=False)
        return found
    remade = remake(source, found)
    with remade.content, remade.thumbnail:
        stored.width, stored.height = remade.width, remade.height
        stored.sha256, stored.size = _measure(remade.content)
        stored.content.save("content", File(remade.content), save=False)
        stored.thumbnail.save("thumbnail", File(remade.thumbnail), save=False)
    return remade.kept


def _measure(file: IO[bytes]) -> tuple[str, int]:
    """SHA-256 in hexadecimal and length in bytes, read in pieces. Leaves the file at its beginning."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return digest.hexdigest(), size


def _names(stored: StoredFile) -> list[str]:
    return [kept.name for kept in (stored.content, stored.thumbnail) if kept.name]


def _delete(storage: Storage, names: list[str]) -> None:
    for name in names:
        storage.delete(name)


@contextmanager
def _bytes_removed_on_failure(stored: StoredFile) -> Iterator[None]:
    try:
        yield
    except BaseException:
        _delete(default_storage, _names(stored))
        raise
