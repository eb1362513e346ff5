"""What the manifest names: a person's notifications, to take away or to forget."""

from typing import Any

from core.modules import words
from core.modules.contract import Channel, Frequency
from core.notifications.models import AddressTrouble, Event, Notification, Preference, PushSubscription, Rhythm
from core.notifications.rules import kind_of
from core.notifications.wording import filled
from core.people.models import Person


def export_person(person: Person) -> dict[str, Any]:
    """What they were told, how they wish to be told, and on which devices."""
    told = Notification.objects.filter(person=person).select_related("event").order_by("pk")
    rhythm = Rhythm.objects.filter(person=person).first()
    return {
        "told": [
            {
                "kind": _kind(row.event.kind),
                "about": _about(row),
                "channel": str(words.CHANNELS[Channel(row.channel)]),
                "state": row.get_state_display(),
                "at": row.created_at.isoformat(),
            }
            for row in told.iterator()
        ],
        "preferences": [
            {
                "kind": _kind(row.kind),
                "channel": str(words.CHANNELS[Channel(row.channel)]),
                "for_child": row.child.first_name if row.child else None,
                "frequency": str(words.FREQUENCIES[Frequency(row.frequency)]),
            }
            for row in Preference.objects.filter(person=person).select_related("child").order_by("pk")
        ],
        "rhythm": _rhythm(rhythm) if rhythm else None,
        "devices": list(PushSubscription.objects.filter(person=person).order_by("pk").values_list("device", flat=True)),
        "address_troubles": list(
            AddressTrouble.objects.filter(person=person).order_by("pk").values("channel", "address", "reason")
        ),
    }


def _kind(code: str) -> str:
    """« Une actualité vous est adressée »; the code of a kind that no manifest declares any more."""
    kind = kind_of(code)
    return str(kind.label) if kind else code


def _about(row: Notification) -> str:
    """What it said, as its title."""
    kind = kind_of(row.event.kind)
    return filled(kind.title, row.event) if kind else ""


def _rhythm(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "follows_school": rhythm.follows_school,
        "quiet_from": str(rhythm.quiet_from) if rhythm.quiet_from else None,
        "quiet_until": str(rhythm.quiet_until) if rhythm.quiet_until else None,
        "quiet_days": rhythm.quiet_days,
        "paused_until": rhythm.paused_until.isoformat() if rhythm.paused_until else None,
        "digest_at": str(rhythm.digest_at) if rhythm.digest_at else None,
        "digest_weekday": rhythm.digest_weekday,
        "joint_digest": rhythm.joint_digest,
    }


def erase_person(person: Person, *, actor: Person | None) -> int:
    """What they were told goes; what they caused stays without them."""
    touched = Event.objects.filter(actor=person).update(actor=None)
    touched += Notification.objects.filter(children__contains=[person.pk]).delete()[0]
    for model in (Notification, Preference, Rhythm, PushSubscription, AddressTrouble):
        touched += model.objects.filter(person=person).delete()[0]
    return touched + Preference.objects.filter(child=person).delete()[0]
