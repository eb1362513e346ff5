"""From the region to each school: claimed, brought, noted. Whoever dies on the way is followed by another.

A school is told the whole of the alert as it is now, and keeps what it was told by the region's own numbers: brought
twice it hears nothing twice, brought late it catches up. What fails in one school is noted there, and the others go on.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.alerts import marks
from tenants.alerts.models import RegionalAlert, SchoolAlert
from tenants.alerts.orders import News, Order, school_side
from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas.context import region, school
from tenants.work.errors import sentence as in_words

logger = structlog.get_logger(__name__)

State = SchoolAlert.State
# A worker that said nothing for so long has died.
LEASE = timedelta(seconds=60)
# After a failure: seconds until the next try; then it stays failed until somebody tries again.
RETRIES = (5, 15, 30, 60, 60, 60, 120, 300, 300, 600)
# Counts of schools that nobody marked (Redis forgot) are looked at after so long, and no more once it is over so long.
STALE, AFTER = timedelta(minutes=1), timedelta(hours=1)


def due(alert: RegionalAlert | None = None) -> QuerySet[SchoolAlert]:
    """Schools that wait for a worker now, of one alert or of all."""
    rows = SchoolAlert.objects.filter(Q(lease_until=None) | Q(lease_until__lte=timezone.now()))
    rows = rows.filter(version__lt=F("alert__version"), attempts__lte=len(RETRIES)).exclude(state=State.SKIPPED)
    return rows if alert is None else rows.filter(alert=alert)


def take_due(alert: RegionalAlert | None = None) -> list[tuple[int, str]]:
    """The schools that wait, (alert, UAI), leased for as long as their messages may lie in the queue."""
    with region(), transaction.atomic():
        rows = list(due(alert).select_for_update(skip_locked=True, of=("self",)).order_by("uai"))
        until = timezone.now() + LEASE + timedelta(seconds=len(rows))
        SchoolAlert.objects.filter(pk__in=[row.pk for row in rows]).update(lease_until=until)
    return [(row.alert_id, row.uai) for row in rows]


def bring(number: int, uai: str) -> bool:
    """Bring one school up to date. Whether it is; nothing is raised for what a school's own state does.

    The database server going away is raised: the lease brings the school back.
    """
    with region():
        row = _claimed(number, uai)
        if row is None:
            return True
        order, version = _order(row.alert), row.alert.version
        establishment = Establishment.objects.filter(uai=uai, lifecycle=Lifecycle.ACTIVE).first()
    if establishment is None:
        _note(row, state=State.SKIPPED, sentence=_("Cet établissement n’est plus ouvert\u00a0: prévenez-le autrement."))
        return False
    try:
        with school(establishment):
            with transaction.atomic():
                school_side().bring(order)
            with transaction.atomic():
                sums = school_side().sums(number)
    except Exception as error:
        if isinstance(error, OperationalError | InterfaceError) and not connection.is_usable():
            raise
        logger.exception("alert not brought", uai=uai, number=number)
        _failed(row, error)
        return False
    _told(row, version, asdict(sums))
    return True


def _claimed(number: int, uai: str) -> SchoolAlert | None:
    """The school's row, for this worker alone; None where it is up to date already, or left out."""
    with transaction.atomic():
        rows = SchoolAlert.objects.filter(alert=number, uai=uai, version__lt=F("alert__version"))
        row = rows.exclude(state=State.SKIPPED).select_for_update(skip_locked=True, of=("self",)).first()
        if row is None:
            return None
        row.attempts += 1
        row.lease_until = timezone.now() + LEASE
        row.save(update_fields=["attempts", "lease_until"])
    row.alert = RegionalAlert.objects.get(pk=number)
    return row


def _order(alert: RegionalAlert) -> Order:
    """The whole alert, as it is when a school is told."""
    news = tuple(News(number=one.pk, key=one.key, text=one.text, ends=one.ends) for one in alert.news.order_by("pk"))
    return Order(number=alert.pk, key=alert.key, kind=alert.kind, drill=alert.drill, text=alert.text, news=news)


def _told(row: SchoolAlert, version: int, counts: dict[str, int]) -> None:
    now = timezone.now()
    values = {"state": State.TOLD, "version": version, "sentence": "", "attempts": 0, "lease_until": None}
    _note(row, **values, **counts, summed_at=now, told_at=row.told_at or now)


def _failed(row: SchoolAlert, error: Exception) -> None:
    wait = RETRIES[min(row.attempts, len(RETRIES)) - 1]
    _note(
        row, state=State.FAILED, sentence=in_words(error)[:300],
        lease_until=timezone.now() + timedelta(seconds=wait),
    )  # fmt: skip


def _note(row: SchoolAlert, **values: object) -> None:
    with region():
        SchoolAlert.objects.filter(pk=row.pk).update(**values)


# --- What staff answered ------------------------------------------------------------------------------------
def count_again() -> int:
    """Counts of the schools where somebody answered, and of those not looked at lately. Returns how many schools."""
    with region():
        wanted = {*marks.take(), *_stale()}
    done = sum(count(number, uai) for number, uai in sorted(wanted))
    return done


def _stale() -> Iterable[tuple[int, str]]:
    now = timezone.now()
    lasting = Q(alert__ended_at=None) | Q(alert__ended_at__gte=now - AFTER)
    rows = SchoolAlert.objects.filter(lasting, state=State.TOLD, summed_at__lt=now - STALE).order_by("summed_at")
    return list(rows.values_list("alert_id", "uai")[: marks.AT_ONCE])


def count(number: int, uai: str) -> bool:
    """The counts of one school. False when the school could not be asked: the last ones stay."""
    with region():
        rows = SchoolAlert.objects.filter(alert=number, uai=uai)
        establishment = Establishment.objects.filter(uai=uai, lifecycle=Lifecycle.ACTIVE).first()
    counts: dict[str, int] = {}
    try:
        if establishment is not None:
            with school(establishment), transaction.atomic():
                counts = asdict(school_side().sums(number))
    except Exception as error:
        if isinstance(error, OperationalError | InterfaceError) and not connection.is_usable():
            raise
        logger.exception("alert answers not counted", uai=uai, number=number)
    with region():
        rows.update(**counts, summed_at=timezone.now())
    return bool(counts)
