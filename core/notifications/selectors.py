"""What people see of what was told to them. Nobody sees another's, nor what is no longer theirs to see."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from core.modules.contract import Channel, Importance
from core.notifications.models import Notification
from core.notifications.rules import kind_of
from core.notifications.wording import Item, items_of, many
from core.people.children import own_children
from core.people.models import Person
from core.permissions.viewer import Viewer, viewer_of

State = Notification.State
PAGE = 40
# Urgent things that wait on top, at most.
PINNED = 20
# The bell counts up to here, and then says "99+".
COUNTED = 100
# Fewer of a kind on a day stand by themselves.
RUN = 3


def in_app(viewer: Viewer, children: Iterable[Person], *, child: Person | None = None) -> QuerySet[Notification]:
    """The viewer's own, newest first. `children` are those whose record the viewer may see today.

    What concerns only others than these is hidden, and so is what comes from modules that are off, or closed to
    the viewer's roles. With `child`, only what concerns that child.
    """
    about = Q(children=[]) | Q(children__overlap=[one.pk for one in children])
    if child is not None:
        about = Q(children__contains=[child.pk])
    return Notification.objects.filter(
        about,
        person=viewer.person,
        channel=Channel.IN_APP,
        state__in=(State.UNREAD, State.READ),
        event__kind__in=_open_kinds(viewer),
    ).order_by("-pk")


def _open_kinds(viewer: Viewer) -> list[str]:
    return [
        f"{state.slug}.{kind.slug}"
        for state in viewer.modules.enabled()
        if viewer.roles & state.roles
        for kind in state.manifest.notifications
    ]


def mine(request: HttpRequest, child: Person | None = None) -> QuerySet[Notification]:
    """The same for whoever is looking, with the children read once for the request."""
    return in_app(viewer_of(request), own_children(request), child=child)


def get_mine_or_404(request: HttpRequest, pk: int) -> Notification:
    row = mine(request).filter(pk=pk).select_related("event").first()
    if row is None:
        raise Http404(pk)
    return row


# --- The bell ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Bell:
    """What the top line says. `ids` are the unread rows, newest first, at most COUNTED."""

    ids: tuple[int, ...]

    @property
    def unread(self) -> int:
        return len(self.ids)

    @property
    def newest(self) -> int:
        """0 where nothing is unread."""
        return self.ids[0] if self.ids else 0

    def newer_than(self, pk: int) -> int:
        return sum(1 for one in self.ids if one > pk)

    @property
    def shown(self) -> str:
        """« 3 », « 99+ », nothing for none."""
        if self.unread >= COUNTED:
            return f"{COUNTED - 1}+"
        return str(self.unread) if self.unread else ""


def bell_of(request: HttpRequest) -> Bell:
    """One query, once a request."""
    known: Bell | None = getattr(request, "_bell", None)
    if known is None:
        unread = mine(request).filter(state=State.UNREAD).values_list("pk", flat=True)
        known = request._bell = Bell(tuple(unread[:COUNTED]))  # type: ignore[attr-defined]
    return known


# --- The list ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Chip:
    """A child as the switcher shows it: `number` counts the viewer's children from 1."""

    child: Person
    number: int


@dataclass(frozen=True)
class Line:
    """One line of the list: an item, or several of one kind that came on one day."""

    items: list[Item]
    chips: list[Chip]
    many: str = ""

    @property
    def item(self) -> Item:
        """The only one, or the newest."""
        return self.items[0]

    @property
    def title(self) -> str:
        return self.many or self.item.title

    @property
    def unread(self) -> list[int]:
        return [item.row.pk for item in self.items if item.row.state == State.UNREAD]


@dataclass(frozen=True)
class Day:
    """One day of the list."""

    day: date
    lines: list[Line]


@dataclass(frozen=True)
class Page:
    """A piece of the list. `following` is the cursor of what is older (0: nothing is), `newest` its first row."""

    pinned: list[Line]
    days: list[Day]
    following: int
    newest: int

    def __bool__(self) -> bool:
        return bool(self.pinned or self.days)


def page_of(request: HttpRequest, rows: QuerySet[Notification], *, before: int | None = None) -> Page:
    """The rows older than `before`, by day. On the first page, urgent things that are unread stand on top."""
    waiting = Q(state=State.UNREAD, event__importance=Importance.URGENT)
    rows = rows.select_related("event")
    on_top = [] if before else list(rows.filter(waiting)[:PINNED])
    read = list((rows.filter(pk__lt=before) if before else rows).exclude(waiting)[: PAGE + 1])
    shown = read[:PAGE]
    items = items_of([*on_top, *shown], viewer_of(request).modules)
    numbers = {child.pk: number for number, child in enumerate(own_children(request), start=1)}
    pinned = {row.pk for row in on_top}
    return Page(
        pinned=[_line([item], numbers) for item in items if item.row.pk in pinned],
        days=_days([item for item in items if item.row.pk not in pinned], numbers),
        following=shown[-1].pk if len(read) > PAGE else 0,
        newest=max((row.pk for row in (*on_top, *shown)), default=0),
    )


def _days(items: list[Item], numbers: Mapping[int, int]) -> list[Day]:
    days: dict[date, list[Item]] = {}
    for item in items:
        days.setdefault(timezone.localdate(item.row.created_at), []).append(item)
    return [Day(day, list(_lines(of_day, numbers))) for day, of_day in days.items()]


def _lines(items: list[Item], numbers: Mapping[int, int]) -> Iterator[Line]:
    """The day's items in order; a kind that comes often stands once, where its newest is."""
    runs: dict[str, list[Item]] = {}
    for item in items:
        kind = kind_of(item.row.event.kind)
        if kind is not None and kind.title_many and not item.urgent:
            runs.setdefault(item.row.event.kind, []).append(item)
    for item in items:
        run = [] if item.urgent else runs.get(item.row.event.kind, [])
        if len(run) < RUN:
            yield _line([item], numbers)
        elif item is run[0]:
            yield _line(run, numbers)


def _line(items: list[Item], numbers: Mapping[int, int]) -> Line:
    kind = kind_of(items[0].row.event.kind)
    children = {child.pk: child for item in items for child in item.children if child.pk in numbers}
    chips = [Chip(children[pk], number) for pk, number in numbers.items() if pk in children]
    return Line(items, chips, many(kind, len(items)) if kind and len(items) > 1 else "")
