"""What a line of a box tells, for a whole page at once: a fixed number of queries however long the page is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from core.people.families import children_seen_by
from core.people.models import Person
from core.people.selectors import people_visible_to
from core.permissions.viewer import Viewer
from core.ui import richtext
from modules.messaging.choices import Line, Weight
from modules.messaging.models import Attachment, Copy, Label
from modules.messaging.selectors.names import called, participants, short_when
from modules.messaging.selectors.words import Addressed, addressed

EXCERPT = 110
# Counting the readers of what went to more people than this is left to its own page.
COUNTED = 300


@dataclass(frozen=True)
class Child:
    """A child, with the number that tells it from its siblings everywhere in the product."""

    child: Person
    number: int


@dataclass(frozen=True)
class Row:
    """One line of a box. `who` is ready to be read; `read` is (those who have read, all) on what one sent."""

    conversation: int
    pk: int  # of the copy
    subject: str
    who: str
    excerpt: str
    at: datetime
    unread: bool
    count: int = 1
    weight: str = Weight.NORMAL
    recalled: bool = False
    attachments: bool = False
    children: list[Child] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    read: tuple[int, int] | None = None

    @property
    def when(self) -> str:
        return short_when(self.at)

    @property
    def is_urgent(self) -> bool:
        return self.weight == Weight.URGENT

    @property
    def is_important(self) -> bool:
        return self.weight == Weight.IMPORTANT


@dataclass
class _Writers:
    """Who wrote in a conversation, as far as the viewer has it: names without their own, the latest first."""

    names: list[str] = field(default_factory=list)
    wrote: bool = False
    messages: int = 0


def rows_of(viewer: Viewer, copies: Sequence[Any], *, sent: bool = False) -> list[Row]:
    """The lines of these copies, which come with their message, its sender and its `beginning`."""
    if not copies:
        return []
    conversations = [copy.conversation_id for copy in copies]
    writers = _writers(viewer, conversations)
    joined = _joined(viewer, copies, sent=sent)
    children, labels = children_named(viewer, copies), _labels(viewer, conversations)
    blind, read = _seen_recipients(copies), _read_counts(copies) if sent else {}
    rows = []
    for copy in copies:
        message, wrote = copy.message, writers[copy.conversation_id]
        rows.append(
            Row(
                conversation=copy.conversation_id,
                pk=copy.pk,
                subject=copy.conversation.subject,
                who=_to(addressed(message)) if sent or not wrote.names else _who(copy, wrote, blind),
                excerpt=richtext.excerpt(copy.beginning, EXCERPT) if message.is_readable else "",
                at=copy.at,
                unread=copy.unread,
                count=1 if sent else wrote.messages,
                weight=message.weight,
                recalled=message.recalled_at is not None,
                attachments=(copy.message_id if sent else copy.conversation_id) in joined,
                children=[children[key] for key in copy.children if key in children],
                labels=labels.get(copy.conversation_id, []),
                read=read.get(copy.message_id),
            )
        )
    return rows


def _to(lines: Addressed) -> str:
    return ", ".join([*lines.to, *lines.copies, *lines.blind])


def _who(copy: Any, writers: _Writers, seen: dict[int, int]) -> str:
    """Those who wrote, then how many others the latest message went to."""
    message = copy.message
    everyone = seen.get(message.pk, message.recipients) + 1  # its sender
    others = everyone - len(writers.names) - 1  # the viewer
    return participants(writers.names, wrote=writers.wrote, others=max(others, 0))


def _writers(viewer: Viewer, conversations: Iterable[int]) -> dict[int, _Writers]:
    found: dict[int, _Writers] = defaultdict(_Writers)
    mine = Copy.objects.filter(person=viewer.person, conversation__in=set(conversations), hidden=False)
    rows = list(
        mine.order_by()
        .values("conversation_id", "message__sender_id", "message__sender_name")
        .annotate(last=Max("at"), messages=Count("pk"))
    )
    people = Person.objects.in_bulk({row["message__sender_id"] for row in rows} - {None})
    me = viewer.person.pk if viewer.person else None
    for row in sorted(rows, key=lambda row: row["last"], reverse=True):
        one = found[row["conversation_id"]]
        one.messages += row["messages"]
        sender = row["message__sender_id"]
        if sender == me:
            one.wrote = True
        else:
            one.names.append(called(people.get(sender), row["message__sender_name"]))
    return found


def _seen_recipients(copies: Sequence[Any]) -> dict[int, int]:
    """Message to how many its readers may know of: only asked where somebody got a hidden copy."""
    hiding = [copy.message_id for copy in copies if addressed(copy.message).blind]
    if not hiding:
        return {}
    open_lines = Copy.objects.filter(message__in=hiding, line__in=(Line.TO, Line.COPY))
    counts = dict(open_lines.order_by().values_list("message").annotate(number=Count("pk")))
    return {pk: counts.get(pk, 0) for pk in hiding}


def _joined(viewer: Viewer, copies: Sequence[Any], *, sent: bool) -> set[int]:
    """The conversations (of what one sent: the messages) that hold an attachment which the viewer has."""
    if sent:
        rows = Attachment.objects.filter(message__in=[copy.message_id for copy in copies])
        return set(rows.values_list("message_id", flat=True))
    rows = Attachment.objects.filter(
        message__conversation__in={copy.conversation_id for copy in copies},
        message__copies__person=viewer.person,
        message__copies__hidden=False,
    )
    return set(rows.values_list("message__conversation", flat=True))


def children_named(viewer: Viewer, copies: Iterable[Any]) -> dict[int, Child]:
    """Key to child, of those whom the copies speak of and whom the viewer may know."""
    keys = {key for copy in copies for key in copy.children}
    if not keys:
        return {}
    own = {child.pk: Child(child, number) for number, child in enumerate(children_seen_by(viewer), start=1)}
    others = keys - own.keys()
    if others:
        for child in people_visible_to(viewer).filter(pk__in=others):
            own[child.pk] = Child(child, child.pk % 6 + 1)
    return own


def _labels(viewer: Viewer, conversations: Iterable[int]) -> dict[int, list[Label]]:
    found: dict[int, list[Label]] = defaultdict(list)
    through = Label.conversations.through.objects.filter(
        label__person=viewer.person, conversation__in=set(conversations)
    ).select_related("label")
    for row in through.order_by("label__name", "label"):
        found[row.conversation_id].append(row.label)
    return found


def _read_counts(copies: Sequence[Any]) -> dict[int, tuple[int, int]]:
    few = [copy.message_id for copy in copies if 0 < copy.message.recipients <= COUNTED]
    if not few:
        return {}
    rows = Copy.objects.filter(message__in=few).exclude(line=Line.SENDER).order_by()
    counts = rows.values_list("message").annotate(read=Count("read_at"), everyone=Count("pk"))
    return {pk: (read, everyone) for pk, read, everyone in counts}
