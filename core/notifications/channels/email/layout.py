"""A message laid out for reading, before it becomes HTML and plain text: by child, then by day."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.notifications.channels.text import one_line
from core.notifications.messages import Message
from core.notifications.wording import Item, merged, with_names
from core.ui.typography import date_in_words
from tenants.establishments.hosts import establishment_at
from tenants.establishments.models import Establishment

# Beyond so many, the rest is counted and read on the site: a mail stays under 20 kB.
LISTED = 20
TITLE, TEXT, NAME = 160, 240, 120
SUBJECT = 120


@dataclass(frozen=True, kw_only=True)
class Line:
    title: str
    text: str
    time: str  # « 14:05 »
    action: str
    url: str
    marked: bool  # urgent, where the title does not say so itself


@dataclass(frozen=True, kw_only=True)
class Day:
    label: str
    lines: list[Line]


@dataclass(frozen=True, kw_only=True)
class Group:
    """What concerns the same children. `heading` is empty where everything concerns the reader alone."""

    heading: str
    days: list[Day]


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one school tells; a digest may hold several, each with people, children and events of its own."""

    school: str
    items: list[Item]


def parts_of(message: Message) -> list[Part]:
    """The message by school, the same things put together within each."""
    by_host: dict[str, list[Item]] = {}
    for item in message.items:
        by_host.setdefault(urlsplit(item.url).hostname or "", []).append(item)
    if len(by_host) == 1:
        return [Part(school=name_of(message.establishment), items=merged(message.items))]
    found = {host: establishment_at(host) or message.establishment for host in by_host}
    return [Part(school=name_of(found[host]), items=merged(items)) for host, items in by_host.items()]


def name_of(establishment: Establishment) -> str:
    return one_line(establishment.full_name, NAME)


def subject_of(message: Message) -> str:
    """« Léa : Sortie au musée jeudi », « Votre récapitulatif : 4 nouvelles »; what is urgent says so first."""
    items = [item for part in parts_of(message) for item in part.items]
    if len(items) == 1:
        item = items[0]
        names, title = one_line(item.child_names, SUBJECT // 2), one_line(item.title, SUBJECT)
        text = with_names(item, names, title)
    else:
        count = sum(item.count for item in items)
        text = ngettext(
            "Votre récapitulatif\u00a0: %(count)d nouvelle", "Votre récapitulatif\u00a0: %(count)d nouvelles", count
        ) % {"count": count}
    marked = not message.urgent or says_urgent(text) or items[0].always
    return one_line(text if marked else f"{_('Urgent')} – {text}", SUBJECT)


def says_urgent(text: str) -> bool:
    return _("Urgent").casefold() in text.casefold()


def groups_of(parts: list[Part], limit: int = LISTED) -> list[Group]:
    """At most `limit` things: children in the order of their names, then what concerns nobody in particular."""
    groups = []
    for part in parts:
        items, limit = part.items[:limit], max(0, limit - len(part.items))
        by_children: dict[tuple[int, ...], list[Item]] = {}
        for item in items:
            by_children.setdefault(tuple(sorted(child.pk for child in item.children)), []).append(item)
        ordered = sorted(by_children.values(), key=lambda group: (not group[0].children, group[0].child_names))
        alone, several = len(parts) == 1 and len(ordered) == 1, len(parts) > 1
        groups += [
            Group(heading=_heading(group[0], part.school, alone=alone, several=several), days=_days(group))
            for group in ordered
        ]
    return groups


def _heading(item: Item, school: str, *, alone: bool, several: bool) -> str:
    """« Léa », the school for what concerns no child, both where several schools speak."""
    if not item.children:
        return "" if alone else school
    names = one_line(item.child_names, TITLE)
    return f"{names} – {school}" if several else names


def _days(items: list[Item]) -> list[Day]:
    days: dict[date, list[Item]] = {}
    for item in sorted(items, key=lambda item: item.happened_at):
        days.setdefault(timezone.localtime(item.happened_at).date(), []).append(item)
    return [Day(label=_capital(date_in_words(day)), lines=[line_of(item) for item in of]) for day, of in days.items()]


def line_of(item: Item) -> Line:
    return Line(
        title=one_line(item.title, TITLE),
        text=one_line(item.text, TEXT),
        time=_time(item.happened_at),
        action=one_line(item.action, 40),
        url=item.url,
        marked=item.urgent and not item.always and not says_urgent(item.title),
    )


def moment(value: datetime) -> str:
    """« Lundi 23 novembre à 14:05 »: never « il y a 5 min », a mail is read later."""
    local = timezone.localtime(value)
    return _("%(day)s à %(time)s") % {"day": _capital(date_in_words(local.date())), "time": _time(value)}


def _time(value: datetime) -> str:
    return f"{timezone.localtime(value):%H:%M}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
