"""Tar archives, compressed or not: inflated once into a nameless file, then read where their members lie."""

import gzip
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import IO, cast

from django.utils.translation import gettext as _

from core.imports.errors import SourceError
from core.imports.sources.members import Member, safe_name, window
from core.imports.sources.streams import Inflating, Spent, damage_in, too_big, truncated
from core.imports.sources.zips import too_many

_BLOCK = 512
_CHUNK = 1024 * 1024


def is_tar(head: bytes) -> bool:
    return len(head) >= _BLOCK and head[257:262] == b"ustar"


def inflated(stream: IO[bytes], name: str, packed: int, spent: Spent) -> IO[bytes]:
    """What a gzip holds, as it is read. Raises SourceError while reading where it is damaged or a bomb."""
    return Inflating(cast(IO[bytes], gzip.GzipFile(fileobj=stream)), name, packed, spent)  # type: ignore[return-value]


def spooled(stream: IO[bytes], name: str, spent: Spent, keep: ExitStack) -> tuple[IO[bytes], int]:
    """A nameless file on disk (gone with the process) that holds all of `stream`, and its size."""
    spool = keep.enter_context(tempfile.TemporaryFile(prefix="preau-import-"))  # noqa: SIM115 -- closed by `keep`
    size = 0
    while data := stream.read(_CHUNK):
        size += len(data)
        spent.total += len(data)
        if spent.total > spent.limits.total_bytes:
            raise too_big(name, spent.limits.total_bytes)
        spool.write(data)
    spool.flush()
    return spool, size


def members_of_tar(spool: IO[bytes], size: int, name: str, spent: Spent) -> Iterator[Member]:
    """The plain files of an uncompressed tar that lies on disk; links and devices are passed over."""
    spool.seek(0)
    count = 0
    with damage_in(name), tarfile.open(fileobj=spool, mode="r:") as archive:
        while entry := archive.next():
            # TarFile remembers every member it has met
            archive.members = []  # type: ignore[attr-defined]
            count += 1
            if count > spent.limits.members:
                raise too_many(name, count)
            base = safe_name(entry.name)
            if base is None or not entry.isreg() or entry.sparse is not None:
                continue
            if entry.offset_data + entry.size > size:
                raise truncated(name)
            yield Member(base, entry.size, partial(window, spool.fileno(), entry.offset_data, entry.size), name)
    if not count:
        raise SourceError(
            "empty-archive",
            _("L’archive «\u00a0%(name)s\u00a0» est vide. Vérifiez l’export, puis recommencez.") % {"name": name},
        )
