"""A few schemas made in advance, so that a school prepared from the console opens at once.

Taking one renames its schema and its role, in one transaction with the ledger. A spare of another version of the
code, or of another preset, is never taken; the scheduler replaces it.
"""

from collections.abc import Iterable

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Count

from tenants.establishments.models import Establishment, LyceeType, SchoolType, Sector
from tenants.schemas import engine, ledger, roles
from tenants.schemas.blueprint.capture import drop
from tenants.schemas.context import region
from tenants.schemas.kit import Kit, kit_for, plans_for
from tenants.schemas.models import Spare
from tenants.schemas.names import workshop_name
from tenants.schemas.replay import lock_key

logger = structlog.get_logger(__name__)


def is_ready(establishment: Establishment) -> bool:
    """Whether a spare waits for a school of this kind."""
    plan = plans_for([establishment])[establishment.uai]
    with region():
        return Spare.objects.filter(kit=kit_for(plan).key).exists()


def take(establishment: Establishment, content: Kit) -> bool:
    """Give the school a spare of this kit. False when none is ready, and nothing has changed."""
    name = establishment.schema_name
    with region(), transaction.atomic(), connection.cursor() as cursor:
        spare = Spare.objects.select_for_update(skip_locked=True).filter(kit=content.key).order_by("made_at").first()
        if spare is None:
            return False
        cursor.execute(f"SELECT pg_advisory_xact_lock({lock_key(name)})")
        cursor.execute("SELECT to_regrole(%s) IS NULL AND to_regnamespace(%s) IS NULL", [name, name])
        if not cursor.fetchone()[0]:
            return False  # a role is left of an earlier school: the ordinary way knows what to do
        statements = [*engine.renaming(spare.schema_name, name), *ledger.put(establishment.uai, content.versions)]
        for statement in statements:
            cursor.execute(statement)
        spare.delete()
    return True


def refill() -> int:
    """Bring the pool to settings.SPARE_SCHOOLS for each preset, and drop what no longer serves. Returns how many
    were made.
    """
    wanted = {content.key: content for content in _kits()} if settings.SPARE_SCHOOLS else {}
    _discard(wanted)
    with region():
        ready = dict(Spare.objects.values_list("kit").annotate(n=Count("pk")))
    made = 0
    for key, content in wanted.items():
        for _ in range(settings.SPARE_SCHOOLS - ready.get(key, 0)):
            _make(content)
            made += 1
    return made


def _kits() -> Iterable[Kit]:
    """One for each kind of school: what a policy adds for a single school or département is not made in advance."""
    kinds = [
        Establishment(uai=f"spare-{number}", type=kind, lycee_type=LyceeType.LEGT if kind == "lycee" else "",
                      sector=Sector.PUBLIC)
        for number, kind in enumerate(SchoolType.values)
    ]  # fmt: skip
    return [kit_for(plan) for plan in plans_for(kinds).values()]


def _make(content: Kit) -> None:
    name = workshop_name("spare")
    roles.ensure(name, login=True)
    roles.ensure_member(name, of=roles.GROUP)
    row = Spare(schema_name=name, kit=content.key)
    noted = f"INSERT INTO public.schemas_spare (schema_name, kit, made_at) VALUES ('{name}', '{row.kit}', now())"
    engine.make(name, content, after=[noted])


def _discard(wanted: Iterable[str]) -> None:
    """Spares of former kits, and schemas or roles that a killed process left without a row."""
    with region():
        for spare in Spare.objects.exclude(kit__in=list(wanted)):
            with transaction.atomic():
                if Spare.objects.select_for_update(skip_locked=True).filter(pk=spare.pk).first():
                    drop(spare.schema_name)
                    spare.delete()
        known = set(Spare.objects.values_list("schema_name", flat=True))
        with connection.cursor() as cursor:
            cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'w\\_spare\\_%'")
            strays = {name for (name,) in cursor.fetchall()} - known
    for name in strays:
        try:
            drop(name)
        except DatabaseError:
            logger.warning("spare not dropped", schema=name)
