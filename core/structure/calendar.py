"""When a school is closed, and why: weekends, public and school holidays, and the days it closes by itself.

Reading it asks the database nothing: `calendar_of` brings what is the school's own.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from core.structure.holidays import DAY, public_holidays, school_holidays, school_year_of, zone_of
from core.structure.models import Closure
from tenants.establishments.models import Establishment

MONDAY_TO_FRIDAY = frozenset(range(5))
SATURDAY = 5
LONGEST = 400  # days: no school is closed for longer


@dataclass(frozen=True)
class Closed:
    """Days on which one school is closed, both included."""

    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Calendar:
    """The days of one school. `weekdays` are those with classes, 0 Monday … 6 Sunday."""

    zone: str = "B"
    departement_code: str = ""
    closures: tuple[Closed, ...] = ()
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY

    def is_weekend(self, day: date) -> bool:
        """Whether no week has classes on this day of the week."""
        return day.weekday() not in self.weekdays

    def holiday(self, day: date) -> str:
        """« Vacances d’hiver », « Vendredi saint », « Journée pédagogique »; empty on any other day."""
        public = public_holidays(self.departement_code, day.year).get(day)
        own = next((one.name for one in self.closures if one.starts_on <= day <= one.ends_on), "")
        return public or school_holidays(self.zone, school_year_of(day)).get(day, "") or own

    def reason(self, day: date) -> str:
        """Why the school is closed on this day; empty where it is open."""
        return self.holiday(day) or (date_format(day, "l") if self.is_weekend(day) else "")

    def is_off(self, day: date) -> bool:
        """Whether the day belongs to school holidays or to days that the school closes by itself.

        Weekends and public holidays are part of the weeks of class.
        """
        return day in school_holidays(self.zone, school_year_of(day)) or any(
            one.starts_on <= day <= one.ends_on for one in self.closures
        )

    def is_closed(self, day: date) -> bool:
        return self.is_weekend(day) or bool(self.holiday(day))

    def next_open(self, day: date) -> date:
        """`day` itself where the school is open, else the morning of the return.

        A school that is closed for more than `LONGEST` days has no return: then it is `day`.
        """
        for ahead in range(LONGEST):
            if not self.is_closed(day + ahead * DAY):
                return day + ahead * DAY
        return day

    def days_off(self, first: date, last: date) -> list[Closed]:
        """School holidays, and the public holidays outside of them and of weekends, between two days, in order."""
        days = [first + ahead * DAY for ahead in range((last - first).days + 1)]
        found: list[Closed] = []
        for day in days:
            name = school_holidays(self.zone, school_year_of(day)).get(day, "")
            if not name and not self.is_weekend(day):
                name = public_holidays(self.departement_code, day.year).get(day, "")
            if found and found[-1].name == name and found[-1].ends_on == day - DAY:
                found[-1] = Closed(name, found[-1].starts_on, day)
            elif name:
                found.append(Closed(name, day, day))
        return found

    def open_days(self, first: date, last: date) -> list[date]:
        """The days with classes from one day to another, both included."""
        days = (first + ahead * DAY for ahead in range((last - first).days + 1))
        return [day for day in days if not self.is_closed(day)]


def calendar_of(establishment: Establishment, *, saturdays: bool = False) -> Calendar:
    """The calendar of the school one stands in. One query."""
    rows = Closure.objects.order_by("starts_on", "pk").values_list("name", "starts_on", "ends_on")
    return Calendar(
        zone=zone_of(establishment.academie),
        departement_code=establishment.departement_code,
        closures=tuple(Closed(*row) for row in rows),
        weekdays=MONDAY_TO_FRIDAY | ({SATURDAY} if saturdays else set()),
    )
