"""Mails that come back later: reading the report (RFC 3464) and noting the address."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Mail
from email.utils import parseaddr

from core.modules.contract import Channel
from core.notifications import reasons
from core.notifications.channels import troubles
from core.notifications.channels.email import references, replies
from core.notifications.models import AddressTrouble
from core.people.models import Person
from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas.context import school

# A report holds headers and a few lines; more is not read.
LIMIT = 2 * 1024 * 1024
_LENGTH = 254


@dataclass(frozen=True)
class Bounce:
    """One final failure that concerns one of our messages."""

    reference: references.Reference
    address: str
    status: str  # "5.1.1"


def read(raw: bytes, envelope_to: str = "") -> Bounce | str:
    """What a mail received at the returns' address says, or why it says nothing: a sentence for the log.

    `envelope_to` is the address it was delivered to, where the mail server tells it.
    """
    mail = message_from_bytes(raw[:LIMIT])
    if mail.get_content_type() != "multipart/report" or mail.get_param("report-type") != "delivery-status":
        return "no delivery report"
    failed = next((part for part in _recipients(mail) if part.get("Action", "").strip().lower() == "failed"), None)
    if failed is None:
        return "no final failure"
    reference = _reference(mail, envelope_to)
    if reference is None:
        return "none of our messages"
    address = _original_recipient(mail) or _address(failed)
    if not address:
        return "no address"
    return Bounce(reference, address[:_LENGTH], failed.get("Status", "").split(" ")[0].strip())


def note(bounce: Bounce) -> AddressTrouble | None:
    """Keep the address in the person's school; None when either is no longer there.

    A failure that does not say that the address is dead (a full mailbox, a policy) is kept too, and stops nothing.
    """
    place = Establishment.objects.filter(uai=bounce.reference.uai, lifecycle=Lifecycle.ACTIVE).first()
    if place is None:
        return None
    reason = reasons.BOUNCED if replies.is_dead_status(bounce.status) else reasons.REFUSED
    with school(place):
        person = Person.objects.filter(pk=bounce.reference.person_id).first()
        if person is None:
            return None
        return troubles.note(person=person, channel=Channel.EMAIL, address=bounce.address, reason=reason)


def _recipients(mail: Mail) -> list[Mail]:
    """The blocks of the report that tell of one recipient each."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            return [block for block in blocks if isinstance(block, Mail)] if isinstance(blocks, list) else []
    return []


def _reference(mail: Mail, envelope_to: str) -> references.Reference | None:
    places = [envelope_to, *(str(mail.get(name, "")) for name in ("Delivered-To", "X-Original-To", "To"))]
    original = _original(mail)
    if original is not None:
        places.append(str(original.get("Message-ID", "")))
    places += [str(mail.get(name, "")) for name in ("In-Reply-To", "References")]
    return next((found for place in places if (found := references.read(place))), None)


def _original(mail: Mail) -> Mail | None:
    """The message that came back, whole or its headers."""
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            return inner[0] if isinstance(inner, list) and isinstance(inner[0], Mail) else None
        if part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            return message_from_bytes(payload) if isinstance(payload, bytes) else None
    return None


def _original_recipient(mail: Mail) -> str:
    original = _original(mail)
    return parseaddr(str(original.get("To", "")))[1] if original is not None else ""


def _address(block: Mail) -> str:
    """`rfc822; paul@example.org` of the report."""
    value = block.get("Original-Recipient") or block.get("Final-Recipient") or ""
    return parseaddr(value.partition(";")[2].strip())[1]
