"""Boxes: one page of conversations, however many there are. Walks along `messaging_copy_box` and its siblings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.http import Http404
from django.utils.dateparse import parse_datetime

from core.permissions.viewer import Viewer
from modules.messaging.choices import DraftState, Line, Place
from modules.messaging.models import Copy, Draft, Folder, Label
from modules.messaging.selectors.rows import Row, rows_of
from modules.messaging.selectors.words import matching_conversations

PAGE = 30
# Of a body, what an excerpt is made of.
BEGINNING = 400
_LONGEST_CURSOR = 60


@dataclass(frozen=True)
class Filters:
    """What narrows a box. `label` is a key; so is `child`: what is about other children alone is left out."""

    unread: bool = False
    staff: bool = False
    attachment: bool = False
    child: int | None = None
    label: int | None = None
    words: str = ""

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True)
class Page:
    """`after` asks for what follows; empty at the end. `first`: nothing stands before."""

    rows: list[Row] = field(default_factory=list)
    after: str = ""
    first: bool = True


def unread_count(viewer: Viewer) -> int:
    """How many conversations of the inbox hold something new. One query, along the index of the badge."""
    if viewer.person is None:
        return 0
    person = viewer.person
    unread = Copy.objects.filter(person=person, latest=True, unread=True, hidden=False, place=Place.INBOX)
    return viewer.once("messaging.unread", unread.count)


def box(
    viewer: Viewer, place: Place | Folder | Label, filters: Filters | None = None, after: str = "", *, size: int = PAGE
) -> Page:
    """One page of a box, newest first; `after` is what the page before said. A constant number of queries."""
    asked = filters or Filters()
    copies = narrowed(viewer, copies_in(viewer, place), asked, place)
    if point := _point(after):
        at, pk = point
        copies = copies.filter(Q(at__lt=at) | Q(pk__lt=pk), at__lte=at)
    found = list(_told(copies)[: size + 1])
    last = found[size - 1] if len(found) > size else None
    sent = place == Place.SENT
    return Page(
        rows=rows_of(viewer, found[:size], sent=sent),
        after=f"{last.at.isoformat()}_{last.pk}" if last else "",
        first=point is None,
    )


def copies_in(viewer: Viewer, place: Place | Folder | Label) -> QuerySet[Copy]:
    """What lies in a box: of each conversation its latest copy, in « Envoyés » each message that one wrote."""
    mine = Copy.objects.filter(person=viewer.person, hidden=False)
    if place == Place.SENT:
        return mine.filter(line=Line.SENDER).exclude(place=Place.TRASH)
    mine = mine.filter(latest=True)
    if isinstance(place, Folder):
        return mine.filter(place=Place.FOLDER, folder=place)
    if isinstance(place, Label):
        return mine.filter(conversation__labels=place).exclude(place=Place.TRASH)
    return mine.filter(place=place)


def narrowed(
    viewer: Viewer, copies: QuerySet[Copy], asked: Filters, place: Place | Folder | Label
) -> QuerySet[Copy]:
    """The same, as far as the filters let through."""
    if asked.unread:
        copies = copies.filter(unread=True)
    if asked.staff:
        copies = copies.filter(from_staff=True)
    if asked.child is not None:
        copies = copies.filter(Q(children=[]) | Q(children__contains=[asked.child]))
    if asked.label is not None:
        mine = Label.conversations.through.objects.filter(label=asked.label, label__person=viewer.person)
        copies = copies.filter(conversation__in=mine.values("conversation"))
    if asked.attachment:
        of_mine = Copy.objects.filter(conversation=OuterRef("conversation"), person=viewer.person, hidden=False)
        copies = copies.filter(Exists(of_mine.filter(message__attachments__isnull=False)))
    if asked.words:
        copies = copies.filter(conversation__in=matching_conversations(viewer, asked.words, **_where(place)))
    return copies


def _where(place: Place | Folder | Label) -> dict[str, Any]:
    """What the copies of a box have in common, for the search to look at nothing else."""
    if place == Place.SENT:
        return {"line": Line.SENDER}
    if isinstance(place, Folder):
        return {"folder": place.pk}
    return {} if isinstance(place, Label) else {"place": place}


def _told(copies: QuerySet[Copy]) -> QuerySet[Any]:
    return (
        copies.select_related("conversation", "message", "message__sender")
        .defer("message__body", "message__body_html")
        .annotate(beginning=Left("message__body", BEGINNING))
        .order_by("-at", "-pk")
    )


def _point(after: str) -> tuple[datetime, int] | None:
    """Where the page begins; nonsense is the beginning of the box."""
    moment, _sign, key = after[:_LONGEST_CURSOR].rpartition("_")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return None
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    return (at, int(key)) if at is not None and at.tzinfo is not None else None


# --- What is not sent -------------------------------------------------------------------------------------
def drafts_of(viewer: Viewer) -> QuerySet[Draft]:
    """What one is writing, and what waits or came back; what leaves soonest or was refused stands first."""
    return (
        Draft.objects.filter(author=viewer.person)
        .select_related("conversation", "answers__sender")
        .annotate(files=Count("attachments"))
        .order_by("-updated_at", "-pk")
    )


def draft_count(viewer: Viewer) -> int:
    return Draft.objects.filter(author=viewer.person).exclude(state=DraftState.MODERATION).count()


# --- One's own folders and labels -------------------------------------------------------------------------
def folders_of(viewer: Viewer) -> list[Folder]:
    person = viewer.person
    return viewer.once("messaging.folders", lambda: list(Folder.objects.filter(person=person)))


def labels_of(viewer: Viewer) -> list[Label]:
    person = viewer.person
    return viewer.once("messaging.labels", lambda: list(Label.objects.filter(person=person)))


def get_folder_or_404(viewer: Viewer, pk: int) -> Folder:
    return _one(folders_of(viewer), pk)


def get_label_or_404(viewer: Viewer, pk: int) -> Label:
    return _one(labels_of(viewer), pk)


def _one(rows: Iterable[Any], pk: int) -> Any:
    found = next((row for row in rows if row.pk == pk), None)
    if found is None:
        raise Http404(pk)
    return found

