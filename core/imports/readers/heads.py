"""What the head of a school's own file says: whose it is, of which year, from when."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core.imports.errors import SourceError
from core.imports.readers.values import InvalidDate, parse_date
from core.imports.sources import Member
from core.imports.sources.text import decoded
from tenants.establishments import uai as uais

_UAJ = re.compile(r"<UAJ(?:>\s*([0-9A-Za-z]{8})\s*<|\s[^>]*?CODE\s*=\s*[\"']([0-9A-Za-z]{8})[\"'])")
_YEAR = re.compile(r"<ANNEE_SCOLAIRE(?:>\s*(\d{4})|\s[^>]*?ANNEE\s*=\s*[\"'](\d{4}))")
_DAY = re.compile(r"<DATE_EXPORT>\s*([\d/-]{8,10})")


@dataclass(frozen=True, slots=True)
class Head:
    uai: str = ""
    # The civil year in which the school year begins
    year: int | None = None
    made_on: date | None = None


def head_of(member: Member) -> Head:
    """UAI, year and day from the parameters at the beginning of a SIECLE or STS file."""
    text = decoded(member.head)
    uaj, year, day = _UAJ.search(text), _YEAR.search(text), _DAY.search(text)
    made_on = None
    if day:
        try:
            made_on = parse_date(day[1])
        except InvalidDate:
            made_on = None
    return Head(
        uais.normalise(uaj[1] or uaj[2]) if uaj else "", int(year[1] or year[2]) if year else None, made_on
    )


def current_year(today: date) -> int:
    """The civil year in which the school year of `today` began; it turns on 1 August."""
    return today.year if today.month >= 8 else today.year - 1


def require_school(found: str, wanted: str) -> None:
    """Raises SourceError where a file says that it is of another school."""
    if found and wanted and found != uais.normalise(wanted):
        raise SourceError(
            "other-school",
            _(
                "Ce fichier est celui de l’établissement %(found)s, et non de %(wanted)s. "
                "Exportez celui de votre établissement, puis recommencez."
            )
            % {"found": found, "wanted": uais.normalise(wanted)},
        )


def require_year(found: int | None, today: date) -> None:
    """Raises SourceError where a file is of a school year that is over; the next one is prepared in advance."""
    if found is not None and found < current_year(today):
        raise SourceError(
            "other-year",
            _(
                "Ce fichier est de l’année scolaire %(year)s-%(next)s, qui est finie. "
                "Exportez celui de cette année, puis recommencez."
            )
            % {"year": found, "next": found + 1},
        )
