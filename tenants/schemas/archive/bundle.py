"""A bundle on the disk: the manifest, its signature, then what the manifest names, in its order."""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from tenants.schemas.archive import keys, tar
from tenants.schemas.archive.manifest import LARGEST, Manifest
from tenants.schemas.archive.refusals import altered, not_a_bundle, refused

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
_LARGEST_SIGNATURE = 4096


def signature_of(manifest: bytes) -> bytes:
    told = {"algorithm": "ed25519", "key": keys.public_key(), "signature": keys.sign(manifest)}
    return json.dumps(told).encode()


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when it is whole and on the disk. Readable by its owner only."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
        sync_folder(path.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass
class Bundle:
    """An opened bundle whose signature was verified. Every reading verifies the hash again."""

    manifest: Manifest
    # Of the manifest, which names the hashes of all the rest: it identifies the bundle.
    sha256: str
    reader: tar.Reader
    places: dict[str, tuple[int, int, str]]

    def chunks(self, entry: str) -> Iterator[bytes]:
        """The content of an entry. Raises ArchiveRefused at its end when it is not what was signed."""
        at, size, expected = self.places[entry]
        digest = hashlib.sha256()
        for chunk in self.reader.chunks(at, size):
            digest.update(chunk)
            yield chunk
        if digest.hexdigest() != expected:
            raise altered(entry)

    def verify(self) -> None:
        """Read all of it once. Raises ArchiveRefused at the first thing that is not what was signed."""
        for entry in self.places:
            for _chunk in self.chunks(entry):
                pass

    def public_rows(self) -> dict[str, Any]:
        rows = json.loads(b"".join(self.chunks("public.json")))
        return dict(rows)


@contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """Raises ArchiveRefused unless it is a bundle, signed by a trusted key, with all its parts in place."""
    if path.exists() and not path.is_file():
        raise not_a_bundle()
    try:
        file = path.open("rb")
    except OSError as error:
        raise refused(
            "unreadable", _("Impossible de lire %(path)s\u00a0: %(why)s.") % {"path": path, "why": error.strerror}
        ) from None
    with file:
        yield _read(file)


def _read(file: IO[bytes]) -> Bundle:
    reader = tar.Reader(file)
    text = reader.first(MANIFEST, largest=LARGEST)
    key, signature = _signature(reader.first(SIGNATURE, largest=_LARGEST_SIGNATURE))
    keys.check(text, key=key, signature=signature)
    manifest = Manifest.from_bytes(text)
    _check_length(reader, manifest, file.tell())
    places = {name: (reader.place(name, size), size, digest) for name, size, digest in manifest.entries()}
    reader.end()
    return Bundle(manifest, hashlib.sha256(text).hexdigest(), reader, places)


def _signature(text: bytes) -> tuple[str, str]:
    try:
        told = json.loads(text)
        algorithm, key, signature = told["algorithm"], told["key"], told["signature"]
    except (ValueError, KeyError, TypeError):
        raise altered(SIGNATURE) from None
    if algorithm != "ed25519" or not isinstance(key, str) or not isinstance(signature, str):
        raise altered(SIGNATURE)
    return key, signature


def _check_length(reader: tar.Reader, manifest: Manifest, head: int) -> None:
    expected = head + tar.length([size for _name, size, _digest in manifest.entries()])
    if reader.length < expected:
        raise altered(_("elle est incomplète"))
    if reader.length > expected:
        raise altered(_("elle contient autre chose"))
