"""Reading: what opening a thread and confirming leave behind."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.errors import DomainError
from core.modules.contract import Channel
from core.notifications import services as notifications
from core.notifications.models import Notification
from core.permissions.viewer import Viewer
from modules.messaging.choices import Line
from modules.messaging.models import Conversation, Copy, Message


@transaction.atomic
def open_thread(*, viewer: Viewer, conversation: Conversation) -> list[int]:
    """Mark all that the viewer has of it as read, and what the bell says of it. Returns the messages that were new."""
    if viewer.person is None:
        return []
    mine = Copy.objects.filter(conversation=conversation, person=viewer.person)
    mine.filter(unread=True, line=Line.SENDER).update(unread=False)
    received = mine.exclude(line=Line.SENDER)
    fresh = list(received.filter(Q(unread=True) | Q(read_at=None)).values_list("message_id", flat=True))
    if fresh:
        received.filter(read_at=None).update(read_at=timezone.now())
        received.filter(unread=True).update(unread=False)
        _quiet_the_bell(viewer, fresh)
    adoption.count("messaging.read", viewer)
    return fresh


def _quiet_the_bell(viewer: Viewer, messages: list[int]) -> None:
    person = viewer.person
    if person is None:
        return
    told = Notification.objects.filter(
        person=person, channel=Channel.IN_APP, state=Notification.State.UNREAD,
        event__key__in=[f"message:{pk}" for pk in messages],
    )  # fmt: skip
    if ids := list(told.values_list("pk", flat=True)):
        notifications.read(person=person, ids=ids)


@transaction.atomic
def confirm(*, viewer: Viewer, message: Message) -> None:
    """« J’ai lu », where the sender asked for it. Twice is once. Raises DomainError where nobody asked."""
    mine = Copy.objects.filter(message=message, person=viewer.person, hidden=False).exclude(line=Line.SENDER)
    if not message.asks_receipt or not message.is_readable or not mine.exists():
        raise DomainError("receipt", _("Aucune confirmation n’est demandée pour ce message."))
    now = timezone.now()
    mine.filter(read_at=None).update(read_at=now, unread=False)
    mine.filter(confirmed_at=None).update(confirmed_at=now, unread=False)
    adoption.count("messaging.confirm", viewer)
