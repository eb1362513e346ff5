"""A school's folder: MEDIA_ROOT/<schema>/, of which the region sees only names and bytes."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from tenants.schemas.archive import tar
from tenants.schemas.archive.bundle import Bundle, sync_folder
from tenants.schemas.archive.manifest import File, file_entry, is_safe
from tenants.schemas.archive.refusals import refused
from tenants.schemas.names import is_school_schema, is_workshop

# Left free on the disk beyond what a bundle unpacks to.
_MARGIN = 256 * 1024 * 1024


def folder_of(schema: str) -> Path:
    if not (is_school_schema(schema) or is_workshop(schema)):
        raise ValueError(f"{schema!r} has no folder")
    return Path(settings.MEDIA_ROOT) / schema


def paths(schema: str) -> list[str]:
    """Every file of the school, relative to its folder, in order. Links are not followed, nor listed."""
    root = folder_of(schema)
    found: list[str] = []
    for folder, _folders, names in os.walk(root):
        for name in names:
            file = Path(folder, name)
            if file.is_file() and not file.is_symlink():
                found.append(_checked(file.relative_to(root).as_posix()))
    return sorted(found)


def _checked(path: str) -> str:
    if not is_safe(path) or any(0xD800 <= ord(letter) <= 0xDFFF for letter in path):
        raise refused(
            "file-name",
            _("Le fichier %(path)s porte un nom qui ne se transporte pas. Renommez-le.") % {"path": ascii(path)},
        )
    return path


def measured(schema: str, path: str) -> File | None:
    """The file with its size and hash; None when it has gone meanwhile (the school may be in use)."""
    digest, size = hashlib.sha256(), 0
    try:
        for chunk in chunks(schema, path):
            digest.update(chunk)
            size += len(chunk)
    except FileNotFoundError:
        return None
    return File(path, size, digest.hexdigest())


def chunks(schema: str, path: str) -> Iterator[bytes]:
    with (folder_of(schema) / path).open("rb") as file:
        while chunk := file.read(tar.CHUNK):
            yield chunk


def check_room(bundle: Bundle) -> None:
    """Raises ArchiveRefused when the disk cannot take the bundle's files."""
    needed = sum(file.size for file in bundle.manifest.files) + _MARGIN
    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.MEDIA_ROOT).free
    if needed > free:
        raise refused(
            "no-room",
            _("Il manque %(missing)d Mo sur le disque des fichiers. Libérez de la place, puis recommencez.")
            % {"missing": (needed - free) // 1024**2 + 1},
        )


def unpack(bundle: Bundle, schema: str) -> None:
    """Write the bundle's files into the folder of `schema`, which is made (and is a workshop's)."""
    root = folder_of(schema)
    root.mkdir(parents=True, exist_ok=True)
    made: set[Path] = {root}
    for number, file in enumerate(bundle.manifest.files, start=1):
        target = root / file.path
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, settings.FILE_UPLOAD_PERMISSIONS)
        with os.fdopen(descriptor, "wb") as out:
            for chunk in bundle.chunks(file_entry(number)):
                out.write(chunk)
            out.flush()
            os.fdatasync(out.fileno())
    for folder in made:
        sync_folder(folder)


def remove(schema: str) -> None:
    """The folder with all it holds. Nothing happens when there is none."""
    if folder_of(schema).is_dir():
        shutil.rmtree(folder_of(schema))


def check_free(schema: str) -> None:
    """Raises ArchiveRefused when files lie where a school without a schema is to get its own."""
    if paths(schema):
        raise refused(
            "stray-files",
            _("Le dossier %(folder)s contient des fichiers sans établissement. Mettez-les de côté, puis recommencez.")
            % {"folder": folder_of(schema)},
        )
    remove(schema)
