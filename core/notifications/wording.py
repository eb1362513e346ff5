"""What people read: each notification as a line with its title, its children, its link."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from django.utils.translation import gettext as _

from core.modules.contract import Importance, NotificationKind
from core.modules.state import Modules
from core.notifications.models import Event, Notification
from core.notifications.rules import kind_of
from core.people.models import Person
from tenants.establishments.hosts import school_url

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing told to one person. `count` is more than one where several of a kind were put together.

    `children` are those it concerns, in the order of their first names. `path` is on the school's host, `url` whole.
    `place` is the school's name: a digest may hold items of several.
    """

    row: Notification
    place: str
    module: str
    icon: str
    title: str
    text: str
    action: str
    path: str
    url: str
    importance: Importance
    happened_at: datetime
    children: tuple[Person, ...] = ()
    count: int = 1
    always: bool = False  # of a kind that nothing silences: its own words come first, and say how urgent it is

    @property
    def urgent(self) -> bool:
        return self.importance == Importance.URGENT

    @property
    def child_names(self) -> str:
        """« Léa », « Léa et Tom », "" where it concerns no child in particular."""
        names = [child.first_name for child in self.children]
        if len(names) < 2:
            return "".join(names)
        return _("%(first)s et %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def with_names(item: Item, names: str, title: str) -> str:
    """« Léa : Sortie jeudi »; « EXERCICE : Évacuation (Léa) » for what must be read before anything else."""
    if not names:
        return title
    if item.always:
        return f"{title} ({names})"
    return _("%(names)s\u00a0: %(title)s") % {"names": names, "title": title}


def items_of(rows: Iterable[Notification], modules: Modules) -> list[Item]:
    """The rows (with `event` selected) in words, in their order, in one query for the children."""
    rows = list(rows)
    named = {pk for row in rows for pk in row.children}
    children = {child.pk: child for child in Person.objects.filter(pk__in=named)} if named else {}
    return [item for row in rows if (item := _item(row, modules, children)) is not None]


def _item(row: Notification, modules: Modules, children: Mapping[int, Person]) -> Item | None:
    event, kind = row.event, kind_of(row.event.kind)
    state = modules.states.get(event.module)
    if kind is None or state is None:
        return None
    own = sorted((children[pk] for pk in row.children if pk in children), key=lambda c: (c.first_name, c.pk))
    return Item(
        row=row,
        place=modules.establishment.display_name,
        module=state.name,
        icon=state.icon,
        title=filled(kind.title, event),
        text=filled(kind.text, event),
        action=str(kind.action) or _("Voir"),
        path=event.url or "/notifications/",
        url=school_url(modules.establishment, event.url or "/notifications/"),
        importance=Importance(event.importance),
        happened_at=event.happened_at,
        children=tuple(own),
        always=kind.always,
    )


def filled(template: Any, event: Event) -> str:
    """The kind's words with the event's data. What an older release wrote may lack a part: never an error."""
    text = str(template)
    try:
        return text % _Data(event.data)
    except (TypeError, ValueError):
        logger.warning("notification not worded", kind=event.kind, number=event.pk)
        return text


class _Data(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def merged(items: Iterable[Item]) -> list[Item]:
    """For a digest: the same thing about several children once, and runs of one kind as one line."""
    once: dict[tuple[Any, ...], Item] = {}
    for item in items:
        key = (item.row.event.kind, item.row.event.key or item.row.event_id, item.title)
        known = once.get(key)
        if known is None:
            once[key] = item
        else:
            both = {child.pk: child for child in (*known.children, *item.children)}
            once[key] = replace(known, children=tuple(sorted(both.values(), key=lambda c: (c.first_name, c.pk))))
    return list(once.values())


def many(kind: NotificationKind, count: int) -> str:
    """« 4 actualités »; "" where the kind has no words for several."""
    return str(kind.title_many) % {"count": count} if kind.title_many else ""
