"""Hours of quiet and digests, said in words that everybody reads."""

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from core.modules.contract import Frequency
from core.modules.words import listed
from core.notifications.rhythm.clock import Span, span
from core.notifications.rhythm.hours import Hours, SchoolHours
from core.notifications.rhythm.quiet import Quiet
from core.ui.typography import clock_in_words, day_in_words


def in_words(hours: Hours, school: SchoolHours) -> str:
    """When nothing comes: « entre 20 h et 7 h, les week-ends et pendant les vacances »; empty: at any time.

    Wishes that cannot hold (`core.notifications.rhythm`) are left out, so that the words are what happens.
    """
    quiet = Quiet(hours, school)
    parts = _school_parts(school) if quiet.follows else []
    if quiet.own:
        parts = [*_hours_part(span(hours.quiet_from, hours.quiet_until)), *parts, *_days_part(hours.quiet_days)]
    if hours.paused_until:
        parts.append(_("jusqu’au %(day)s inclus") % {"day": day_in_words(hours.paused_until)})
    return listed(dict.fromkeys(parts))


def school_in_words(school: SchoolHours) -> str:
    """The school's own quiet, for the page on which it is chosen."""
    return in_words(Hours(), school)


def frequency_in_words(frequency: Frequency, hours: Hours, school: SchoolHours) -> str:
    """When a channel speaks: « tout de suite », « chaque jour à 18 h », « le vendredi à 18 h »."""
    quiet = Quiet(hours, school)
    at = clock_in_words(quiet.digest_at)
    match Frequency(frequency):
        case Frequency.NEVER:
            return _("jamais")
        case Frequency.NOW:
            return _("tout de suite")
        case Frequency.HOURLY:
            return _("toutes les heures")
        case Frequency.DAILY:
            return _("chaque jour à %(time)s") % {"time": at}
    day = str(WEEKDAYS[quiet.digest_weekday]).lower()
    return _("le %(weekday)s à %(time)s") % {"weekday": day, "time": at}


def _school_parts(school: SchoolHours) -> list[str]:
    parts = _hours_part(span(school.quiet_from, school.quiet_until))
    if school.quiet_weekends:
        parts.append(_("les week-ends"))
    if school.quiet_holidays and school.weekly_in_holidays:
        parts.append(_("pendant les vacances, sauf une fois par semaine,"))
    elif school.quiet_holidays:
        parts.append(_("pendant les vacances"))
    return parts


def _hours_part(quiet: Span | None) -> list[str]:
    if quiet is None:
        return []
    start, end = quiet
    return [_("entre %(start)s et %(end)s") % {"start": clock_in_words(start), "end": clock_in_words(end)}]


def _days_part(days: frozenset[int]) -> list[str]:
    return [_("le %(weekday)s") % {"weekday": str(WEEKDAYS[day]).lower()} for day in sorted(days)]
