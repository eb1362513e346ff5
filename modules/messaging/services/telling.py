"""What recipients and authors are told of a message's way.

An event holds the words of a message only where the school lets them leave with its mails (setting `mail_text`); files
never. A recall takes them out of what was told already.
"""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.modules.contract import Importance
from core.modules.state import Modules
from core.notifications import services as notifications
from core.ui import richtext
from modules.messaging.choices import Weight
from modules.messaging.models import Draft, Message
from modules.messaging.safety import telling as safety_telling

RECEIVED, URGENT, REMINDER = "messaging.received", "messaging.received_urgent", "messaging.reminder"
ABOUT_A_MESSAGE = (RECEIVED, URGENT, REMINDER)
# What of a long message goes along.
LONGEST = 1500


def key_of(message: Message) -> str:
    return f"message:{message.pk}"


def received(message: Message, modules: Modules) -> None:
    """To whoever has a copy; one event however many they are. Raises DomainError for urgent words from other roles."""
    urgent = message.weight == Weight.URGENT
    _emit(URGENT if urgent else RECEIVED, message, modules, urgent=urgent)


def reminded(message: Message, modules: Modules) -> None:
    _emit(REMINDER, message, modules)


def recalled(message: Message) -> None:
    """Nobody is told any more, and what was told says nothing of it."""
    notifications.withdraw(key_of(message), kinds=ABOUT_A_MESSAGE)
    notifications.redact(key_of(message), kinds=ABOUT_A_MESSAGE, data={"text": ""})


def to_moderate(draft: Draft, modules: Modules) -> None:
    safety_telling.waiting(draft, modules)


def delivery_refused(draft: Draft, modules: Modules) -> None:
    """To its author, who was not there when it was to leave."""
    notifications.emit(
        "messaging.delivery_refused", actor=None, key=safety_telling.draft_key(draft), modules=modules,
        data={"draft": draft.pk, "subject": draft.subject, "word": draft.refusal}, url=reverse("messaging:drafts"),
    )  # fmt: skip


def partly_delivered(message: Message, sentence: str, modules: Modules) -> None:
    """To its author: some of those whom it was addressed to could not be reached any more."""
    people = [message.sender] if message.sender else []
    notifications.emit(
        "messaging.delivered_in_part", actor=None, key=f"departure:{message.pk}", modules=modules, people=people,
        data={"message": message.pk, "subject": message.conversation.subject, "word": sentence},
        url=reverse("messaging:message", args=[message.pk]),
    )  # fmt: skip


def _emit(kind: str, message: Message, modules: Modules, *, urgent: bool = False) -> None:
    notifications.emit(
        kind,
        actor=message.sender,
        key=key_of(message),
        data={"message": message.pk, "sender": message.sender_name, "text": _text(message, modules)},
        url=reverse("messaging:message", args=[message.pk]),
        importance=Importance.URGENT if urgent else None,
        modules=modules,
    )


def _text(message: Message, modules: Modules) -> str:
    if not modules["messaging"].settings["mail_text"]:
        return ""
    subject, words = message.conversation.subject, richtext.excerpt(message.body, LONGEST)
    return _("«\u00a0%(subject)s\u00a0» %(words)s") % {"subject": subject, "words": words}
