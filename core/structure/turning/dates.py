"""The dates of next year, as the official calendar and the school's habits propose them."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from core.structure.holidays import DAY, school_holidays

YEAR = timedelta(weeks=52)  # keeps the day of the week
_SHORT = timedelta(days=7)  # a bridge is no holiday between two periods


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included."""

    name: str
    starts_on: date
    ends_on: date


def official_year(zone: str, first: int) -> Span:
    """The school year that begins in the civil year `first`: between two summer holidays, 1 September without."""
    before, after = _summer(zone, first - 1), _summer(zone, first)
    starts_on = before[1] + DAY if before else date(first, 9, 1)
    ends_on = after[0] - DAY if after else date(first + 1, 7, 4)
    return Span(f"{first}-{first + 1}", starts_on, ends_on)


def periods_like(before: list[Span], year: Span) -> list[Span]:
    """The periods of the year before, a year on: the first begins and the last ends with the year."""
    if not before:
        return []
    ends = [min(max(one.ends_on + YEAR, year.starts_on), year.ends_on) for one in before[:-1]]
    cuts = [year.starts_on - DAY, *ends, year.ends_on]
    made = [
        Span(one.name, start + DAY, end) for one, (start, end) in zip(before, pairwise(cuts), strict=True)
    ]
    return made if all(one.starts_on <= one.ends_on for one in made) else []


def terms(year: Span) -> list[Span]:
    """Three trimestres: to the end of November, to the middle of March, to the end."""
    first = year.starts_on.year
    cuts = [year.starts_on - DAY, date(first, 11, 30), date(first + 1, 3, 14), year.ends_on]
    names = (_("1er trimestre"), _("2e trimestre"), _("3e trimestre"))
    return [Span(name, start + DAY, end) for name, (start, end) in zip(names, pairwise(cuts), strict=True)]


def stretches(zone: str, year: Span) -> list[Span]:
    """The periods of a primary school: what lies between two holidays."""
    found: list[Span] = []
    start = year.starts_on
    for one in _breaks(zone, year.name):
        if one.ends_on - one.starts_on >= _SHORT - DAY and start < one.starts_on <= year.ends_on + DAY:
            found.append(Span(_("Période %(n)d") % {"n": len(found) + 1}, start, one.starts_on - DAY))
            start = one.ends_on + DAY
    if start <= year.ends_on:
        found.append(Span(_("Période %(n)d") % {"n": len(found) + 1}, start, year.ends_on))
    return found


def _summer(zone: str, first: int) -> tuple[date, date] | None:
    days = [day for day, name in school_holidays(zone, f"{first}-{first + 1}").items() if "été" in name.casefold()]
    days = [day for day in days if day >= date(first + 1, 5, 1)]
    return (min(days), max(days)) if days else None


def _breaks(zone: str, school_year: str) -> list[Span]:
    found: list[Span] = []
    for day, name in sorted(school_holidays(zone, school_year).items()):
        if found and found[-1].name == name and found[-1].ends_on == day - DAY:
            found[-1] = Span(name, found[-1].starts_on, day)
        else:
            found.append(Span(name, day, day))
    return found
