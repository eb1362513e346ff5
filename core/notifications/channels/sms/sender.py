"""Sending text messages: one for each message, however many things it tells."""

from types import TracebackType
from typing import Self

from django.utils.translation import ngettext

from core.modules.contract import Channel, Importance
from core.modules.state import Modules
from core.notifications import reasons
from core.notifications.channels import troubles
from core.notifications.channels.numbers import normalise
from core.notifications.channels.sms import counting, gateway, quota
from core.notifications.channels.text import one_line
from core.notifications.messages import Failure, Message
from core.notifications.wording import Item, merged
from tenants.establishments.hosts import school_url
from tenants.establishments.models import Establishment
from tenants.schemas.context import school

# A long word is cut after so many messages; the page says the rest.
SEGMENTS = 3
WORTH_IT = frozenset({Importance.IMPORTANT, Importance.URGENT})


class SmsSender:
    """The gateway, for a batch."""

    def __init__(self) -> None:
        self._modules: dict[str, Modules] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._modules.clear()

    def send(self, message: Message) -> Failure | None:
        items = [item for item in merged(message.items) if item.importance in WORTH_IT]
        number = normalise(message.person.phone)
        if not gateway.is_configured():
            return Failure(reason=reasons.CHANNEL_OFF, final=True)
        if not items:
            return Failure(reason=reasons.MINOR, final=True)
        if not number:
            return Failure(reason=reasons.NO_NUMBER, final=True)
        with school(message.establishment):
            return self._send(message, number, text_of(items, message.establishment))

    def _send(self, message: Message, number: str, text: str) -> Failure | None:
        segments = counting.count(text).segments
        if not quota.reserve(segments, self._modules_of(message.establishment)):
            return Failure(reason=reasons.QUOTA, final=True)
        failure = gateway.send(number=number, text=text, reference=message.id)
        known = troubles.of(message.person, Channel.SMS)
        if failure is None:
            troubles.forget(known)
            return None
        quota.give_back(segments)
        if failure.reason == reasons.REFUSED:
            troubles.note(person=message.person, channel=Channel.SMS, address=number, reason=failure.reason)
        return failure

    def _modules_of(self, establishment: Establishment) -> Modules:
        if establishment.uai not in self._modules:
            self._modules[establishment.uai] = Modules(establishment)
        return self._modules[establishment.uai]


def text_of(items: list[Item], establishment: Establishment) -> str:
    """« Collège X : Léa : Fermeture demain matin http://… », in the cheaper alphabet where that is possible."""
    item = items[0]
    told = _told(item, one_line(establishment.display_name, 40))
    if len(items) > 1:
        others = len(items) - 1
        told += ngettext(" (et %(count)d autre)", " (et %(count)d autres)", others) % {"count": others}
    return fitted(told, school_url(establishment, item.path if len(items) == 1 else "/notifications/"))


def fitted(told: str, link: str) -> str:
    """The words with their link, in the cheaper alphabet where possible; without the link where that is too long."""
    whole = counting.transliterated(f"{told} {link}")
    if counting.count(whole).segments <= SEGMENTS:
        return whole
    return counting.cut(counting.transliterated(told), SEGMENTS)


def _told(item: Item, place: str) -> str:
    """« Collège X : Léa : Fermeture demain »."""
    title, names = one_line(item.title, 600), one_line(item.child_names, 60)
    if item.always:
        return foremost(title, one_line(item.text, 600), place)
    return "\u00a0: ".join(filter(None, (place, names, title)))


def foremost(title: str, text: str, place: str) -> str:
    """« EXERCICE : Évacuation. Sortez dans le calme. (Collège X) »: its own words before the school's name."""
    return f"{title}. {text} ({one_line(place, 40)})"


def describe(text: str, recipients: int) -> dict[str, object]:
    """What stands beside a text that is being written: how long it is, what it costs, what it becomes."""
    sent = counting.transliterated(text)
    return {
        "parts": counting.count(sent),
        "recipients": recipients,
        "cents": counting.estimate(recipients, sent),
        "becomes": sent if sent != text else "",
        "dearer": counting.count(sent).encoding == counting.UCS2,
    }
