"""The clock on the wall: moments that it shows, and what stretches of quiet leave of a day."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise

MIDNIGHT = time(0)
Span = tuple[time, time]


def instant(day: date, at: time, zone: tzinfo, *, late: bool = False) -> datetime:
    """When the clock shows `at` on this day, in UTC: the second time with `late`, where it does so twice.

    A time that the clock leaps over is the moment of the leap.
    """
    first, second = (datetime.combine(day, at, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:  # the same, or twice
        return second if late else first
    return _leap(second, first, zone)


def _leap(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The moment between the two at which the clock of `zone` leaps, to the second."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def span(start: time | None, end: time | None) -> Span | None:
    """Quiet hours as a pair; none where they are not both said, or equal."""
    return None if start is None or end is None or start == end else (start, end)


@lru_cache(maxsize=512)
def left_by(*spans: Span | None) -> tuple[Span, ...]:
    """What quiet spans leave of a day, in order; a stretch that ends at midnight lasts to the end of the day."""
    quiet = [one for one in spans if one]
    marks = sorted({MIDNIGHT, *(mark for one in quiet for mark in one)})
    pieces = [*pairwise(marks), (marks[-1], MIDNIGHT)]
    merged: list[Span] = []
    for start, end in pieces:
        if any(_covers(one, start) for one in quiet):
            continue
        begins = merged.pop()[0] if merged and merged[-1][1] == start else start
        merged.append((begins, end))
    return tuple(merged)


def holds(stretch: Span, at: time) -> bool:
    """Whether a stretch of one day holds a time of it."""
    start, end = stretch
    return start <= at and (end == MIDNIGHT or at < end)


def _covers(quiet: Span, at: time) -> bool:
    start, end = quiet
    return start <= at < end if start < end else at >= start or at < end
