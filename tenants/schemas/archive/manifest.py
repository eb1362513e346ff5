"""What a bundle says of itself: everything else in it is named here with its size and hash, and this is signed."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tenants.schemas.archive.refusals import altered, refused

FORMAT = 1
LARGEST = 256 * 1024 * 1024  # bytes; a file's entry takes about 150
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_UAI = re.compile(r"[0-9]{7}[A-Z]\Z")
_LONGEST_PATH = 1024


@dataclass(frozen=True)
class App:
    """One app's part of the school: what it is (`blueprint`: a Definition as JSON), and its version."""

    label: str
    version: str
    migrations: list[str]
    blueprint: dict[str, Any]


@dataclass(frozen=True)
class Table:
    """`columns` in the order of the data, which is PostgreSQL's text COPY format in UTF-8."""

    name: str
    columns: list[str]
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True)
class Sequence:
    name: str
    last_value: int
    is_called: bool


@dataclass(frozen=True)
class File:
    """`path` is relative to the school's folder."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    uai: str
    names: dict[str, str]
    made_at: str
    release: str
    postgresql: str
    # {"name", "host", "passkeys"}: the region, and the domain that passkeys belong to
    origin: dict[str, str]
    apps: list[App]
    tables: list[Table]
    sequences: list[Sequence]
    files: list[File]
    public: dict[str, Any]  # {"size", "sha256"} of the public rows
    # {"tables": emptied on purpose, "files": gone while they were read}
    left_out: dict[str, list[str]] = field(default_factory=dict)

    def entries(self) -> Iterator[tuple[str, int, str]]:
        """(name in the tar, size, hash) of everything after the signature, in order."""
        yield "public.json", self.public["size"], self.public["sha256"]
        for table in self.tables:
            yield f"tables/{table.name}", table.size, table.sha256
        for number, file in enumerate(self.files, start=1):
            yield file_entry(number), file.size, file.sha256

    def versions(self) -> dict[str, str]:
        return {app.label: app.version for app in self.apps}

    def as_bytes(self) -> bytes:
        told = {"product": "preau", "format": FORMAT, **asdict(self)}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, text: bytes) -> "Manifest":
        """Raises ArchiveRefused for another format or for what cannot be. The signature was checked before."""
        try:
            told = json.loads(text)
            product, version = told.pop("product"), told.pop("format")
        except (ValueError, KeyError, AttributeError):
            raise altered(_("son sommaire est illisible")) from None
        if product != "preau" or version != FORMAT:
            raise refused(
                "format",
                _("L’archive est au format %(format)s\u00a0; cette version de Préau lit le format %(ours)s.")
                % {"format": version, "ours": FORMAT},
            )
        try:
            manifest = _built(told)
        except (TypeError, KeyError, AttributeError, ValueError):
            raise altered(_("son sommaire est illisible")) from None
        return manifest


def file_entry(number: int) -> str:
    """Files are numbered in the tar, so that no path of theirs is ever a path of the container."""
    return f"files/{number:07d}"


def _built(told: dict[str, Any]) -> Manifest:
    for name, kind in (("apps", App), ("tables", Table), ("sequences", Sequence), ("files", File)):
        told[name] = [kind(**row) for row in told[name]]
    manifest = Manifest(**told)
    if not _UAI.match(manifest.uai):
        raise ValueError("uai")
    _check_names(manifest)
    _check_sizes(manifest)
    paths = [file.path for file in manifest.files]
    if len(set(paths)) != len(paths) or not all(map(is_safe, paths)):
        raise ValueError("paths")
    return manifest


def _check_names(manifest: Manifest) -> None:
    tables = [table.name for table in manifest.tables]
    names = [*tables, *(s.name for s in manifest.sequences), *(a.label for a in manifest.apps)]
    columns = [column for table in manifest.tables for column in table.columns]
    if len(set(tables)) != len(tables) or not all(_NAME.match(name) for name in [*names, *columns]):
        raise ValueError("names")


def _check_sizes(manifest: Manifest) -> None:
    for _entry, size, digest in manifest.entries():
        if not isinstance(size, int) or size < 0 or not _DIGEST.match(digest):
            raise ValueError("sizes")


def is_safe(path: str) -> bool:
    """Whether a path leads to a file below the folder that it is joined to, and nowhere else."""
    parts = path.split("/")
    printable = len(path) <= _LONGEST_PATH and "\\" not in path and all(ord(letter) >= 32 for letter in path)
    return printable and all(part not in {"", ".", ".."} for part in parts)
