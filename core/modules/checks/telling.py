"""What a manifest says of its notifications: every kind has words that its sample fills, and people who exist."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage

from core.modules.checks.common import Subject, repeated, resolved
from core.modules.contract import Channel, Frequency, Importance, NotificationKind
from core.people.choices import Role


def notifications(subject: Subject) -> Iterator[CheckMessage]:
    manifest = subject.manifest
    slugs = [kind.slug for kind in manifest.notifications]
    if double := repeated(slugs):
        yield subject.error(109, f"notification kinds declared twice: {double}")
    for kind in manifest.notifications:
        served = frozenset(manifest.roles or Role.values)
        for problem in (*_words(kind), *_people(kind, served), *_paces(kind), *_always(kind)):
            yield subject.error(109, f"the notification {kind.slug!r} {problem}")
        if unknown := set(kind.replaces) - (set(slugs) - {kind.slug}):
            yield subject.error(109, f"the notification {kind.slug!r} replaces unknown kinds: {sorted(unknown)}")


def _words(kind: NotificationKind) -> Iterator[str]:
    if not str(kind.label).strip() or not kind.channels:
        yield "lacks a label or a channel"
    if not str(kind.title).strip():
        yield "lacks a title: what people will read"
    for name, template, data in (
        ("title", kind.title, kind.sample),
        ("text", kind.text, kind.sample),
        ("title_many", kind.title_many, {"count": 3}),
    ):
        if template and not _fills(template, data):
            yield f"has a {name} that its sample does not fill: {str(template)!r}"
    if kind.title_many and "%(count)" not in str(kind.title_many):
        yield "has a title_many that does not say how many"
    try:
        json.dumps({key: str(value) for key, value in kind.sample.items()})
    except (TypeError, ValueError):
        yield "has a sample that is not plain data"


def _fills(template: Any, data: Any) -> bool:
    try:
        return bool(str(str(template) % data).strip())
    except (KeyError, TypeError, ValueError):
        return False


def _people(kind: NotificationKind, served: frozenset[str]) -> Iterator[str]:
    if unknown := (set(kind.roles) | set(kind.role_channels)) - served:
        yield f"names roles not served: {sorted(unknown)}"
    if kind.audience and resolved(kind.audience) is None:
        yield f"has an audience with nothing to call at {kind.audience!r}"
    if kind.reply_to and resolved(kind.reply_to) is None:
        yield f"has a reply_to with nothing to call at {kind.reply_to!r}"


def _paces(kind: NotificationKind) -> Iterator[str]:
    if Frequency.NEVER in kind.frequencies.values():
        yield "says never of a channel: leave the channel out instead"
    if kind.frequencies.get(Channel.IN_APP, Frequency.NOW) != Frequency.NOW:
        yield "puts off what is in the app, where everything appears at once"


def _always(kind: NotificationKind) -> Iterator[str]:
    if kind.always and (kind.importance != Importance.URGENT or kind.frequencies):
        yield "is always told, so it is urgent and leaves at once: declare Importance.URGENT and no frequencies"


CHECKS = (notifications,)
