"""What was sent, where it waits: a storage that no page serves, one folder for each school and import."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory

from django.core.files import File
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.text import get_valid_filename

from core.imports.models import Run
from tenants.schemas.context import current_schema

DAYS_KEPT = 7


def storage() -> Storage:
    return storages["imports"]


def keep(run: Run, uploads: list[UploadedFile]) -> str:
    """Put the files aside for the run; returns the name of their folder in the storage."""
    return put(f"{current_schema()}/{run.pk}", uploads)


def put(folder: str, uploads: list[UploadedFile]) -> str:
    """Put the files into a folder of the storage, and return its name."""
    for upload in uploads:
        storage().save(f"{folder}/{safe_name(upload.name or '')}", File(upload))
    return folder


def safe_name(name: str) -> str:
    """The name as sent, without folders and without what file systems refuse."""
    bare = name.replace("\\", "/").rpartition("/")[2].strip().lstrip(".")
    return get_valid_filename(bare)[-120:] if bare else "import"


@contextmanager
def opened(folder: str) -> Iterator[list[Path]]:
    """The paths of the files that were sent."""
    held = storage()
    _folders, names = held.listdir(folder)
    with TemporaryDirectory(prefix="preau-import-") as temporary:
        yield [_local(held, f"{folder}/{name}", Path(temporary)) for name in sorted(names)]


def _local(held: Storage, name: str, temporary: Path) -> Path:
    """Readers need a path: a file of a distant storage is brought here first."""
    try:
        return Path(held.path(name))
    except NotImplementedError:
        target = temporary / name.rpartition("/")[2]
        with held.open(name) as source, target.open("wb") as copy:
            copyfileobj(source, copy)
        return target


def delete_stored(run: Run) -> None:
    """Forget what was sent; the row is the caller's business."""
    if not run.stored_name:
        return
    held = storage()
    _folders, names = held.listdir(run.stored_name)
    for name in names:
        held.delete(f"{run.stored_name}/{name}")
    held.delete(run.stored_name)


def forget_old() -> int:
    """A job: delete what was sent more than a week ago. Returns of how many imports."""
    old = Run.objects.filter(created_at__lt=timezone.now() - timedelta(days=DAYS_KEPT)).exclude(stored_name="")
    found = list(old)
    for run in found:
        delete_stored(run)
        Run.objects.filter(pk=run.pk).update(stored_name="")
    return len(found)
