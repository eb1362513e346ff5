"""How far a regional alert has come, and what its schools answered."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.http import Http404
from django.utils import timezone

from tenants.accounts.models import Account
from tenants.alerts.models import RegionalAlert, SchoolAlert
from tenants.alerts.scopes import alerts_of
from tenants.establishments.models import Establishment

State = SchoolAlert.State
_SUMS = ("people", "staff", "answered", "classes", "counted", "missing", "help")


@dataclass(frozen=True)
class Progress:
    """Schools that hold all that was said, wait for the latest, failed, or were left out; and the sums of all.

    `rate` is in schools a minute while they were told of the start; 0 before two of them were.
    """

    total: int
    done: int
    waiting: int
    failed: int
    skipped: int
    rate: float
    seconds: float
    sums: dict[str, int]


def get_or_404(account: Account, pk: int) -> RegionalAlert:
    found = alerts_of(account).filter(pk=pk).first()
    if found is None:
        raise Http404("regional alert")
    return found


def progress(alert: RegionalAlert) -> Progress:
    """One query."""
    here = ~Q(state=State.SKIPPED)
    sums: dict[str, Any] = {f"sum_{name}": Sum(name) for name in _SUMS}
    row = alert.schools.aggregate(
        total=Count("pk", filter=here),
        done=Count("pk", filter=here & Q(version=alert.version)),
        failed=Count("pk", filter=Q(state=State.FAILED)),
        skipped=Count("pk", filter=Q(state=State.SKIPPED)),
        told=Count("told_at"),
        last=Max("told_at"),
        **sums,
    )
    spent = row["last"] - alert.started_at if row["last"] else timedelta()
    seconds = max(spent.total_seconds(), 0.0)
    return Progress(
        total=row["total"], done=row["done"], failed=row["failed"], skipped=row["skipped"],
        waiting=row["total"] - row["done"] - row["failed"],
        rate=60 * row["told"] / seconds if row["told"] > 1 and seconds else 0.0,
        seconds=seconds,
        sums={name: row[f"sum_{name}"] or 0 for name in _SUMS},
    )  # fmt: skip


def schools(alert: RegionalAlert, state: str = "") -> QuerySet[SchoolAlert]:
    """Help and missing pupils first, then those that failed, then who answers least."""
    rows = alert.schools.filter(state=state) if state in State.values else alert.schools.all()
    return rows.annotate(
        silent=F("staff") - F("answered"), broken=Count("pk", filter=Q(state=State.FAILED))
    ).order_by("-help", "-missing", "-broken", "-silent", "uai")


def names_of(rows: list[SchoolAlert]) -> dict[str, Establishment]:
    return {one.uai: one for one in Establishment.objects.filter(uai__in=[row.uai for row in rows])}


def is_moving(alert: RegionalAlert) -> bool:
    """Whether its page still changes by itself: while it lasts, and a while after."""
    return alert.ended_at is None or timezone.now() - alert.ended_at < timedelta(minutes=10)
