"""When messages leave: the school's hours, and what waits for them.

The school's week is Monday to Saturday noon. Sundays, Saturday afternoons and public holidays (those of Alsace and
Moselle included) are closed unless it says otherwise; school holidays are not, or a message of July would leave in
September. Hours are those of the clock on the wall, both nights of the changing clocks included
(`core.notifications.rhythm.clock`).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.modules.state import Modules
from core.notifications.rhythm.clock import MIDNIGHT, Span, instant, left_by, span
from core.permissions.viewer import Viewer
from core.structure.holidays import public_holidays
from core.ui.typography import day_in_words
from modules.messaging.choices import Weight

DAY = timedelta(days=1)
NOON = time(12)
SATURDAY, SUNDAY = 5, 6
# No closed stretch is longer: the days searched.
LONGEST = 14


def opening_after(modules: Modules, now: datetime) -> datetime:
    """`now` where the messagerie is open, else the moment at which it opens, in UTC."""
    zone = timezone.get_default_timezone()
    moment = now.astimezone(UTC)
    day = moment.astimezone(zone).date()
    for ahead in range(-1, LONGEST):  # a stretch of yesterday may last past midnight by the clock
        for begins, ends in _instants(modules, day + ahead * DAY):
            if moment < ends:
                return max(moment, begins)
    return moment


def leaves_at(viewer: Viewer, moment: datetime, *, urgent: bool) -> datetime:
    """When a message of the viewer that is to leave at `moment` may leave. What is urgent passes."""
    if urgent or not (viewer.modules["messaging"].settings["hold"] or is_night_closed(viewer)):
        return moment
    return opening_after(viewer.modules, moment)


def is_night_closed(viewer: Viewer) -> bool:
    """Whether all roles of the viewer are among those that send nothing outside the hours."""
    return viewer.roles <= frozenset(viewer.modules["messaging"].settings["night_closed"])


def refuse_at_night(viewer: Viewer, opening: datetime) -> None:
    """Raises DomainError for those whose messages are not even held: they stay drafts."""
    if is_night_closed(viewer):
        sentence = _("La messagerie est fermée. Votre brouillon est gardé\u00a0: vous pourrez l’envoyer %(when)s.")
        raise DomainError("closed", sentence % {"when": opening_in_words(opening)})


def opening_in_words(opening: datetime) -> str:
    """« demain à 7:00 », « lundi 7 décembre à 7:00 »"""
    local = timezone.localtime(opening)
    return _("%(day)s à %(time)s") % {"day": day_in_words(local.date()), "time": f"{local.hour}:{local.minute:02d}"}


def is_urgent(weight: str) -> bool:
    return weight == Weight.URGENT


def _instants(modules: Modules, day: date) -> Iterator[tuple[datetime, datetime]]:
    zone = timezone.get_default_timezone()
    for start, end in _open_on(modules, day):
        begins = instant(day, start, zone, late=True)
        ends = instant(day + DAY if end == MIDNIGHT else day, end, zone)
        if begins < ends:
            yield begins, ends


def _open_on(modules: Modules, day: date) -> tuple[Span, ...]:
    """The stretches of the day in which messages leave."""
    chosen = modules["messaging"].settings
    opens, closes = (time.fromisoformat(chosen[key]) for key in ("opens_at", "closes_at"))
    night, afternoon = span(closes, opens), None
    if not chosen["open_weekends"]:
        if day.weekday() == SUNDAY or day in public_holidays(modules.establishment.departement_code, day.year):
            return ()
        afternoon = span(NOON, MIDNIGHT) if day.weekday() == SATURDAY else None
    return left_by(night, afternoon)
