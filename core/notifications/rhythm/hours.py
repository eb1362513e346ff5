"""What one person wishes, and what the school has chosen."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from core.modules.state import Modules
from core.notifications.models import Rhythm
from core.people.records import LATEST
from core.structure.calendar import Calendar, calendar_of
from tenants.establishments.models import Establishment


@dataclass(frozen=True)
class Hours:
    """One person's wishes. `paused_until` is the last day of a pause; `quiet_days` are 0 Monday … 6 Sunday."""

    follows_school: bool = True
    quiet_from: time | None = None
    quiet_until: time | None = None
    quiet_days: frozenset[int] = frozenset()
    paused_until: date | None = None
    digest_at: time | None = None
    digest_weekday: int | None = None


@dataclass(frozen=True)
class SchoolHours:
    """The school's hours of rest, and when its digests leave. `weekly_in_holidays` lets one digest a week through."""

    calendar: Calendar
    quiet_from: time = time(20)
    quiet_until: time = time(7)
    quiet_weekends: bool = True
    quiet_holidays: bool = True
    weekly_in_holidays: bool = False
    digest_at: time = time(18)
    digest_weekday: int = 4


def hours_of(row: Rhythm | None) -> Hours:
    """The wishes of a person; without a row, the school's hours are theirs."""
    if row is None:
        return Hours()
    return Hours(
        follows_school=row.follows_school,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        quiet_days=frozenset(row.quiet_days),
        paused_until=min(row.paused_until, LATEST) if row.paused_until else None,
        digest_at=row.digest_at,
        digest_weekday=row.digest_weekday,
    )


def school_hours(modules: Modules, establishment: Establishment) -> SchoolHours:
    """What the school has chosen, within what the region lets it choose. One query, for its own closed days."""
    chosen: Any = modules["notifications"].settings
    saturdays = bool(modules["structure"].settings["saturdays"])
    return SchoolHours(
        calendar=calendar_of(establishment, saturdays=saturdays),
        quiet_from=time.fromisoformat(chosen["quiet_from"]),
        quiet_until=time.fromisoformat(chosen["quiet_until"]),
        quiet_weekends=chosen["quiet_weekends"],
        quiet_holidays=chosen["holidays"] != "open",
        weekly_in_holidays=chosen["holidays"] == "weekly",
        digest_at=time.fromisoformat(chosen["digest_at"]),
        digest_weekday=int(chosen["digest_weekday"]),
    )
