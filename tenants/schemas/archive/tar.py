"""The container: a plain tar file (ustar, no compression) that any tar program lists and unpacks.

Reading is stricter than tar: regular files only, each header byte for byte as we write it, nothing before,
between or after. So a bundle holds no link, no path of its own choosing and nothing that grows when unpacked.
"""

import os
import tarfile
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from tenants.schemas.archive.refusals import altered, not_a_bundle

BLOCK = tarfile.BLOCKSIZE
# Two empty blocks end the file.
END = bytes(2 * BLOCK)
LARGEST = 8 * 1024**3 - 1  # what eleven octal digits can say
CHUNK = 1024 * 1024


def header(name: str, size: int) -> bytes:
    """The one header that an entry of this name and size can have."""
    if size > LARGEST:
        raise ValueError(f"{name} is larger than an entry can be")
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, 0
    return entry.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")


def padding(size: int) -> int:
    return -size % BLOCK


def length(sizes: list[int]) -> int:
    """Of a whole file with entries of these sizes, in bytes."""
    return sum(BLOCK + size + padding(size) for size in sizes) + len(END)


class Writer:
    """Appends entries to an open file."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def add(self, name: str, size: int, chunks: Iterator[bytes]) -> None:
        """Raises ValueError when the chunks do not come to the size."""
        self.file.write(header(name, size))
        written = 0
        for chunk in chunks:
            written += len(chunk)
            self.file.write(chunk)
        if written != size:
            raise ValueError(f"{name}: {written} bytes instead of {size}")
        self.file.write(bytes(padding(size)))

    def end(self) -> None:
        self.file.write(END)


class Reader:
    """Reads entries one after the other. Every method raises ArchiveRefused on anything unexpected."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.length = os.fstat(file.fileno()).st_size

    def first(self, name: str, *, largest: int) -> bytes:
        """The next entry, whose size is not known yet but bounded."""
        try:
            entry = tarfile.TarInfo.frombuf(self.file.read(BLOCK), "ascii", "strict")
            expected = header(name, entry.size)
        except (tarfile.HeaderError, ValueError):
            raise not_a_bundle() from None
        if entry.name != name or not 0 < entry.size <= largest or entry.tobuf(tarfile.USTAR_FORMAT) != expected:
            raise not_a_bundle()
        content = self.file.read(entry.size)
        if len(content) != entry.size or self.file.read(padding(entry.size)) != bytes(padding(entry.size)):
            raise altered(_("elle est incomplète"))
        return content

    def place(self, name: str, size: int) -> int:
        """Pass over the next entry, which must be this one; the offset at which its content begins."""
        if self.file.read(BLOCK) != header(name, size):
            raise altered(name)
        at = self.file.tell()
        self.file.seek(at + size)
        if self.file.read(padding(size)) != bytes(padding(size)):
            raise altered(name)
        return at

    def end(self) -> None:
        if self.file.read(len(END) + 1) != END:
            raise altered(_("elle est incomplète"))

    def chunks(self, at: int, size: int) -> Iterator[bytes]:
        """The content at an offset, from wherever the file stands."""
        while size:
            self.file.seek(at)
            chunk = self.file.read(min(CHUNK, size))
            if not chunk:
                raise altered(_("elle est incomplète"))
            at, size = at + len(chunk), size - len(chunk)
            yield chunk
