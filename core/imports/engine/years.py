"""Which school year an import speaks of, and the one that a school without any receives."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from core.errors import DomainError
from core.structure.holidays import school_holidays, zone_of
from core.structure.models import SchoolYear
from core.structure.selectors import current_year
from core.structure.services import create_year
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai

Year = tuple[int, date, date, bool]


def find(school_year: int | None, today: date) -> Year | None:
    """The year that the source says, else the current one; None where the school has no year at all.

    Raises DomainError for another one: a source of last year is never applied to this one.
    """
    current = current_year(today)
    if current is None or school_year is None or current.starts_on.year == school_year:
        return _as_tuple(current)
    prepared = SchoolYear.objects.filter(starts_on__year=school_year, starts_on__gt=current.starts_on).first()
    if prepared is not None:
        return _as_tuple(prepared, is_current=False)
    told = {"told": f"{school_year}-{school_year + 1}", "current": current.label}
    if school_year > current.starts_on.year:
        raise DomainError(
            "other-year",
            _("Ce fichier est de l’année %(told)s\u00a0: préparez d’abord cette année dans l’établissement.") % told,
        )
    raise DomainError(
        "other-year",
        _("Ce fichier est de l’année %(told)s, l’établissement est en %(current)s\u00a0: demandez un fichier à jour.")
        % told,
    )


def ensure(school_year: int | None, today: date) -> Year:
    """The same; a school without any year gets one from the official calendar, within the caller's transaction."""
    found = find(school_year, today)
    if found is not None:
        return found
    label, first, last = official(school_year or _first_of(today))
    made = create_year(label=label, starts_on=first, ends_on=last, actor=None)
    return made.pk, made.starts_on, made.ends_on, True


def proposed(school_year: int | None, today: date) -> Year:
    """The year that `ensure` would make, to show what would be done."""
    _label, first, last = official(school_year or _first_of(today))
    return -1, first, last, True


def official(first_year: int) -> tuple[str, date, date]:
    """Label, first and last day: from the return in September to the summer holidays."""
    zone = zone_of(Establishment.objects.get(uai=current_uai()).academie)
    return (
        f"{first_year}-{first_year + 1}",
        _first_after(_summer(zone, first_year - 1), date(first_year, 9, 1)),
        min(_summer(zone, first_year), default=date(first_year + 1, 7, 5)) - timedelta(days=1),
    )


def _summer(zone: str, first_year: int) -> list[date]:
    """The days of the summer holidays at the end of a school year."""
    days = school_holidays(zone, f"{first_year}-{first_year + 1}")
    return [day for day in days if date(first_year + 1, 6, 25) <= day <= date(first_year + 1, 9, 10)]


def _first_after(days: list[date], otherwise: date) -> date:
    return max(days) + timedelta(days=1) if days and max(days) >= date(otherwise.year, 8, 25) else otherwise


def _first_of(today: date) -> int:
    """From mid-July on, sources speak of the year that comes."""
    return today.year if (today.month, today.day) >= (7, 15) else today.year - 1


def _as_tuple(year: SchoolYear | None, *, is_current: bool = True) -> Year | None:
    return (year.pk, year.starts_on, year.ends_on, is_current) if year else None
