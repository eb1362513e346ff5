"""Streams that stop before a bomb has gone off, and that speak French where an archive is damaged."""

import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from core.imports.errors import SourceError
from core.imports.sources.limits import GIB, Limits


def truncated(name: str) -> SourceError:
    return SourceError(
        "truncated",
        _(
            "Le fichier «\u00a0%(name)s\u00a0» est incomplet ou abîmé\u202f: il s’arrête avant sa fin. "
            "Téléchargez-le ou copiez-le à nouveau, puis recommencez."
        )
        % {"name": name},
    )


def locked(name: str) -> SourceError:
    return SourceError(
        "unreadable-archive",
        _(
            "L’archive «\u00a0%(name)s\u00a0» est protégée par un mot de passe ou compressée d’une façon "
            "inconnue. Refaites une archive .zip ordinaire, sans mot de passe."
        )
        % {"name": name},
    )


def bomb(name: str) -> SourceError:
    return SourceError(
        "bomb",
        _(
            "L’archive «\u00a0%(name)s\u00a0» se déplie en un fichier démesuré\u202f: elle est refusée. "
            "Vérifiez d’où elle vient."
        )
        % {"name": name},
    )


def too_big(name: str, limit: int) -> SourceError:
    return SourceError(
        "too-big",
        _(
            "Le fichier «\u00a0%(name)s\u00a0» dépasse %(limit)s\u00a0Gio une fois déplié. "
            "Importez les fichiers en plusieurs fois, par exemple un département à la fois."
        )
        % {"name": name, "limit": max(1, limit // GIB)},
    )


@dataclass(slots=True)
class Spent:
    """What all members of a source have inflated to so far."""

    limits: Limits
    total: int = 0


@contextmanager
def damage_in(name: str) -> Iterator[None]:
    """Turns what libraries raise on damaged archives into a sentence about `name`."""
    try:
        yield
    except (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk or the system, not the archive
        raise truncated(name) from error
    except (RuntimeError, NotImplementedError) as error:
        raise locked(name) from error


class Inflating(io.RawIOBase):
    """A decompressing stream, counted: it raises SourceError where a limit is passed or the archive is damaged."""

    def __init__(self, stream: IO[bytes], name: str, packed: int, spent: Spent) -> None:
        self._stream, self._name, self._packed, self._spent = stream, name, max(packed, 1), spent
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with damage_in(self._name):
            data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._count(len(data))
        return len(data)

    def _count(self, size: int) -> None:
        limits = self._spent.limits
        self._read += size
        if self._read > limits.ratio_floor and self._read > limits.ratio * self._packed:
            raise bomb(self._name)
        if self._read > limits.member_bytes:
            raise too_big(self._name, limits.member_bytes)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
