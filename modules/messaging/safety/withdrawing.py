"""Notifications of messages that go from every box, and come back to it."""

from collections.abc import Iterable

from core.notifications import services as notifications
from modules.messaging.safety.telling import message_keys

# What tells of a message itself, see `modules.messaging.declared`.
KINDS = ("messaging.received", "messaging.received_urgent", "messaging.reminder")


def withdraw(message_ids: Iterable[int]) -> int:
    """Call back what was told of these messages, read or not. Returns how many rows nobody had read."""
    return notifications.withdraw_all(message_keys(list(message_ids)), also_read=True)


def reinstate(message_ids: Iterable[int]) -> int:
    """Tell it after all, to nobody twice."""
    return notifications.reinstate_all(message_keys(list(message_ids)), kinds=KINDS)
