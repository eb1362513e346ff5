"""`reponses+0670001a.812.95.3f…@ent.example.fr`: an address that takes one person's answers to one message.

It says which school, message and person, and is signed: nobody can make one for another message. It is no key by
itself: whoever writes to it must still write from the person's own verified address.
"""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_TOKEN = re.compile(r"\+([0-9]{7}[a-z])\.([0-9]{1,15})\.([0-9]{1,15})\.([0-9a-f]{20})@", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """Where an answer belongs."""

    uai: str
    message_id: int
    person_id: int


def reply_address(uai: str, message_id: int, person_id: int) -> str:
    """The address; "" where the installation takes no answers (PREAU_MAIL_REPLIES)."""
    if not settings.MAIL_REPLIES:
        return ""
    name, _at, host = settings.MAIL_REPLIES.rpartition("@")
    text = f"{uai.lower()}.{message_id}.{person_id}"
    return f"{name}+{text}.{_signature(text)}@{host}"


def read(text: str) -> Token | None:
    """The token in an address, anywhere in `text`; None where there is none of ours."""
    match = _TOKEN.search(text)
    if match is None:
        return None
    uai, message_id, person_id, signature = match.groups()
    signed = f"{uai.lower()}.{int(message_id)}.{int(person_id)}"
    if not constant_time_compare(_signature(signed), signature.lower()):
        return None
    return Token(uai.upper(), int(message_id), int(person_id))


def _signature(text: str) -> str:
    return salted_hmac("messaging.reply", text, algorithm="sha256").hexdigest()[:20]
