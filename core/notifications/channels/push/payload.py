"""What a device is told: little, in the clear for it alone. The page says the rest."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import ngettext

from core.modules.contract import Importance
from core.notifications.channels import places
from core.notifications.channels.text import one_line
from core.notifications.messages import Message
from core.notifications.wording import Item, merged, with_names

LIMIT = 3000  # bytes; push services take 4096, encryption included
# Beyond so many things at once, one line tells how many.
APART = 3
_TITLE, _TEXT, _NAMES = 120, 160, 60
# Seconds that a push service keeps it for a device that is off, and how it treats the battery (RFC 8030).
_TTL = {
    Importance.INFORMATION: 24 * 3600,
    Importance.NORMAL: 48 * 3600,
    Importance.IMPORTANT: 72 * 3600,
    Importance.URGENT: 24 * 3600,
}
_URGENCY = {
    Importance.INFORMATION: "low",
    Importance.NORMAL: "normal",
    Importance.IMPORTANT: "normal",
    Importance.URGENT: "high",
}
_RANKS = tuple(Importance)


@dataclass(frozen=True)
class Push:
    """One notification for a device. `topic` makes a later one take the place of what was not fetched yet."""

    body: bytes
    ttl: int
    urgency: str
    topic: str

    @property
    def headers(self) -> dict[str, str]:
        return {"TTL": str(self.ttl), "Urgency": self.urgency, "Topic": self.topic}


def pushes_of(message: Message) -> list[Push]:
    """One for each thing, or one for all of them where they are many."""
    items = merged(message.items)
    if len(items) > APART:
        return [_summary(items)]
    return [_single(item) for item in items]


def _single(item: Item) -> Push:
    names = one_line(item.child_names, _NAMES)
    title = with_names(item, names, item.title)
    event = item.row.event
    return _push(
        tag=f"{event.kind.partition('.')[0]}.{event.key or event.pk}",
        importance=item.importance,
        happened_at=item.happened_at,
        title=one_line(title, _TITLE),
        text=one_line(item.text, _TEXT),
        url=item.path,
        children=names,
    )


def _summary(items: Sequence[Item]) -> Push:
    count = sum(item.count for item in items)
    title = ngettext("%(count)d nouvelle", "%(count)d nouvelles", count) % {"count": count}
    names = sorted({child.first_name for item in items for child in item.children})
    first = "\u00a0· ".join(one_line(item.title, 50) for item in items[:APART])
    return _push(
        tag="digest",
        importance=max((item.importance for item in items), key=_RANKS.index),
        happened_at=max(item.happened_at for item in items),
        title=one_line(f"{', '.join(names)}\u00a0: {title}" if names else title, _TITLE),
        text=first,
        url=places.LIST,
        children=one_line(", ".join(names), _NAMES),
    )


def _push(*, tag: str, importance: Importance, happened_at: datetime, **facts: Any) -> Push:
    told = {**facts, "tag": tag, "urgent": importance == Importance.URGENT, "at": int(happened_at.timestamp() * 1000)}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    if len(body) > LIMIT:  # emoji: four bytes each
        body = json.dumps({**told, "text": ""}, ensure_ascii=False, separators=(",", ":")).encode()
    # At most 32 characters of base64url (RFC 8030 §5.4); hexadecimal fits, and tells the push service nothing.
    topic = hashlib.sha256(f"preau:{tag}".encode()).hexdigest()[:32]
    return Push(body=body, ttl=_TTL[importance], urgency=_URGENCY[importance], topic=topic)
