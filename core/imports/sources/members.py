"""One file of a source, wherever it lies: on disk, in an archive, in an archive of archives."""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from core.imports.errors import SourceError

HEAD = 64 * 1024
# What systems leave in folders and archives beside the files that people meant
_LEFTOVERS = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}


@dataclass(slots=True)
class Member:
    """A file that can be read from its start, several times.

    `name` is only for people and for telling kinds apart: no file is ever created after it. `place` tells which
    folder or archive it came from: the files of one place belong together.
    """

    name: str
    size: int
    opener: Callable[[], IO[bytes]]
    place: str = ""
    _head: bytes | None = field(default=None, repr=False)

    def open(self) -> IO[bytes]:
        """The bytes from the start. Raises SourceError, then or while reading, where they are damaged."""
        return self.opener()

    @property
    def head(self) -> bytes:
        """The first 64 KiB."""
        if self._head is None:
            with self.open() as stream:
                self._head = stream.read(HEAD)
        return self._head

    def forget_head(self) -> None:
        """Frees what `head` keeps; thousands of files would add up."""
        self._head = None


class Window(io.RawIOBase):
    """`size` bytes of an open file from `start`, read by position: several windows of it may be read at once."""

    def __init__(self, descriptor: int, start: int, size: int) -> None:
        self._descriptor, self._start, self._size, self._at = descriptor, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        wanted = min(len(buffer), max(0, self._size - self._at))
        data = os.pread(self._descriptor, wanted, self._start + self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def window(descriptor: int, start: int, size: int) -> IO[bytes]:
    return io.BufferedReader(Window(descriptor, start, size), 256 * 1024)


def safe_name(name: str) -> str | None:
    """The base name of a member, or None for what is no file of the source (folders, hidden files, leftovers).

    Raises SourceError for a path that climbs out of its archive, which no honest program writes.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    drive = path.parts and len(path.parts[0]) == 2 and path.parts[0][1] == ":"
    if path.is_absolute() or drive or ".." in path.parts:
        raise SourceError(
            "climbing-path",
            _(
                "L’archive contient un chemin qui sort de son dossier\u202f: elle est refusée. "
                "Demandez une nouvelle archive à qui vous l’a remise."
            ),
        )
    if name.endswith("/") or not path.name or path.name.startswith(".") or _LEFTOVERS & set(path.parts):
        return None
    return path.name
