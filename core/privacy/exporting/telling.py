"""Plain data in words: what a key is called, how a value is said, and which shape shows it best."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.ui.typography import NBSP, date_in_words

_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
# A list as short as this reads best in one line.
_ONE_LINE = 60
_TIME = re.compile(r"\d\d:\d\d(:\d\d)?\Z")


@dataclass(frozen=True)
class Told:
    """One value for the page: `kind` is text, list, facts, table or parts, and says which of the others are filled."""

    kind: str
    text: str = ""
    items: list[str] = field(default_factory=list)
    facts: list[tuple[str, "Told"]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    parts: list["Told"] = field(default_factory=list)


def told(value: Any, labels: Mapping[str, Any]) -> Told:
    """A value of an export. Lists of flat records become a table, long or nested ones follow one another."""
    if isinstance(value, Mapping):
        shown = [(key, item) for key, item in value.items() if not _is_nothing(item)]
        return Told("facts", facts=[(called(key, labels), told(item, labels)) for key, item in shown])
    if isinstance(value, list | tuple):
        return _list(list(value), labels)
    return Told("text", text=said(value))


def called(key: str, labels: Mapping[str, Any]) -> str:
    return str(labels.get(key) or capfirst(key.replace("_", " ")))


def said(value: Any) -> str:
    """« oui », « lundi 3 novembre 2025 à 14:05 », « — » for nothing."""
    if _is_nothing(value):
        return "—"
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if not isinstance(value, str):
        return str(value)
    return _date(value) or value


def _list(values: list[Any], labels: Mapping[str, Any]) -> Told:
    if not values:
        return Told("text", text="—")
    if not any(isinstance(value, Mapping | list | tuple) for value in values):
        items = [said(value) for value in values]
        if len(", ".join(items)) <= _ONE_LINE:
            return Told("text", text=", ".join(items))
        return Told("list", items=items)
    if all(isinstance(value, Mapping) and _is_flat(value) for value in values):
        return _table(values, labels)
    return Told("parts", parts=[told(value, labels) for value in values])


def _table(records: list[Mapping[str, Any]], labels: Mapping[str, Any]) -> Told:
    keys = list(dict.fromkeys(key for record in records for key in record))
    filled = [key for key in keys if any(not _is_nothing(record.get(key)) for record in records)]
    rows = [[said(record.get(key)) for key in filled] for record in records]
    return Told("table", columns=[called(key, labels) for key in filled], rows=rows)


def _is_flat(record: Mapping[str, Any]) -> bool:
    plain = all(not isinstance(value, Mapping | list | tuple) for value in record.values())
    return plain and not any(isinstance(value, str) and len(value) > 400 for value in record.values())


def _is_nothing(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _date(text: str) -> str:
    """The date, moment or hour that the text spells in ISO 8601, in words with its year; "" when it spells none."""
    try:
        if _MOMENT.match(text) and (moment := parse_datetime(text)):
            local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
            return _("%(day)s à %(hour)s") % {"day": _day(local), "hour": f"{local:%H:%M}"}
        if _DATE.match(text) and (day := parse_date(text)):
            return _day(day)
        if _TIME.match(text) and (hour := parse_time(text)):
            return f"{hour:%H:%M}"
    except ValueError:
        pass
    return ""


def _day(day: date | datetime) -> str:
    return f"{date_in_words(day)}{NBSP}{day.year}"
