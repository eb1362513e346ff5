"""The moments at which one person is not disturbed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from core.notifications.rhythm.clock import MIDNIGHT, Span, holds, instant, left_by, span
from core.notifications.rhythm.hours import Hours, SchoolHours

DAY = timedelta(days=1)
LONGEST = 400  # days searched: no school is closed for longer
ALL_DAYS = frozenset(range(7))


class Quiet:
    """The quiet of one person in one school. Moments are taken aware, and given in UTC."""

    def __init__(self, hours: Hours, school: SchoolHours) -> None:
        self.hours, self.school = hours, school
        self.zone = timezone.get_default_timezone()
        self.own, self.follows = _which_hold(hours, school)
        # The stretches of an ordinary day in which messages leave.
        self.open_hours = left_by(*_spans(hours, school, own=self.own, follows=self.follows))

    @property
    def digest_at(self) -> time:
        """The hour of digests, moved to the end of the quiet hours where they cover it."""
        return self._moved(self.hours.digest_at or self.school.digest_at)

    @property
    def digest_weekday(self) -> int:
        mine = self.hours.digest_weekday
        return self.school.digest_weekday if mine is None else mine

    def _moved(self, at: time) -> time:
        stretches = self.open_hours
        if any(holds(stretch, at) for stretch in stretches):
            return at
        return next((start for start, _end in stretches if start > at), stretches[0][0])

    def day_of(self, moment: datetime) -> date:
        """The day on the school's calendar."""
        return moment.astimezone(self.zone).date()

    def after_pause(self, moment: datetime) -> datetime:
        """The moment, or the midnight after the pause."""
        if self.hours.paused_until is None:
            return moment.astimezone(UTC)
        return max(moment.astimezone(UTC), instant(self.hours.paused_until + DAY, MIDNIGHT, self.zone))

    def open_on(self, day: date) -> tuple[Span, ...]:
        """The stretches of one day in which messages leave."""
        if self.hours.paused_until and day <= self.hours.paused_until:
            return ()
        if self.own and day.weekday() in self.hours.quiet_days:
            return ()
        if not self.follows:
            return self.open_hours
        school, calendar = self.school, self.school.calendar
        if school.quiet_holidays and calendar.holiday(day):
            return self._weekly_moment(day) if school.weekly_in_holidays else ()
        return () if school.quiet_weekends and calendar.is_weekend(day) else self.open_hours

    def _weekly_moment(self, day: date) -> tuple[Span, ...]:
        """In the holidays, what is left of the digest's day from the school's digest on."""
        if day.weekday() != self.school.digest_weekday:
            return ()
        begins = self._moved(self.school.digest_at)
        return tuple((max(start, begins), end) for start, end in self.open_hours if end == MIDNIGHT or end > begins)

    def instants(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The same as moments. A stretch begins where quiet ends, and ends where quiet begins."""
        for start, end in self.open_on(day):
            last = day + DAY if end == MIDNIGHT else day
            begins = instant(day, start, self.zone, late=True)
            ends = instant(last, end, self.zone)
            if begins < ends:
                yield begins, ends

    def end(self, moment: datetime) -> datetime:
        """`moment` where it is not quiet, else the end of the quiet."""
        moment = self.after_pause(moment)
        day = self.day_of(moment)
        for ahead in range(LONGEST):
            for start, end in self.instants(day + ahead * DAY):
                if moment < end:
                    return max(moment, start)
        return moment

    def digest_on(self, day: date) -> datetime | None:
        """The moment of this day's digest; None on a day that is quiet."""
        at = instant(day, self.digest_at, self.zone)
        return next((max(at, start) for start, end in self.instants(day) if at < end), None)


def _spans(hours: Hours, school: SchoolHours, *, own: bool, follows: bool) -> tuple[Span | None, Span | None]:
    return (
        span(hours.quiet_from, hours.quiet_until) if own else None,
        span(school.quiet_from, school.quiet_until) if follows else None,
    )


def _which_hold(hours: Hours, school: SchoolHours) -> tuple[bool, bool]:
    """Whether the person's own hours and the school's hold: together, or only those that leave some moment."""
    wishes = [(True, True), (True, False), (False, True)] if hours.follows_school else [(True, False)]
    return next((pair for pair in wishes if _leaves_some(hours, school, *pair)), (False, False))


def _leaves_some(hours: Hours, school: SchoolHours, own: bool, follows: bool) -> bool:
    days = ALL_DAYS - (hours.quiet_days if own else frozenset())
    if follows and school.quiet_weekends:
        days &= school.calendar.weekdays
    return bool(days and left_by(*_spans(hours, school, own=own, follows=follows)))
