"""What a module may tell people: kinds of notification, with all that the rules need to know of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Channel(StrEnum):
    IN_APP = "in_app"
    EMAIL = "email"
    PUSH = "push"
    SMS = "sms"


class Importance(StrEnum):
    INFORMATION = "information"
    NORMAL = "normal"
    IMPORTANT = "important"
    URGENT = "urgent"


class Frequency(StrEnum):
    """How often a channel speaks. In the app everything appears at once: only NEVER and NOW mean anything there."""

    NEVER = "never"
    NOW = "now"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, kw_only=True)
class NotificationKind:
    """Something worth telling. Channels, frequencies and importance are defaults that a school's rules may change.

    `title` and `text` are what people read, filled from the event's `data` (`_("Actualité : %(title)s")`); `sample`
    is a plausible `data`, for previews and tests. `title_many` replaces a run of them in a digest, filled with
    `count`. `action` is the verb on the link (« Voir » when empty).

    `audience` is the path of `(event: core.notifications.models.Event) -> core.notifications.audience.Recipients`,
    asked again when a message is about to leave; empty, the event names its people itself.

    `role_channels` gives a role other channels than `channels`. `frequencies` says how often a channel speaks by
    default, where it is not what the importance implies (`core.notifications.rules.IMPLIED`). A later event about the
    same `key` whose kind lists this one in `replaces` (slugs of the same module) takes the place of what was not
    delivered yet.

    `always` is for what may save lives: neither the school, nor the region, nor a person changes or silences it. It is
    urgent, speaks at once on each of its channels that exists here, is told before everything else that waits, and
    whoever may cause it needs no other leave to send urgent things: its own permission decides.

    `reply_to` is the path of `(event: Event, person: Person, modules: Modules) -> str`: the address at which the mail
    that tells of this event alone may be answered, "" for none.
    """

    slug: str
    label: Any
    title: Any
    sample: Mapping[str, Any]
    text: Any = ""
    title_many: Any = ""
    action: Any = ""
    audience: str = ""
    channels: tuple[Channel, ...] = (Channel.IN_APP,)
    role_channels: Mapping[str, tuple[Channel, ...]] = field(default_factory=dict)
    frequencies: Mapping[Channel, Frequency] = field(default_factory=dict)
    importance: Importance = Importance.NORMAL
    roles: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    always: bool = False
    reply_to: str = ""
