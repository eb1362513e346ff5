"""What a message carries of where it belongs, so that one that comes back finds its person. All of it is signed.

The Message-ID is the same at every attempt. Where returns go to a mailbox of their own (`PREAU_MAIL_RETURNS`), the
envelope's sender says the same in its extension (variable envelope return path).
"""

import re
from dataclasses import dataclass
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_ID = re.compile(r"<?([0-9a-f]{32})\.([0-9]{7}[a-z])\.([0-9]{1,18})\.([0-9a-f]{20})@", re.IGNORECASE)
_RETURN = re.compile(r"\+([0-9]{7}[a-z])\.([0-9]{1,18})\.([0-9a-f]{20})@", re.IGNORECASE)


@dataclass(frozen=True)
class Reference:
    """A school and the person there whom a message was for."""

    uai: str
    person_id: int


def message_id(message: UUID, uai: str, person_id: int) -> str:
    """`<uuid.uai.person.signature@host>`, stable for one message."""
    text = f"{message.hex}.{uai.lower()}.{person_id}"
    return f"<{text}.{_signature(text)}@{settings.ORIGIN.hostname}>"


def return_path(uai: str, person_id: int) -> str:
    """The envelope's sender: with the reference where returns have a mailbox, else the visible sender's address."""
    if not settings.MAIL_RETURNS:
        return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    name, _at, host = settings.MAIL_RETURNS.rpartition("@")
    text = f"{uai.lower()}.{person_id}"
    return f"{name}+{text}.{_signature(text)}@{host}"


def read(text: str) -> Reference | None:
    """The reference in a Message-ID or a return path, anywhere in `text`; None where there is none of ours."""
    if match := _ID.search(text):
        message, uai, person_id, signature = match.groups()
        signed = f"{message.lower()}.{uai.lower()}.{person_id}"
    elif match := _RETURN.search(text):
        uai, person_id, signature = match.groups()
        signed = f"{uai.lower()}.{person_id}"
    else:
        return None
    if not constant_time_compare(_signature(signed), signature.lower()):
        return None
    return Reference(uai.upper(), int(person_id))


def _signature(text: str) -> str:
    return salted_hmac("notifications.mail", text, algorithm="sha256").hexdigest()[:20]
