"""Unsubscribing in one click (RFC 8058): what a link holds, and what it does."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from core.modules.contract import Channel, Frequency
from core.modules.state import Modules
from core.notifications import rules, services
from core.notifications.messages import Message
from core.notifications.models import Preference
from core.people.models import Person
from tenants.establishments.hosts import school_url

# Links in old mails end after half a year, in seconds; the page then leads to the preferences.
LASTS = 183 * 24 * 3600


@dataclass(frozen=True)
class Choice:
    """Who no longer wants which kinds through which channel."""

    person_id: int
    channel: Channel
    kinds: tuple[str, ...]


def silenceable(message: Message, modules: Modules) -> list[str]:
    """The kinds in the message that the person may silence: neither imposed nor urgent."""
    found = []
    for item in message.items:
        event = item.row.event
        rule = rules.rule_of(modules, event.kind, event.importance)
        if rule and not rule.urgent and not rule.is_imposed(message.channel) and event.kind not in found:
            found.append(event.kind)
    return found


def all_imposed(message: Message, modules: Modules) -> bool:
    """Whether the school imposes everything that the message tells."""
    found = [rules.rule_of(modules, item.row.event.kind, item.row.event.importance) for item in message.items]
    return bool(found) and all(rule is None or rule.is_imposed(message.channel) for rule in found)


def link(message: Message, kinds: Iterable[str]) -> str:
    """The whole address that stops these kinds for this person through this channel, at this school alone."""
    signed = token(message.establishment.uai, Choice(message.person.pk, message.channel, tuple(kinds)))
    path = reverse("notifications:unsubscribe", args=[signed], urlconf=settings.ROOT_URLCONF)
    return school_url(message.establishment, path)


def token(uai: str, choice: Choice) -> str:
    return _signer(uai).sign_object([choice.person_id, str(choice.channel), [*choice.kinds]])


def read(signed: str, uai: str) -> Choice | None:
    """None for a link that is too old, of another school, or none of ours."""
    try:
        person_id, channel, kinds = _signer(uai).unsign_object(signed, max_age=LASTS)
        return Choice(int(person_id), Channel(channel), tuple(str(kind) for kind in kinds))
    except (signing.BadSignature, ValueError, TypeError):
        return None


@transaction.atomic
def stop(*, person: Person, choice: Choice, modules: Modules) -> list[str]:
    """Silence the kinds, but those that have become imposed since. Returns those that were."""
    stopped = []
    for code in choice.kinds:
        rule = rules.rule_of(modules, code)
        if rule is None or rule.is_imposed(choice.channel):
            continue
        for child in _singled_out(person, code, choice.channel):
            services.choose(person=person, kind=code, channel=choice.channel, frequency=None, child=child)
        services.choose(person=person, kind=code, channel=choice.channel, frequency=Frequency.NEVER)
        stopped.append(code)
    return stopped


def _singled_out(person: Person, kind: str, channel: Channel) -> list[Person]:
    """The children for whom the person asked for something else: that ends too."""
    chosen = Preference.objects.filter(person=person, kind=kind, channel=channel, child__isnull=False)
    return [preference.child for preference in chosen.select_related("child") if preference.child]


def _signer(uai: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"notifications.unsubscribe:{uai.upper()}")
