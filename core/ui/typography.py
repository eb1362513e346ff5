"""French typography and dates in words."""

import re
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NBSP, NARROW = "\u00a0", "\u202f"

_TAG = re.compile(r"(<[^>]*>)")
_RULES = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"«[ \u00a0\u202f]*"), f"«{NBSP}"),
    (re.compile(r"[ \u00a0\u202f]*»"), f"{NBSP}»"),
    (re.compile(r"[ \u00a0\u202f]+(:)(?=\s|$|<)"), f"{NBSP}\\1"),
    (re.compile(r"[ \u00a0\u202f]+([;!?])"), f"{NARROW}\\1"),
    (re.compile(r"(?<=\d)[ \u00a0\u202f]+(?=%|€)"), NBSP),
)


def french(text: str, *, is_html: bool = False) -> str:
    """`text` with the spaces that French asks for; in HTML, what stands inside tags is left alone."""
    pieces = _TAG.split(text) if is_html else [text]
    for index in range(0, len(pieces), 2):
        for pattern, replacement in _RULES:
            pieces[index] = pattern.sub(replacement, pieces[index])
    return "".join(pieces)


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def date_in_words(value: date) -> str:
    """« lundi 1er décembre »"""
    number = "1er" if value.day == 1 else str(value.day)
    return f"{date_format(value, 'l')} {number}{NBSP}{date_format(value, 'F')}"


def day_in_words(value: date, *, today: date | None = None) -> str:
    """« aujourd’hui », « hier », « demain », « lundi 3 novembre », and the year when it is another one."""
    today = today or timezone.localdate()
    near = {-1: _("hier"), 0: _("aujourd’hui"), 1: _("demain")}.get((value - today).days)
    if near:
        return near
    return date_in_words(value) if value.year == today.year else f"{date_in_words(value)} {value.year}"


def in_words(value: date | datetime | None, *, now: datetime | None = None) -> str:
    """A date or a moment as one says it: « il y a 5 min », « aujourd’hui 14:05 », « lundi 3 novembre »."""
    if value is None:
        return ""
    if not isinstance(value, datetime):
        return day_in_words(value, today=_local(now).date() if now else None)
    value, now = _local(value), _local(now or timezone.now())
    age = (now - value) if timezone.is_aware(value) == timezone.is_aware(now) else timedelta(days=1)
    if timedelta(0) <= age < timedelta(hours=1):
        minutes = int(age.total_seconds() // 60)
        return _("il y a %(minutes)s min") % {"minutes": minutes} if minutes else _("à l’instant")
    day = day_in_words(value.date(), today=now.date())
    separator = " " if abs((value.date() - now.date()).days) <= 1 else ", "
    return f"{day}{separator}{value:%H:%M}"


def duration_in_words(value: timedelta | int | None) -> str:
    """A length of time (a timedelta or seconds): « 45 min », « 1 h 30 », « 3 jours »."""
    if value is None:
        return ""
    seconds = int(value.total_seconds()) if isinstance(value, timedelta) else int(value)
    if seconds < 60:
        return f"{seconds}{NBSP}s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes}{NBSP}min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours}{NBSP}h{NBSP}{minutes:02d}" if minutes else f"{hours}{NBSP}h"
    days = hours // 24
    return ngettext("%(days)s jour", "%(days)s jours", days) % {"days": days}


def clock_in_words(value: time) -> str:
    """A time of the day: « 7 h », « 18 h 30 »."""
    return f"{value.hour}{NBSP}h{NBSP}{value.minute:02d}" if value.minute else f"{value.hour}{NBSP}h"


def counted(number: int, singular: str, plural: str) -> str:
    """« 1 famille », « 1 204 familles »: French has a plural from 2."""
    grouped = f"{number:,}".replace(",", NARROW)
    return f"{grouped}{NBSP}{plural if abs(number) >= 2 else singular}"


def initials(name: str) -> str:
    """The first letters of the first and the last word: « Marie-Ève Le Gall » → « MG »."""
    words = [word for word in re.split(r"[\s]+", name.strip()) if word[:1].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
