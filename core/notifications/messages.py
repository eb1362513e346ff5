"""What a channel is given to send, and what it answers. The channels themselves are in `channels/`."""

from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from core.modules.contract import Channel, Frequency
from core.notifications.wording import Item
from core.people.models import Person
from tenants.establishments.models import Establishment


@dataclass(frozen=True, kw_only=True)
class Message:
    """One e-mail, push or text message to one person: one item at once, or several as a digest.

    `id` is the same when the message is tried again: it makes the Message-ID and lets a receiver drop a double.
    `account_email` is the verified address of the account, "" where there is none.
    """

    id: UUID
    channel: Channel
    person: Person
    establishment: Establishment
    items: tuple[Item, ...]
    frequency: Frequency = Frequency.NOW
    account_email: str = ""

    @property
    def is_digest(self) -> bool:
        return len(self.items) > 1

    @property
    def urgent(self) -> bool:
        return any(item.urgent for item in self.items)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why it did not leave (core.notifications.reasons). `final`: trying again would change nothing."""

    reason: str
    final: bool = False


class Sender(Protocol):
    """A channel, opened once for a batch. `send` returns None when the message left; it does not raise for what
    a receiver or a network does, and may raise for our own mistakes (the message is then given up as broken).
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, message: Message) -> Failure | None: ...


# Where each channel that leaves the application is made.
SENDERS = {
    Channel.EMAIL: "core.notifications.channels.email.EmailSender",
    Channel.PUSH: "core.notifications.channels.push.PushSender",
    Channel.SMS: "core.notifications.channels.sms.SmsSender",
}
