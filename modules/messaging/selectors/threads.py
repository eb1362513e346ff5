"""One conversation as one person has it, and who has read what they sent."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Max, QuerySet
from django.http import Http404
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe

from core.people.choices import STAFF, Role
from core.people.families import holding
from core.people.models import GuardianLink
from core.people.selectors import people_visible_to
from core.permissions.viewer import Viewer
from core.ui import richtext
from modules.messaging.choices import Line
from modules.messaging.models import Attachment, Conversation, Copy, Message
from modules.messaging.selectors.names import called, short_when
from modules.messaging.selectors.rows import Child, children_named
from modules.messaging.selectors.words import Addressed, addressed

# The latest messages of a long thread; the older ones when they are asked for.
SHOWN = 40


@dataclass
class Shown:
    """One message in a thread: what was said, to whom in words, and what the viewer may do with it."""

    copy: Copy
    message: Message
    name: str
    detail: str
    mine: bool
    gone: str  # "recalled", "removed" or ""
    body: SafeString
    to: Addressed
    opened: bool = False
    children: list[Child] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    sees_names: bool = False

    @property
    def may_confirm(self) -> bool:
        return self.message.asks_receipt and not self.mine and not self.gone and self.copy.confirmed_at is None

    @property
    def when(self) -> str:
        return short_when(self.message.sent_at)

    @property
    def excerpt(self) -> str:
        return "" if self.gone else richtext.excerpt(self.message.body, 90)


@dataclass(frozen=True)
class Reading:
    """How far something sent has been read. Families count once, whichever guardian read it."""

    people: int
    people_read: int
    families: int
    families_read: int
    confirmed: int

    @property
    def waiting(self) -> int:
        return self.people - self.people_read


def copies_of(viewer: Viewer, conversation: Conversation) -> QuerySet[Copy]:
    """What the viewer has of a conversation, oldest first. What was taken away is among them, `hidden`."""
    return Copy.objects.filter(conversation=conversation, person=viewer.person).order_by("at", "pk")


def get_thread_or_404(viewer: Viewer, pk: int) -> Conversation:
    """A conversation of which the viewer has something that was not taken away. Raises Http404."""
    mine = Copy.objects.filter(conversation=pk, person=viewer.person, hidden=False)
    found = Conversation.objects.filter(pk=pk).first() if viewer.person and mine.exists() else None
    if found is None:
        raise Http404(pk)
    return found


def get_message_or_404(viewer: Viewer, pk: int) -> Message:
    """A message of which the viewer has a copy that was not taken away. Raises Http404."""
    mine = Copy.objects.filter(message=pk, person=viewer.person, hidden=False)
    found = Message.objects.filter(pk=pk).select_related("conversation", "sender").first() if mine.exists() else None
    if found is None:
        raise Http404(pk)
    return found


def messages_of(viewer: Viewer, conversation: Conversation, *, everything: bool = False) -> tuple[list[Shown], int]:
    """The thread as the viewer reads it, oldest first, and how many older messages are left out."""
    mine = copies_of(viewer, conversation).select_related("message", "message__sender")
    newest = mine.order_by("-at", "-pk")
    copies = list(newest if everything else newest[: SHOWN + 1])
    older = mine.count() - SHOWN if len(copies) > SHOWN and not everything else 0
    copies = copies[:SHOWN][::-1] if older else copies[::-1]
    shown = _shown(viewer, copies)
    for one in shown:
        one.opened = one.copy.unread or one is shown[-1] or one.may_confirm
    return shown, older


def _shown(viewer: Viewer, copies: list[Copy]) -> list[Shown]:
    readable = [copy.message_id for copy in copies if copy.message.is_readable and not copy.hidden]
    joined: dict[int, list[Attachment]] = {}
    for attachment in Attachment.objects.filter(message__in=readable).select_related("file"):
        joined.setdefault(int(attachment.message_id or 0), []).append(attachment)
    children = children_named(viewer, copies)
    about = _children_of_senders(viewer, copies)
    return [_one(viewer, copy, joined, children, about) for copy in copies]


def _one(
    viewer: Viewer,
    copy: Copy,
    joined: dict[int, list[Attachment]],
    children: dict[int, Child],
    about: dict[int, list[str]],
) -> Shown:
    message = copy.message
    gone = "removed" if copy.hidden or message.removed_at or message.purge_id else ""
    gone = gone or ("recalled" if message.recalled_at else "")
    mine = copy.line == Line.SENDER
    said = addressed(message)
    if not mine:
        said.blind = []
    return Shown(
        copy=copy,
        message=message,
        name=called(message.sender, message.sender_name),
        detail=_detail(message, about),
        mine=mine,
        gone=gone,
        body=mark_safe("") if gone else with_hosts(richtext.clean(message.body_html)),
        to=said,
        children=[children[key] for key in copy.children if key in children],
        attachments=joined.get(message.pk, []),
        sees_names=mine or bool(viewer.roles & STAFF),
    )


def _detail(message: Message, about: dict[int, list[str]]) -> str:
    """« Responsable de Léa et Hugo », « CPE », « Enseignant »."""
    sender = message.sender
    if sender is not None and sender.function and message.sender_role != Role.GUARDIAN:
        return str(sender.function)
    role = str(Role(message.sender_role).label) if message.sender_role else ""
    names = about.get(message.sender_id or 0, [])
    return f"{role} de {' et '.join(names)}" if names and message.sender_role == Role.GUARDIAN else role


def _children_of_senders(viewer: Viewer, copies: Iterable[Copy]) -> dict[int, list[str]]:
    """To staff: whose guardians have written, as far as they may know of the children."""
    guardians = {copy.message.sender_id for copy in copies if copy.message.sender_role == Role.GUARDIAN}
    if not guardians or not viewer.roles & STAFF:
        return {}
    links = GuardianLink.objects.filter(
        holding(), guardian__in=guardians, child__left_on=None, child__in=people_visible_to(viewer).values("pk")
    )
    found: dict[int, list[str]] = {}
    for guardian, name in links.order_by("child__first_name", "pk").values_list("guardian", "child__first_name"):
        found.setdefault(guardian, []).append(name)
    return found


# --- Links ------------------------------------------------------------------------------------------------
_LINK = re.compile(r'<a href="([^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)


def with_hosts(html: str) -> SafeString:
    """Clean HTML in which each link says where it leads when its own words do not: « voir ici (exemple.fr) »."""
    return mark_safe(_LINK.sub(_with_host, html))  # noqa: S308 -- cleaned by nh3; what is added is escaped


def _with_host(link: re.Match[str]) -> str:
    host = host_of(unescape(link[1]))
    if not host or _says(unescape(strip_tags(link[3])), host):
        return link[0]
    return f'{link[0]} <span class="link-host">({escape(host)})</span>'


def host_of(address: str) -> str:
    """Where an address leads, in the letters that a browser goes by; a mail address for `mailto:`."""
    if address.lower().startswith("mailto:"):
        return address[7:].partition("?")[0]
    try:
        host = urlsplit(address.replace("\\", "/")).hostname or ""
        return host.encode("idna").decode()
    except (UnicodeError, ValueError):
        return "adresse illisible"


def _says(words: str, host: str) -> bool:
    """Whether the words of the link are the address itself, or its host."""
    said = re.sub(r"^(https?://|mailto:)", "", words.strip().lower())
    bare = host.removeprefix("www.")
    return bool(re.match(rf"(www\.)?{re.escape(bare)}(?=$|[/?#:])", said)) and "@" not in said.partition(bare)[0]


# --- Who has read -----------------------------------------------------------------------------------------
def recipients_of(message: Message) -> QuerySet[Any]:
    """The copies of those who received it, by name."""
    return (
        Copy.objects.filter(message=message)
        .exclude(line=Line.SENDER)
        .select_related("person")
        .order_by("person__search_text", "pk")
    )


def readers_of(viewer: Viewer, message: Message) -> Reading | None:
    """How far the viewer's own message has been read; None for others, and where the school does not show it."""
    person = viewer.person
    if person is None or message.sender_id != person.pk or not viewer.modules["messaging"].settings["show_readers"]:
        return None
    received = Copy.objects.filter(message=message).exclude(line=Line.SENDER).order_by()
    numbers = received.aggregate(everyone=Count("pk"), read=Count("read_at"), confirmed=Count("confirmed_at"))
    families = received.exclude(children=[]).values("children").annotate(read=Max("read_at"))
    counted = families.aggregate(all=Count("*"), done=Count("read"))
    return Reading(
        people=numbers["everyone"],
        people_read=numbers["read"],
        families=counted["all"],
        families_read=counted["done"],
        confirmed=numbers["confirmed"],
    )


def labels_on(viewer: Viewer, conversation: Conversation) -> set[int]:
    """The viewer's own labels that the conversation bears, by key."""
    return set(conversation.labels.filter(person=viewer.person).values_list("pk", flat=True))

