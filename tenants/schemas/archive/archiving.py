"""Writing one school into a bundle, while it is open or closed."""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.accounts.second_factor import relying_party
from tenants.establishments.models import Establishment
from tenants.establishments.services.common import record_change
from tenants.schemas import engine, graph, ledger
from tenants.schemas.archive import files, moves, rows, tables, tar
from tenants.schemas.archive.bundle import MANIFEST, SIGNATURE, new_file, signature_of
from tenants.schemas.archive.manifest import App, File, Manifest, Sequence, Table, file_entry
from tenants.schemas.archive.refusals import refused
from tenants.schemas.archive.shape import server_version, uncarried
from tenants.schemas.blueprint import store
from tenants.schemas.blueprint.capture import BASE
from tenants.schemas.blueprint.definition import Definition
from tenants.schemas.context import region, school
from tenants.schemas.models import InstalledApp
from tenants.schemas.selectors import is_furnished

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Archived:
    """`sha256` is the manifest's, which names all the rest; `gone`: files removed while they were read."""

    path: Path
    sha256: str
    size: int
    tables: int
    rows: int
    files: int
    gone: list[str]


@dataclass(frozen=True)
class _Snapshot:
    """What was read of the school at one moment; the tables' data lies in the spool."""

    apps: list[App]
    tables: list[Table]
    sequences: list[Sequence]
    public: bytes
    paths: list[str]


def archive(establishment: Establishment, *, actor: Account | None, output: Path | None = None) -> Archived:
    """Write the school's bundle: its tables and public rows as they are at one moment, and its files.

    The school may be in use meanwhile. Raises ArchiveRefused when there is nothing to archive or it is not
    whole, Conflict while something else works on its schema.
    """
    with region(), engine.exclusive(establishment):
        _check(establishment)
        moves.end(establishment.uai)
        target = output or default_path(establishment)
        if not target.parent.is_dir():
            raise refused("no-folder", _("Le dossier %(folder)s n’existe pas.") % {"folder": target.parent})
        with tempfile.TemporaryFile(dir=target.parent) as spool:
            archived = _write(establishment, _read(establishment, spool), spool, target)
        _note(establishment, archived, actor)
    return archived


def default_path(establishment: Establishment) -> Path:
    folder = Path(settings.DATA_DIR) / "archives"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{establishment.uai}-{timezone.now():%Y%m%dT%H%M%S}.tar"


def _check(establishment: Establishment) -> None:
    if not is_furnished(establishment.schema_name):
        raise refused(
            "empty", _("L’établissement %(uai)s n’a pas d’espace à archiver.") % {"uai": establishment.uai}
        )
    if InstalledApp.objects.filter(uai=establishment.uai, state=InstalledApp.State.FAILED).exists():
        raise refused(
            "quarantine",
            _("L’établissement %(uai)s est en quarantaine. Réparez sa mise à jour avant de l’archiver.")
            % {"uai": establishment.uai},
        )


def _read(establishment: Establishment, spool: IO[bytes]) -> _Snapshot:
    schema = establishment.schema_name
    apps = [App(d.label, d.version, list(d.migrations), d.as_json()) for d in _definitions(establishment)]
    paths = files.paths(schema)
    with _one_moment():
        public = rows.gather(establishment)
        present, sequence_names = tables.relations(schema)
        with school(establishment, include_public=False):
            copied = tables.copy_out(present, spool)
            positions = tables.sequences(sequence_names)
            mentioned = tables.mentioned(tables.links(schema))
        members = {row["account_id"] for row in public["memberships"]}
        public["accounts"] = rows.gather_accounts(members)
        public["others"] = rows.gather_names(mentioned - members)
    # A file that came meanwhile is taken too: some row of the snapshot may name it.
    found = sorted({*paths, *files.paths(schema)})
    return _Snapshot(apps, copied, positions, json.dumps(public, ensure_ascii=False).encode(), found)


