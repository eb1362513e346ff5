"""Small bars, drawn by the server: numbers for the attributes of SVG, beside the same numbers in words."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core.adoption.selectors import Period
from core.adoption.words import day

HEIGHT, _WIDTH, _GAP = 24, 10, 3
_LEAST = 2  # so that one use is seen beside thousands


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    height: int
    title: str


@dataclass(frozen=True)
class Chart:
    """One bar a week in a box of `width` by HEIGHT; `title` says it all. `most` is the highest number."""

    bars: list[Bar]
    width: int
    height: int
    title: str
    most: int


def weeks(numbers: list[int], period: Period) -> Chart:
    most = max(numbers, default=0)
    bars = [
        _bar(place, n, most, monday) for place, (n, monday) in enumerate(zip(numbers, period.weeks, strict=True))
    ]
    title = _("Usages des %(weeks)s dernières semaines\u00a0: %(numbers)s") % {
        "weeks": len(numbers),
        "numbers": ", ".join(str(n) for n in numbers),
    }
    return Chart(bars, len(bars) * (_WIDTH + _GAP) - _GAP, HEIGHT, title, most)


def _bar(place: int, n: int, most: int, monday: date) -> Bar:
    height = max(round(HEIGHT * n / most), _LEAST) if n else 1
    title = _("Semaine du %(day)s\u00a0: %(n)s") % {"day": day(monday), "n": n}
    return Bar(place * (_WIDTH + _GAP), HEIGHT - height, height, title)


def bar(n: int, most: int) -> int:
    """Percents of the longest bar."""
    return max(round(100 * n / most), _LEAST) if n else 0
