"""When what happened may leave, by how often a channel speaks."""

from datetime import datetime, timedelta

from core.modules.contract import Frequency
from core.notifications.rhythm.clock import MIDNIGHT, instant
from core.notifications.rhythm.hours import Hours, SchoolHours
from core.notifications.rhythm.quiet import DAY, LONGEST, Quiet


def due_at(
    moment: datetime, frequency: Frequency, hours: Hours, school: SchoolHours, *, urgent: bool = False
) -> datetime:
    """When what happened at `moment` (aware) may leave, aware, never before it. Never decreases with `moment`.

    Raises ValueError for NEVER: what nobody wants has no moment.
    """
    if frequency == Frequency.NEVER:
        raise ValueError("what is never sent is never due")
    if urgent:
        return moment
    quiet = Quiet(hours, school)
    moment = quiet.after_pause(moment)
    match Frequency(frequency):
        case Frequency.NOW:
            return quiet.end(moment)
        case Frequency.HOURLY:
            return quiet.end(_full_hour(moment))
        case Frequency.DAILY:
            return _daily(moment, quiet) or quiet.end(moment)
    return _weekly(moment, quiet) or quiet.end(moment)


def is_quiet(moment: datetime, hours: Hours, school: SchoolHours) -> bool:
    """Whether a message that could leave now must wait."""
    return Quiet(hours, school).end(moment) > moment


def _daily(moment: datetime, quiet: Quiet) -> datetime | None:
    """The first digest from the moment on; None where no day is open."""
    day = quiet.day_of(moment)
    for ahead in range(LONGEST):
        due = quiet.digest_on(day + ahead * DAY)
        if due is not None and due >= moment:
            return due
    return None


def _weekly(moment: datetime, quiet: Quiet) -> datetime | None:
    """The first digest of a week that has not left yet; that of the past week may still be waiting."""
    today = quiet.day_of(moment)
    day = today - timedelta(days=(today.weekday() - quiet.digest_weekday) % 7)
    while True:
        due = _daily(instant(day, MIDNIGHT, quiet.zone), quiet)
        if due is None or due >= moment:
            return due
        day += 7 * DAY


def _full_hour(moment: datetime) -> datetime:
    """The next full hour, or the moment itself when it is one; in UTC, where no clock leaps."""
    past = timedelta(minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)
    return moment + timedelta(hours=1) - past if past else moment
