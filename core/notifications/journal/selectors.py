"""Reading the delivery log: counts by event and channel, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from core.modules.contract import Channel
from core.notifications import reasons
from core.notifications.channels.troubles import OF_ACCOUNT, is_current
from core.notifications.models import AddressTrouble, Event, Notification
from core.people.models import Person
from core.people.rules import CONTACT
from core.people.selectors import details_for, people_visible_to
from core.permissions.viewer import Viewer

State = Notification.State
PAGE = 30
_EXPORT_PIECE = 500
RECENT = timedelta(days=7)
_DAY = timedelta(days=1)
# Nobody's failure: there is nowhere to send it to.
_NOWHERE = frozenset({reasons.NO_ADDRESS, reasons.NO_DEVICE, reasons.NO_NUMBER, reasons.MINOR})
# Failures of the way, that may be unusual.
_TROUBLE = frozenset({reasons.BOUNCED, reasons.REFUSED, reasons.UNREACHABLE, reasons.QUOTA, reasons.BROKEN})
# It is told from so many failures of a day on, where they are at least this share, and twice that of the week before.
_ALARM_COUNT, _ALARM_SHARE = 10, 0.1


@dataclass
class Tally:
    """One channel. `reached` counts people who have it in the app; elsewhere `sent`, `waiting` and `failed` add up."""

    channel: Channel
    sent: int = 0
    waiting: int = 0
    until: datetime | None = None
    cancelled: int = 0
    failed: dict[str, int] = field(default_factory=dict)  # by reason

    @property
    def failures(self) -> int:
        """What was sent, or tried, and did not arrive."""
        return sum(count for reason, count in self.failed.items() if reason not in _NOWHERE)

    @property
    def total(self) -> int:
        return self.sent + self.waiting + sum(self.failed.values())

    def add(self, row: Mapping[str, Any]) -> None:
        state, count = row["state"], row["count"]
        if state in {State.SENT, State.UNREAD, State.READ}:
            self.sent += count
        elif state == State.FAILED:
            self.failed[row["reason"]] = self.failed.get(row["reason"], 0) + count
        elif state == State.CANCELLED:
            self.cancelled += count
        else:
            self.waiting += count
            self.until = max(filter(None, (self.until, row["until"])), default=None)


@dataclass(frozen=True)
class Line:
    """One event, by channel in their order."""

    event: Event
    tallies: list[Tally]

    @property
    def can_retry(self) -> bool:
        return self.event.state == Event.State.FAILED or any(tally.failures for tally in self.tallies)


@dataclass(frozen=True)
class Page:
    lines: list[Line]
    following: str  # cursor of what follows, "" at the end


@dataclass(frozen=True)
class Alarm:
    """A channel on which an unusual share failed since yesterday, and the reason that says most of it."""

    channel: Channel
    failed: int
    total: int
    reason: str


@dataclass(frozen=True)
class Trouble:
    """An address in default that the viewer may see, with its person."""

    row: AddressTrouble
    person: Person

    @property
    def address(self) -> str:
        """As the school knows it; "" for the address of the account, which it does not."""
        return "" if self.row.address.startswith(OF_ACCOUNT) else self.row.address


# --- Events -----------------------------------------------------------------------------------------------
def filtered(filters: Mapping[str, Any]) -> QuerySet[Event]:
    """Events that fit, newest first. Keys, all optional: `kind`, `since`, `until` (dates, both included)."""
    found = Event.objects.order_by("-happened_at", "-id")
    if kind := filters.get("kind"):
        found = found.filter(kind=kind)
    if since := filters.get("since"):
        found = found.filter(happened_at__gte=_midnight(since))
    if until := filters.get("until"):
        found = found.filter(happened_at__lt=_midnight(until + _DAY))
    return found


def page(events: QuerySet[Event], cursor: str = "", *, size: int = PAGE) -> Page:
    """The events after the cursor, with their tallies: two queries. A cursor that is none counts as the beginning."""
    if position := _position(cursor):
        at, pk = position
        events = events.filter(Q(happened_at__lt=at) | Q(happened_at=at, pk__lt=pk))
    # Only what is counted: what the event is about stays unread.
    read = list(events.only("kind", "importance", "happened_at", "state", "due_at")[: size + 1])
    kept = read[:size]
    tallies = _tallies(kept)
    lines = [Line(event, tallies[event.pk]) for event in kept]
    return Page(lines, _cursor(kept[-1]) if len(read) > size else "")


def pages(events: QuerySet[Event]) -> Iterator[list[Line]]:
    """All of them, 500 at a time."""
    cursor = ""
    while True:
        piece = page(events, cursor, size=_EXPORT_PIECE)
        yield piece.lines
        if not piece.following:
            return
        cursor = piece.following


def _cursor(event: Event) -> str:
    return f"{event.happened_at.isoformat()}~{event.pk}"


def _position(cursor: str) -> tuple[datetime, int] | None:
    text, _tilde, pk = cursor.partition("~")
    try:
        at = datetime.fromisoformat(text)
        return (at, int(pk)) if timezone.is_aware(at) and 0 < int(pk) < 2**63 else None
    except (ValueError, OverflowError):
        return None


def kinds_told() -> list[str]:
    """The kinds that the log holds, for its filter."""
    return list(Event.objects.order_by("kind").values_list("kind", flat=True).distinct())


def _tallies(events: Iterable[Event]) -> dict[int, list[Tally]]:
    found: dict[int, dict[Channel, Tally]] = defaultdict(dict)
    rows = (
        Notification.objects.filter(event__in=[event.pk for event in events])
        .order_by()
        .values("event", "channel", "state", "reason")
        .annotate(count=Count("pk"), until=Max("due_at"))
    )
    for row in rows:
        channel = Channel(row["channel"])
        found[row["event"]].setdefault(channel, Tally(channel)).add(row)
    return {event.pk: [found[event.pk][c] for c in Channel if c in found[event.pk]] for event in events}


# --- The week ---------------------------------------------------------------------------------------------
def week() -> tuple[list[Tally], list[Alarm]]:
    """The tallies of the last seven days by channel, and what is unusual since yesterday: one query."""
    now = timezone.now()
    rows = (
        Notification.objects.filter(event__happened_at__gte=now - RECENT)
        .order_by()
        .values("channel", "state", "reason")
        .annotate(
            count=Count("pk"), until=Max("due_at"), today=Count("pk", filter=Q(event__happened_at__gte=now - _DAY))
        )
    )
    tallies: dict[Channel, Tally] = {}
    today: dict[Channel, Tally] = {}
    for row in rows:
        channel = Channel(row["channel"])
        tallies.setdefault(channel, Tally(channel)).add(row)
        today.setdefault(channel, Tally(channel)).add({**row, "count": row["today"]})
    alarms = [alarm for c in Channel if c in today and (alarm := _alarm(today[c], tallies[c]))]
    return [tallies[c] for c in Channel if c in tallies], alarms


def _alarm(today: Tally, week: Tally) -> Alarm | None:
    failed, before = _in_trouble(today), _in_trouble(week) - _in_trouble(today)
    settled = today.sent + today.failures
    settled_before = week.sent + week.failures - settled
    share = failed / settled if settled else 0.0
    usual = before / settled_before if settled_before else 0.0
    if failed < _ALARM_COUNT or share < max(_ALARM_SHARE, 2 * usual):
        return None
    reason = max((r for r in today.failed if r in _TROUBLE), key=lambda r: today.failed[r])
    return Alarm(today.channel, failed, settled, reason)


def _in_trouble(tally: Tally) -> int:
    return sum(count for reason, count in tally.failed.items() if reason in _TROUBLE)


# --- Addresses --------------------------------------------------------------------------------------------
def troubles(viewer: Viewer) -> tuple[list[Trouble], int]:
    """Addresses in default of those whose contact the viewer may see, the latest first, and how many there are."""
    found = AddressTrouble.objects.filter(person__left_on=None).select_related("person").order_by("-last_at", "-pk")
    rows = [row for row in found if is_current(row)]
    people = {row.person_id: row.person for row in rows}
    known = set(people_visible_to(viewer).filter(pk__in=people).order_by().values_list("pk", flat=True))
    seen = details_for(viewer, [person for pk, person in people.items() if pk in known])
    shown = [Trouble(row, row.person) for row in rows if CONTACT in seen.get(row.person_id, ())]
    return shown, len(rows)


def get_trouble_or_404(viewer: Viewer, pk: int) -> AddressTrouble:
    found = next((trouble.row for trouble in troubles(viewer)[0] if trouble.row.pk == pk), None)
    if found is None:
        raise Http404("trouble")
    return found


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
