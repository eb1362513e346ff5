"""One schema takes another's place: schema, role, public rows and state in one transaction, then the folders."""

from collections.abc import Callable
from datetime import timedelta

import redis
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.establishments.models import Establishment
from tenants.schemas import doors, engine
from tenants.schemas.archive import moves, rows
from tenants.schemas.archive.refusals import refused
from tenants.schemas.context import region
from tenants.schemas.models import Tombstone
from tenants.schemas.names import workshop_name
from tenants.schemas.selectors import schema_exists

logger = structlog.get_logger(__name__)

# The time in which an erasure or a replacement can be taken back.
KEPT = timedelta(days=30)


def take_place(
    establishment: Establishment, newcomer: str, *, write: Callable[[], None], actor: Account | None
) -> Tombstone | None:
    """Put the schema `newcomer` in the school's place. `write` adds the public rows, in the same transaction.

    A school that is there becomes a tombstone, which is returned. The caller holds the school's lock.
    """
    present = schema_exists(establishment.schema_name)
    _check_alone(establishment.schema_name)
    tomb = workshop_name("tomb")
    leaving = [(establishment.schema_name, tomb)] if present else []
    move = moves.Move(
        establishment.uai,
        establishment.schema_name,
        [*leaving, (newcomer, establishment.schema_name)],
        proof=tomb if present else establishment.schema_name,
    )
    tombstone = None
    moves.announce(move)
    try:
        with region(), transaction.atomic():
            if present:
                tombstone = _bury(establishment, tomb, Tombstone.Cause.REPLACED, actor)
            engine.rename(newcomer, establishment.schema_name)
            write()
    finally:
        moves.follow(move)
    forget(establishment.schema_name)
    return tombstone


def bury(
    establishment: Establishment, *, write: Callable[[], None], actor: Account | None
) -> Tombstone:
    """Put the school away under a tombstone. The caller holds the school's lock."""
    _check_alone(establishment.schema_name)
    tomb = workshop_name("tomb")
    move = moves.Move(establishment.uai, establishment.schema_name, [(establishment.schema_name, tomb)], proof=tomb)
    moves.announce(move)
    try:
        with region(), transaction.atomic():
            tombstone = _bury(establishment, tomb, Tombstone.Cause.ERASED, actor)
            write()
    finally:
        moves.follow(move)
    forget(establishment.schema_name)
    return tombstone


def _check_alone(role: str) -> None:
    """Roles are the server's: renaming one that owns a school of another database would take it from there."""
    with region(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_shdepend JOIN pg_database d ON d.datname = current_database()"
            " WHERE refclassid = 'pg_authid'::regclass AND refobjid = to_regrole(%s) AND dbid NOT IN (0, d.oid))",
            [role],
        )
        if cursor.fetchone()[0]:
            raise refused(
                "shared-role",
                _("Le rôle %(role)s sert aussi à une autre base de ce serveur PostgreSQL. Donnez à chacune le sien.")
                % {"role": role},
            )


def _bury(establishment: Establishment, tomb: str, cause: str, actor: Account | None) -> Tombstone:
    kept = rows.gather(establishment)
    rows.withdraw(establishment)
    engine.rename(establishment.schema_name, tomb)
    return Tombstone.objects.create(
        uai=establishment.uai,
        schema_name=tomb,
        cause=cause,
        public_rows=kept,
        actor_name=actor.login if actor else "",
        destroy_after=timezone.now() + KEPT,
    )


def forget(schema: str) -> None:
    """Nothing that was remembered of the school's former rows is used for its new ones."""
    doors.forget()
    cache = settings.CACHES["default"]
    client = redis.Redis.from_url(str(cache["LOCATION"]))
    try:
        for key in client.scan_iter(match=f"{cache.get('KEY_PREFIX', '')}:{schema}:*", count=5000):
            client.delete(key)
    except redis.RedisError:
        logger.exception("cache not emptied", schema=schema)
    finally:
        client.close()
