"""Reading the region's journal."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from tenants.audit.models import RegionalAuditEntry

_LAST_DAY = date.max - timedelta(days=2)


def entries(schools: QuerySet[Any] | None = None) -> QuerySet[RegionalAuditEntry]:
    """The journal, the latest first; only what concerns `schools` (rows with a UAI) when they are given."""
    found = RegionalAuditEntry.objects.all()
    if schools is None:
        return found
    return found.filter(target_type="establishment", target_id__in=schools.order_by().values("uai"))


def actions(found: QuerySet[RegionalAuditEntry]) -> list[str]:
    """The codes of the actions that occur."""
    return list(found.order_by().values_list("action", flat=True).distinct())


def filtered(found: QuerySet[RegionalAuditEntry], filters: dict[str, Any]) -> QuerySet[RegionalAuditEntry]:
    """Narrow by `q` (label, id or account), `action`, `since` and `until` (dates, both included)."""
    if q := filters.get("q"):
        found = found.filter(
            Q(target_label__icontains=q) | Q(target_id__iexact=q.strip()) | Q(actor_name__icontains=q)
        )
    if action := filters.get("action"):
        found = found.filter(action=action)
    if since := filters.get("since"):
        found = found.filter(at__gte=_midnight(since))
    if until := filters.get("until"):
        found = found.filter(at__lt=_midnight(min(until, _LAST_DAY) + timedelta(days=1)))
    return found


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
