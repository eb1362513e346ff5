"""Sending mails over one connection, which is opened anew when it breaks."""

import contextlib
import smtplib
from types import TracebackType
from typing import Any, Self

import structlog
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email

from core.modules.contract import Channel
from core.modules.state import Modules
from core.notifications import reasons
from core.notifications.channels import troubles
from core.notifications.channels.email.composing import compose
from core.notifications.channels.email.replies import is_dead_address
from core.notifications.messages import Failure, Message
from tenants.establishments.models import Establishment
from tenants.schemas.context import school

logger = structlog.get_logger(__name__)

_CLOSING = 421  # the server ends the connection (RFC 5321)
_UNREACHABLE = Failure(reason=reasons.UNREACHABLE)


class EmailSender:
    """A connection to the mail server for a batch of messages."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._modules: dict[str, Modules] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, message: Message) -> Failure | None:
        """Send to the person's own address, else to the account's."""
        address = address_of(message)
        if not address:
            return Failure(reason=reasons.NO_ADDRESS, final=True)
        with school(message.establishment):
            known = troubles.of(message.person, Channel.EMAIL)
            if troubles.is_resting(known, message.person, address):
                return Failure(reason=reasons.BOUNCED, final=True)
            mail = compose(message, address, self._modules_of(message.establishment))
            failure = self.deliver(mail)
            if failure is None:
                troubles.forget(known)
            elif failure.reason == reasons.BOUNCED:
                troubles.note(
                    person=message.person, channel=Channel.EMAIL, address=address, reason=failure.reason
                )
        return failure

    def _modules_of(self, establishment: Establishment) -> Modules:
        if establishment.uai not in self._modules:
            self._modules[establishment.uai] = Modules(establishment)
        return self._modules[establishment.uai]

    def deliver(self, mail: EmailMessage) -> Failure | None:
        """Hand one mail to the server; None when it took it. Invitations, too, leave this way."""
        try:
            self._open()
            self._connection.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as refused:
            code, answer = next(iter(refused.recipients.values()))
            if code == _CLOSING:
                self._hang_up()
            return _of_recipient(code, answer)
        except smtplib.SMTPDataError as error:
            if error.smtp_code == _CLOSING:
                self._hang_up()
            return Failure(reason=reasons.REFUSED, final=error.smtp_code >= 500)
        except smtplib.SMTPResponseException as error:
            # Of the greeting, the password, our own address: nothing that this recipient could mend.
            logger.warning("mail server refuses us", code=error.smtp_code, kind=type(error).__name__)
            self._hang_up()
            return _UNREACHABLE
        except (smtplib.SMTPException, OSError) as error:
            logger.warning("mail server unreachable", kind=type(error).__name__)
            self._hang_up()
            return _UNREACHABLE
        return None

    def _open(self) -> None:
        if self._connection is None:
            connection = get_connection()
            connection.open()
            self._connection = connection

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                connection.close()


def _of_recipient(code: int, answer: bytes | str) -> Failure:
    if code < 500:
        return Failure(reason=reasons.REFUSED)
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return Failure(reason=reasons.BOUNCED if is_dead_address(code, text) else reasons.REFUSED, final=True)


def address_of(message: Message) -> str:
    """Where the message goes; "" where no usable address is known."""
    return usable(message.person.email) or usable(message.account_email)


def usable(address: str) -> str:
    address = address.strip()
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address if address.partition("@")[0].isascii() else ""