@contextmanager
def _one_moment() -> Iterator[None]:
    """One transaction that sees the database as it is now, and writes nothing."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _definitions(establishment: Establishment) -> list[Definition]:
    """The blueprints of what the school holds. Raises ArchiveRefused unless they describe all of it."""
    try:
        found = _blueprints(ledger.versions(establishment.uai))
    except LookupError:
        found = []
    strangers = uncarried(establishment.schema_name, found)
    if strangers:
        raise refused(
            "tables",
            _("L’espace de %(uai)s ne correspond pas à ses plans (%(names)s). Lancez migrate_schools.")
            % {"uai": establishment.uai, "names": ", ".join(strangers[:5])},
        )
    return found


def _blueprints(held: dict[str, str]) -> list[Definition]:
    """In order: the code's own where the school has its version, else the last ones captured of that version."""
    known = graph.current()
    now = {d.label: d for d in store.for_labels(known.labels)}
    older = {label: version for label, version in held.items() if label not in now or now[label].version != version}
    then = {d.label: d for d in store.for_versions(older)} if older else {}
    mine = [label for label in known.ordered(known.labels) if label in held]
    return [then.get(label) or now[label] for label in (BASE, *mine, *sorted(held.keys() - now.keys()))]


def _write(establishment: Establishment, read: _Snapshot, spool: IO[bytes], target: Path) -> Archived:
    measured = [(path, files.measured(establishment.schema_name, path)) for path in read.paths]
    present = [file for _path, file in measured if file]
    gone = [path for path, file in measured if not file]
    manifest = _manifest(establishment, read, present, gone)
    text = manifest.as_bytes()
    with new_file(target) as out:
        writer = tar.Writer(out)
        writer.add(MANIFEST, len(text), iter([text]))
        signature = signature_of(text)
        writer.add(SIGNATURE, len(signature), iter([signature]))
        writer.add("public.json", len(read.public), iter([read.public]))
        spool.seek(0)
        for table in read.tables:
            writer.add(f"tables/{table.name}", table.size, _part(spool, table.size))
        for number, file in enumerate(present, start=1):
            writer.add(file_entry(number), file.size, _unchanged(establishment.schema_name, file))
        writer.end()
        size = out.tell()
    total = sum(table.rows for table in read.tables)
    return Archived(target, hashlib.sha256(text).hexdigest(), size, len(read.tables), total, len(present), gone)


def _manifest(establishment: Establishment, read: _Snapshot, present: list[File], gone: list[str]) -> Manifest:
    return Manifest(
        uai=establishment.uai,
        names={"official": establishment.official_name, "display": establishment.full_name},
        made_at=timezone.now().isoformat(),
        release=settings.RELEASE,
        postgresql=server_version(),
        origin={
            "region": settings.REGION_NAME,
            "host": str(settings.ORIGIN.hostname),
            "passkeys": relying_party(),
        },
        apps=read.apps,
        tables=read.tables,
        sequences=read.sequences,
        files=present,
        public={"size": len(read.public), "sha256": hashlib.sha256(read.public).hexdigest()},
        left_out={"tables": sorted(tables.EMPTIED), "files": gone},
    )


def _part(spool: IO[bytes], size: int) -> Iterator[bytes]:
    while size:
        chunk = spool.read(min(tar.CHUNK, size))
        size -= len(chunk)
        yield chunk


def _unchanged(schema: str, file: File) -> Iterator[bytes]:
    """The file's content, which must still be what was measured."""
    digest = hashlib.sha256()
    try:
        for chunk in files.chunks(schema, file.path):
            digest.update(chunk)
            yield chunk
    except FileNotFoundError:
        digest.update(b"gone")
    if digest.hexdigest() != file.sha256:
        raise refused(
            "file-changed", _("Le fichier %(path)s a changé pendant l’archivage. Recommencez.") % {"path": file.path}
        )


def _note(establishment: Establishment, archived: Archived, actor: Account | None) -> None:
    with transaction.atomic():
        record_change(establishment, "archived", {"archive": [None, archived.sha256]}, actor)
    logger.info("school archived", uai=establishment.uai, size=archived.size, files=archived.files)
