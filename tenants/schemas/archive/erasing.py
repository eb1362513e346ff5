"""The end of a school: thirty days under a tombstone, then nothing is left of it."""

from dataclasses import dataclass

import structlog
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.errors import Conflict
from tenants.establishments.models import Establishment, Lifecycle
from tenants.establishments.services.common import record_change
from tenants.schemas import engine
from tenants.schemas.archive import files, tables
from tenants.schemas.archive.beside import clean, demolish
from tenants.schemas.archive.refusals import refused
from tenants.schemas.archive.swapping import bury, forget
from tenants.schemas.context import region, school
from tenants.schemas.models import Tombstone
from tenants.schemas.selectors import schema_exists

logger = structlog.get_logger(__name__)

_CLOSED = (Lifecycle.SUSPENDED, Lifecycle.ARCHIVED)
_BATCH = 1000


@dataclass(frozen=True)
class Destroyed:
    """`role_stays`: its PostgreSQL role owns something in another database of the server."""

    uai: str
    accounts: int
    role_stays: bool


def erase(establishment: Establishment, *, actor: Account | None, now: bool = False) -> list[Destroyed]:
    """Put a closed school away for thirty days, or (`now`) destroy it and all that is kept of it at once.

    Returns what was destroyed. Raises ArchiveRefused unless it is suspended or archived, Conflict while
    something else works on its schema.
    """
    with region(), engine.exclusive(establishment):
        establishment.refresh_from_db()
        clean()
        if establishment.lifecycle not in _CLOSED:
            raise refused(
                "open",
                _("%(uai)s n’est pas fermé. Suspendez-le d’abord\u00a0; on n’efface qu’un établissement fermé.")
                % {"uai": establishment.uai},
            )
        kept = Tombstone.objects.filter(uai=establishment.uai, destroyed_at=None)
        present = schema_exists(establishment.schema_name)
        if not present and not (now and kept.exists()):
            raise refused("nothing", _("%(uai)s n’a pas d’espace à effacer.") % {"uai": establishment.uai})
        if present:
            _put_away(establishment, actor)
        return [destroy(tombstone, actor=actor) for tombstone in kept] if now else []


def _put_away(establishment: Establishment, actor: Account | None) -> None:
    with school(establishment, include_public=False):
        tables.end_sessions()

    def write() -> None:
        before = establishment.lifecycle
        establishment.lifecycle = Lifecycle.ARCHIVED
        if before != Lifecycle.ARCHIVED:
            establishment.lifecycle_since = timezone.now()
        establishment.save(update_fields=["lifecycle", "lifecycle_since", "updated_at"])
        record_change(establishment, "erased", {"lifecycle": [before, Lifecycle.ARCHIVED.value]}, actor)

    bury(establishment, write=write, actor=actor)
    logger.info("school erased", uai=establishment.uai)


def destroy_tombstones() -> list[Destroyed]:
    """Destroy what has been kept for thirty days. A failure is logged, and the others go on."""
    clean()
    due = Tombstone.objects.filter(destroyed_at=None, destroy_after__lte=timezone.now()).order_by("destroy_after")
    done = []
    for tombstone in due:
        try:
            establishment = Establishment.objects.get(uai=tombstone.uai)
            with engine.exclusive(establishment):
                done.append(destroy(tombstone, actor=None))
        except Conflict:
            continue  # the next run
        except Exception:
            logger.exception("tombstone not destroyed", uai=tombstone.uai, schema=tombstone.schema_name)
    return done


def destroy(tombstone: Tombstone, *, actor: Account | None) -> Destroyed:
    """Remove schema, role, files and the accounts that belong to nobody any more. Nothing comes back.

    May be run again after a kill. The caller holds the school's lock.
    """
    members = {row["account_id"] for row in tombstone.public_rows.get("memberships", [])}
    role_stays = not demolish(tombstone.schema_name)
    with region(), transaction.atomic():
        establishment = Establishment.objects.get(uai=tombstone.uai)
        accounts = _remove_accounts(members - _kept_elsewhere(tombstone))
        Tombstone.objects.filter(pk=tombstone.pk).update(public_rows={}, destroyed_at=timezone.now())
        record_change(establishment, "destroyed", {"accounts": [accounts, 0]}, actor)
    if not schema_exists(establishment.schema_name):
        files.remove(establishment.schema_name)
        forget(establishment.schema_name)
    logger.info("school destroyed", uai=tombstone.uai, accounts=accounts)
    return Destroyed(tombstone.uai, accounts, role_stays)


def _kept_elsewhere(tombstone: Tombstone) -> set[int]:
    """Members of other schools that may still come back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (m ->> 'account_id')::bigint FROM schemas_tombstone t,"
            " jsonb_array_elements(t.public_rows -> 'memberships') m WHERE t.destroyed_at IS NULL AND t.id <> %s",
            [tombstone.pk],
        )
        return {row[0] for row in cursor.fetchall()}


def _remove_accounts(candidates: set[int]) -> int:
    """Those of them that have no school and no regional role left."""
    nobody = Account.objects.filter(pk__in=candidates, memberships=None, regional_roles=None)
    ids = list(nobody.values_list("pk", flat=True))
    for start in range(0, len(ids), _BATCH):
        Account.objects.filter(pk__in=ids[start : start + _BATCH]).delete()
    return len(ids)
