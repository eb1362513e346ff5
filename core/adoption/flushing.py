"""Bringing what waits in Redis into the schools' tables, each batch exactly once, and keeping those tables small."""

from collections import Counter, defaultdict
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from core.adoption import pool
from core.adoption.models import Batch, Standing, Use
from core.adoption.reach import Reach, offered, reach_of
from core.adoption.rules import FEW
from core.modules.state import Modules
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai
from tenants.schemas.loops import each_school
from tenants.schemas.names import schema_name_for

# Days are kept as they are for the current month and the two before it, then folded into months.
MONTHS_BY_DAY = 3
MONTHS_KEPT = 24
_BATCHES_KEPT = timedelta(days=8)  # longer than Redis keeps what nobody fetches

_ADD = """
    INSERT INTO adoption_use (feature, role, day, n)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::date[], %s::int[])
    ON CONFLICT ON CONSTRAINT use_once DO UPDATE SET n = adoption_use.n + EXCLUDED.n
"""
_NOTE = """
    INSERT INTO adoption_use (feature, role, day, n)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::date[], %s::int[])
    ON CONFLICT ON CONSTRAINT use_once DO NOTHING
"""
_FOLD = """
    WITH gone AS (
        DELETE FROM adoption_use WHERE day < %s AND day <> date_trunc('month', day) RETURNING feature, role, day, n
    )
    INSERT INTO adoption_use (feature, role, day, n)
    SELECT feature, role, date_trunc('month', day)::date, sum(n) FROM gone GROUP BY 1, 2, 3
    ON CONFLICT ON CONSTRAINT use_once DO UPDATE SET n = adoption_use.n + EXCLUDED.n
"""


def flush() -> int:
    """Take all that waits, for all schools, from the regional context. Returns how many batches were added.

    Batches of schools that are closed by now are dropped. Raises RedisError where Redis is down: they wait there.
    """
    batches: defaultdict[str, list[pool.Batch]] = defaultdict(list)
    for batch in pool.take():
        batches[batch.schema].append(batch)
    uais = {schema: schema[2:].upper() for schema in batches}
    tour = each_school(
        lambda: _bring(batches[schema_name_for(current_uai())]), uais=uais.values(), name="adoption.flush"
    )
    closed = [schema for schema, uai in uais.items() if uai not in tour.done and uai not in tour.failed]
    pool.drop(batch for schema in closed for batch in batches[schema])
    return sum(len(batches[schema_name_for(uai)]) for uai in tour.done)


def _bring(batches: list[pool.Batch]) -> None:
    """Killed after the transaction and before the drop, it finds the batch's name in the table the next time."""
    reach = reach_of(Modules(Establishment.objects.get(uai=current_uai())))
    for batch in batches:
        if uses := pool.uses_of(batch):
            with transaction.atomic():
                _row, new = Batch.objects.get_or_create(id=batch.id)
                if new:
                    add(uses, batch.day, reach)
    pool.drop(batches)


def add(uses: dict[tuple[str, str], int], day: date, reach: Reach) -> None:
    """Add uses, as {(feature, role): n}, under the groups that they are kept under."""
    counted: Counter[tuple[str, str]] = Counter()
    for (feature, role), n in uses.items():
        counted[feature, reach.group(feature, role)] += n
    monday = day - timedelta(days=day.weekday())
    with connection.cursor() as cursor:
        rows = sorted((feature, role, day, n) for (feature, role), n in counted.items() if role != FEW)
        few = sorted((feature, role, monday, 1) for (feature, role), _n in counted.items() if role == FEW)
        for statement, lines in ((_ADD, rows), (_NOTE, few)):
            if lines:
                cursor.execute(statement, [list(column) for column in zip(*lines, strict=True)])


@transaction.atomic
def tidy() -> None:
    """Once a day, in the school: note since when each feature is offered, fold old days, forget what is too old."""
    today = timezone.localdate()
    _note_offers(today)
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, [_first_of(today, MONTHS_BY_DAY - 1)])
    Use.objects.filter(day__lt=_first_of(today, MONTHS_KEPT)).delete()
    Batch.objects.filter(added_at__lt=timezone.now() - _BATCHES_KEPT).delete()


def _note_offers(today: date) -> None:
    """A feature that is switched off and on again begins anew."""
    modules = Modules(Establishment.objects.get(uai=current_uai()))
    on = set(offered(modules)) | {state.slug for state in modules.enabled()}
    Standing.objects.exclude(code__in=on).update(since=None)
    Standing.objects.bulk_create([Standing(code=code, since=today) for code in sorted(on)], ignore_conflicts=True)
    Standing.objects.filter(code__in=on, since=None).update(since=today)


def _first_of(day: date, months_before: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months_before, 12)
    return date(year, month + 1, 1)
