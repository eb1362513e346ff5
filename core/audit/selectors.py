"""Reading the journal, newest first, in pieces that stay as quick at the thousandth as at the first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.audit.models import AuditEntry

PAGE = 50
_EXPORT_PIECE = 500


@dataclass(frozen=True)
class Piece:
    """Some entries, and the cursor of those that follow ("" when there are none)."""

    entries: list[AuditEntry]
    following: str


def filtered(filters: Mapping[str, Any]) -> QuerySet[AuditEntry]:
    """Entries that fit. Keys, all optional: `who`, `action` ("news." or "news.publish"), `since`, `until`
    (dates, both included), `what` (words of the object), `target` ("news.article:12").
    """
    found = AuditEntry.objects.order_by("-at", "-id")
    if who := filters.get("who"):
        found = found.filter(actor_name__icontains=who)
    if code := filters.get("action"):
        found = found.filter(action__startswith=code) if code.endswith(".") else found.filter(action=code)
    if since := filters.get("since"):
        found = found.filter(at__gte=_midnight(since))
    if until := filters.get("until"):
        found = found.filter(at__lt=_midnight(until + timedelta(days=1)))
    if what := filters.get("what"):
        found = found.filter(target_label__icontains=what)
    if target := filters.get("target"):
        label, _colon, pk = target.partition(":")
        found = found.filter(target_type=label, target_id=pk)
    return found


def piece(entries: QuerySet[AuditEntry], cursor: str = "", *, size: int = PAGE) -> Piece:
    """The entries after the cursor. A cursor that is none counts as the beginning."""
    position = _position(cursor)
    if position:
        at, pk = position
        entries = entries.filter(Q(at__lt=at) | Q(at=at, id__lt=pk))
    read = list(entries[: size + 1])
    kept = read[:size]
    return Piece(kept, _cursor(kept[-1]) if len(read) > size else "")


def pieces(entries: QuerySet[AuditEntry]) -> Iterator[list[AuditEntry]]:
    """All entries, 500 at a time, each with a query of its own: no cursor of the database stays open."""
    cursor = ""
    while True:
        read = piece(entries, cursor, size=_EXPORT_PIECE)
        yield read.entries
        if not read.following:
            return
        cursor = read.following


def _cursor(entry: AuditEntry) -> str:
    return f"{entry.at.isoformat()}~{entry.pk}"


def _position(cursor: str) -> tuple[datetime, int] | None:
    text, _tilde, pk = cursor.partition("~")
    try:
        at = datetime.fromisoformat(text)
        return (at, int(pk)) if timezone.is_aware(at) and 0 < int(pk) < 2**63 else None
    except (ValueError, OverflowError):
        return None


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
