"""School holidays by zone and public holidays by département, from decrees; nothing of one school.

The dates of `data/school_holidays.csv` rule for the school years it holds; `PREAU_SCHOOL_HOLIDAYS` names a further
file of the same form, whose years take the place of those. Years that neither holds follow the `holidays` package,
which knows the published decrees and continues their pattern: a school is never without holidays because nobody
entered them. Sources: the decrees of 7 December 2022 (to 2025-2026) and of 22 October 2025 (2026-2027), zone B.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import holidays
from django.conf import settings

FILE = Path(__file__).parent / "data" / "school_holidays.csv"
DAY = timedelta(days=1)

_ZONES = {
    "A": ("besancon", "bordeaux", "clermont-ferrand", "dijon", "grenoble", "limoges", "lyon", "poitiers"),
    "B": ("aix-marseille", "amiens", "lille", "nancy-metz", "nantes", "nice", "normandie", "orleans-tours", "reims",
          "rennes", "strasbourg"),
    "C": ("creteil", "montpellier", "paris", "toulouse", "versailles"),
}  # fmt: skip
_ACCENTS = str.maketrans("çéè", "cee")
# Bas-Rhin, Haut-Rhin and Moselle keep Good Friday and 26 December (ordinance of 16 August 1892).
_LOCAL = {"57": "57", "67": "6AE", "68": "6AE"}


@dataclass(frozen=True)
class Break:
    """Holidays from `starts_on` to the morning of `returns_on`, when classes begin again."""

    name: str
    starts_on: date
    returns_on: date

    def days(self) -> Iterator[date]:
        day = self.starts_on
        while day < self.returns_on:
            yield day
            day += DAY


def zone_of(academie: str) -> str:
    """The zone (A, B or C) of an académie; B, the region's, for a name that is not known."""
    name = academie.casefold().translate(_ACCENTS).replace(" ", "-")
    return next((zone for zone, names in _ZONES.items() if name in names), "B")


def school_year_of(day: date) -> str:
    """« 2026-2027 »: the year whose holidays the day may belong to. The summer's may reach into September."""
    first = day.year if (day.month, day.day) >= (9, 15) else day.year - 1
    return f"{first}-{first + 1}"


def read(path: Path) -> dict[tuple[str, str], list[Break]]:
    """The breaks of a file by zone and school year. Raises ValueError for a line that makes no sense."""
    found: dict[tuple[str, str], list[Break]] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            try:
                one = Break(
                    row["name"].strip(), date.fromisoformat(row["starts_on"]), date.fromisoformat(row["returns_on"])
                )
                key = row["zone"].strip(), row["school_year"].strip()
            except (KeyError, AttributeError, ValueError) as error:
                raise ValueError(f"{path}, line {number}: {error}") from error
            if key[0] not in _ZONES or one.starts_on >= one.returns_on or school_year_of(one.starts_on) != key[1]:
                raise ValueError(f"{path}, line {number}: the zone, the school year or the dates do not agree")
            found.setdefault(key, []).append(one)
    return found


@lru_cache(maxsize=4)
def _known(override: str) -> dict[tuple[str, str], list[Break]]:
    return read(FILE) | (read(Path(override)) if override else {})


@lru_cache(maxsize=64)
def school_holidays(zone: str, school_year: str) -> Mapping[date, str]:
    """Every day without classes of the zone's holidays in one school year, with the name of the holidays."""
    known = _known(settings.SCHOOL_HOLIDAYS_FILE).get((zone, school_year))
    if known is not None:
        return {day: one.name for one in known for day in one.days()}
    first = int(school_year[:4])
    computed = holidays.country_holidays(
        "FR", subdiv=f"Zone {zone}", years=(first, first + 1), categories=("school",), language="fr"
    )
    return {day: name.replace("'", "’") for day, name in computed.items() if school_year_of(day) == school_year}


@lru_cache(maxsize=64)
def public_holidays(departement_code: str, year: int) -> Mapping[date, str]:
    """The public holidays of one calendar year; `departement_code` as the directory writes it ("067")."""
    local = _LOCAL.get(departement_code.removeprefix("0"))
    found = holidays.country_holidays("FR", subdiv=local, years=year, language="fr")
    return {day: name.replace("'", "’") for day, name in found.items()}
