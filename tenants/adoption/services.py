"""Receiving the nightly reports of schools."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from tenants.adoption.models import ModuleReach, WeekUse
from tenants.schemas.context import region

WEEKS_KEPT = 53


@dataclass(frozen=True)
class Report:
    """One school's: modules that are on, and the uses of every week from the Monday `since` on."""

    uai: str
    since: date
    reported_on: date
    reach: tuple[ModuleReach, ...]
    uses: tuple[WeekUse, ...]


def receive(reports: Iterable[Report]) -> None:
    """Put each report in the place of what was known of these weeks. Twice is once."""
    for report in reports:
        with region(), transaction.atomic():
            mine = WeekUse.objects.filter(uai=report.uai)
            mine.filter(week__gte=report.since).delete()
            mine.filter(week__lt=report.reported_on - timedelta(weeks=WEEKS_KEPT)).delete()
            WeekUse.objects.bulk_create(report.uses, batch_size=500)
            on = [row.module for row in report.reach]
            ModuleReach.objects.filter(uai=report.uai).exclude(module__in=on).delete()
            ModuleReach.objects.bulk_create(
                report.reach,
                update_conflicts=True,
                unique_fields=["uai", "module"],
                update_fields=["since", "members", "reported_on", "judged_from"],
            )
