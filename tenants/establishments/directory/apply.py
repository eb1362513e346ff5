"""Writing a difference, all of it or nothing."""

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.audit.services import record
from tenants.errors import Conflict
from tenants.establishments import slugs
from tenants.establishments.directory.difference import Plan, Update, compare
from tenants.establishments.directory.entries import FIELDS, Entry
from tenants.establishments.models import Domain, Establishment
from tenants.establishments.search import search_text
from tenants.schemas.context import region
from tenants.schemas.names import schema_name_for

_BATCH = 500
_TRIES = 3
_LOCK = "establishments:directory"


def apply(plan: Plan, *, actor: Account | None, source: str = "") -> None:
    """Create and update what `plan` says, in one transaction, with its entries in the journal.

    `source` names the file. Raises Conflict when the database is no longer what the plan was made against.
    """
    for attempt in range(_TRIES):
        try:
            with region(), transaction.atomic():
                _write(plan, actor, source)
            return
        except IntegrityError:  # a school took one of the slugs meanwhile
            if attempt == _TRIES - 1:
                raise


def _write(plan: Plan, actor: Account | None, source: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_LOCK])
    before = plan.fingerprint
    compare(plan)
    if plan.fingerprint != before:
        raise Conflict("directory-changed", _("L’annuaire a changé entre-temps. Relisez les différences."))
    if not plan.created and not plan.updated:
        return
    create(plan.created)
    _update(plan)
    record(
        "establishments.import",
        actor=actor,
        target_type="directory",
        target_id="",
        target_label=source or _("Annuaire"),
        changes={name: [None, count] for name, count in plan.counts.items()},
    )
    for update in plan.updated:
        _record(update, actor)


def create(entries: list[Entry]) -> list[Establishment]:
    """Insert new schools as `known`, each with its slug. Within the caller's transaction."""
    chosen = slugs.assign(entries, slugs_in_use())
    made = [_row(entry, chosen[entry.uai]) for entry in entries]
    return Establishment.objects.bulk_create(made, batch_size=_BATCH)


def slugs_in_use() -> set[str]:
    """Slugs of schools, and first labels of the addresses that still lead to one."""
    slugs_of_schools = Establishment.objects.values_list("slug", flat=True)
    former = Domain.objects.values_list("domain", flat=True)
    return {*slugs_of_schools, *(domain.partition(".")[0] for domain in former)}


def _row(entry: Entry, slug: str) -> Establishment:
    facts = {name: getattr(entry, name) for name in FIELDS}
    school = Establishment(uai=entry.uai, schema_name=schema_name_for(entry.uai), slug=slug, **facts)
    school.search_text = search_text(school)
    return school


def _update(plan: Plan) -> None:
    changed = {update.uai: update.changes for update in plan.updated}
    rows = list(Establishment.objects.select_for_update().filter(uai__in=list(changed)))
    for school in rows:
        for name, (_before, after) in changed[school.uai].items():
            setattr(school, name, after)
        school.search_text = search_text(school)
        school.updated_at = timezone.now()
    Establishment.objects.bulk_update(rows, [*FIELDS, "search_text", "updated_at"], batch_size=_BATCH)


def _record(update: Update, actor: Account | None) -> None:
    record(
        "establishments.update",
        actor=actor,
        target_type="establishment",
        target_id=update.uai,
        target_label=update.label,
        changes=update.changes,
    )
