"""Schemas beside the school: made for one restoration, removed when it ends, found again when it was killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import structlog
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.db.utils import InternalError, OperationalError
from django.utils import timezone

from tenants.errors import Conflict
from tenants.establishments.models import Establishment
from tenants.schemas import engine, ledger
from tenants.schemas.archive import files, moves
from tenants.schemas.archive.rows import Rows
from tenants.schemas.context import region
from tenants.schemas.names import is_workshop, workshop_name
from tenants.schemas.replay import lock_key, send

logger = structlog.get_logger(__name__)

_PREFIX = "w_restore_"


def bring_up(name: str, public: Rows) -> list[str]:
    """Bring the schema's tables to the version of the code; `public["apps"]` follows. Returns the labels moved.

    Its ledger is kept meanwhile under a code that no school can have. Raises what the upgrade raised.
    """
    versions = {row["app_label"]: row["version"] for row in public["apps"]}
    ghost = Establishment(uai=_ghost(name), schema_name=name)
    send(ledger.put(ghost.uai, versions))
    try:
        engine.bring_up_to_date(ghost)
        now = ledger.versions(ghost.uai)
    finally:
        send(ledger.remove(ghost.uai))
    before = {row["app_label"]: row for row in public["apps"]}
    public["apps"] = [
        before[label]
        if versions.get(label) == version
        else {"app_label": label, "version": version, "installed_at": _since(before.get(label))}
        for label, version in sorted(now.items())
    ]
    return sorted(label for label, version in now.items() if versions.get(label) != version)


def _since(row: Rows | None) -> str:
    return str(row["installed_at"]) if row else timezone.now().isoformat()


def _ghost(name: str) -> str:
    return f"~{name[-7:]}"


@contextmanager
def beside() -> Iterator[str]:
    """A name for a schema, a role and a folder; whatever still bears it at the end of the block is removed."""
    name = workshop_name("restore")
    with _held(name) as mine:
        if not mine:
            raise RuntimeError(f"{name} is taken")
        files.folder_of(name).mkdir(parents=True, mode=0o750)  # the first thing that shows what was begun
        try:
            yield name
        finally:
            demolish(name)


def demolish(name: str) -> bool:
    """Remove a workshop's schema, role and files. False when the role stays because it owns something elsewhere."""
    if not is_workshop(name):
        raise ValueError(f"{name!r} is no workshop")
    with region(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regrole(%s) IS NOT NULL, to_regnamespace(%s) IS NOT NULL", [name, name])
        role, schema = cursor.fetchone()
        if schema:
            cursor.execute(f"SET LOCAL ROLE {name}; DROP SCHEMA {name} CASCADE; SET LOCAL ROLE NONE")
    send(ledger.remove(_ghost(name)))
    files.remove(name)
    return not role or _drop_role(name)


def _drop_role(name: str) -> bool:
    try:
        with region(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DROP ROLE IF EXISTS {name}")
    except (InternalError, OperationalError, ProgrammingError) as error:
        if not isinstance(error.__cause__, psycopg.errors.DependentObjectsStillExist):
            raise
        logger.warning("role kept: it owns something elsewhere", role=name)
        return False
    return True


def clean() -> list[str]:
    """End and remove what killed processes left; what others are at work on is passed over. Returns the names."""
    for move in moves.interrupted():
        school = Establishment.objects.filter(uai=move.uai).first()
        try:
            with engine.exclusive(school or Establishment(uai=move.uai, schema_name=move.school)):
                moves.end(move.uai)
        except Conflict:
            continue
    waiting = {source for move in moves.interrupted() for source, _target in move.folders}
    return [name for name in sorted(_leftovers() - waiting) if _removed(name)]


def _leftovers() -> set[str]:
    with region(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname >= %s AND nspname < %s", [_PREFIX, f"{_PREFIX}~"]
        )
        schemas = {row[0] for row in cursor.fetchall()}
    return {*schemas, *(folder.name for folder in Path(settings.MEDIA_ROOT).glob(f"{_PREFIX}*"))}


def _removed(name: str) -> bool:
    with _held(name) as mine:
        if mine:
            logger.warning("left by a killed restoration, removed", schema=name)
            demolish(name)
    return mine


@contextmanager
def _held(name: str) -> Iterator[bool]:
    """Whether the name is ours for the block. PostgreSQL lets go of it when the process dies."""
    with region(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({lock_key(name)})")
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with region(), connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_unlock({lock_key(name)})")
