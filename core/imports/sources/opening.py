"""Opening whatever people hand in: a file, several, a folder, an archive, an archive of archives."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from core.imports.errors import SourceError
from core.imports.sources.limits import DEFAULT, GIB, Limits
from core.imports.sources.members import Member, safe_name, window
from core.imports.sources.streams import Spent, too_big
from core.imports.sources.tars import inflated, is_tar, members_of_tar, spooled
from core.imports.sources.zips import members_of_zip, too_many

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP = b"\x1f\x8b"
# What a source of this size costs to read once more for its digest: some seconds
_CHEAP = GIB


@dataclass(slots=True)
class Source:
    """The files that were handed in, as members, while it is open."""

    members: tuple[Member, ...]
    paths: tuple[Path, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(member.name for member in self.members)

    @property
    def size(self) -> int:
        """Bytes on disk, archives as they are."""
        return sum(path.stat().st_size for path in self.paths)

    def digest(self) -> str:
        """SHA-256 of the files as handed in, in hexadecimal; their order and folder do not count."""
        sums = []
        for path in self.paths:
            with path.open("rb") as stream:
                sums.append(hashlib.file_digest(stream, "sha256").hexdigest())
        return sums[0] if len(sums) == 1 else hashlib.sha256("\n".join(sorted(sums)).encode()).hexdigest()

    def cheap_digest(self) -> str:
        """The digest, or nothing where reading everything for it would keep somebody waiting (over 1 GiB)."""
        return self.digest() if self.size <= _CHEAP else ""


@contextmanager
def open_source(*paths: Path, limits: Limits = DEFAULT) -> Iterator[Source]:
    """Opens files, folders and archives (.zip, .tar, .tar.gz, .gz; archives inside them too, one level).

    Nothing is extracted: members are read in place, from a nameless temporary file where a compression allows no
    other way. Hidden files, links and devices are passed over. Raises SourceError with what is wrong and what to do.
    """
    with ExitStack() as keep:
        spent = Spent(limits)
        files = _files(paths, limits)
        members: list[Member] = []
        for path in files:
            members += _members_of_path(path, spent, keep)
            if len(members) > limits.members:
                raise too_many(path.name, len(members))
        if not members:
            raise SourceError(
                "empty-source", _("Il n’y a rien à lire ici\u202f: aucun fichier. Vérifiez ce que vous avez choisi.")
            )
        yield Source(tuple(members), tuple(files))


def _files(paths: Sequence[Path], limits: Limits) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            for inside in sorted(os.scandir(path), key=lambda entry: entry.name):
                if safe_name(inside.name) and inside.is_file(follow_symlinks=False):
                    found.append(Path(inside.path))
        elif path.is_file():
            found.append(path)
        else:
            raise SourceError(
                "no-such-file",
                _("Le fichier «\u00a0%(name)s\u00a0» n’existe pas ou n’est pas un fichier ordinaire. Vérifiez son nom.")
                % {"name": path.name},
            )
        if len(found) > limits.members:
            raise too_many(path.name, len(found))
    return found


def _members_of_path(path: Path, spent: Spent, keep: ExitStack) -> list[Member]:
    size = path.stat().st_size
    if size > spent.limits.total_bytes:
        raise too_big(path.name, spent.limits.total_bytes)
    stream = keep.enter_context(path.open("rb"))
    place = str(path.parent)
    whole = Member(path.name, size, partial(window, stream.fileno(), 0, size), place)
    outer = _expanded(whole, spent, keep)
    if outer == [whole]:
        return outer
    return [inner for member in outer for inner in _expanded(member, spent, keep)]


def _expanded(member: Member, spent: Spent, keep: ExitStack) -> list[Member]:
    """What an archive holds; a file that is none, itself."""
    with member.open() as stream:
        head = stream.read(4096)
    if head.startswith(_ZIP) and not _is_workbook(member.name, head):
        return list(members_of_zip(_seekable(member, spent, keep), member.name, spent))
    if head.startswith(_GZIP):
        return _of_gzip(member, spent, keep)
    if is_tar(head):
        spool, size = _on_disk(member, spent, keep)
        return list(members_of_tar(spool, size, member.name, spent))
    return [member]


def _of_gzip(member: Member, spent: Spent, keep: ExitStack) -> list[Member]:
    with member.open() as packed:
        spool, size = spooled(inflated(packed, member.name, member.size, spent), member.name, spent, keep)
    if is_tar(os.pread(spool.fileno(), 512, 0)):
        return list(members_of_tar(spool, size, member.name, spent))
    bare = member.name.removesuffix(".gz")
    return [Member(bare, size, partial(window, spool.fileno(), 0, size), member.place)]


def _seekable(member: Member, spent: Spent, keep: ExitStack) -> IO[bytes]:
    stream = keep.enter_context(member.open())
    if not stream.seekable():
        stream = spooled(stream, member.name, spent, keep)[0]
        stream.seek(0)
    return stream


def _on_disk(member: Member, spent: Spent, keep: ExitStack) -> tuple[IO[bytes], int]:
    with member.open() as stream:
        return spooled(stream, member.name, spent, keep)


def _is_workbook(name: str, head: bytes) -> bool:
    """An XLSX is a zip too, whose parts people never see."""
    return name.lower().endswith((".xlsx", ".xlsm", ".ods")) or b"[Content_Types].xml" in head
