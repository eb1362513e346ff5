"""One raw mail as an answer: who wrote, what they wrote themselves, and the files that go with it.

Nothing of it is trusted: encodings that do not exist, headers that cannot be parsed and parts within parts without
end are answered with a sentence, never with a traceback.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parseaddr
from html import unescape

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import strip_tags

from modules.messaging.bridge import addresses, quoting
from modules.messaging.bridge.outcome import Outcome, ignored, refused

# The whole mail, attachments in base64 included.
LIMIT = 30 * 1024 * 1024
MOST_PARTS = 200
_AUTOMATIC = ("bulk", "junk", "list", "auto_reply", "auto-reply")
_MACHINES = re.compile(r"^(mailer-daemon|postmaster|no-?reply|ne-pas-repondre|nepasrepondre)$", re.IGNORECASE)
_AWAY = re.compile(
    r"^\s*(réponse automatique|absence du bureau|automatic reply|auto(matic)?[ -]?reply|out of office)\b", re.IGNORECASE
)
# What a mail program adds by itself.
_TRIMMINGS = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "text/x-amp-html"}
)
_BLOCK = re.compile(r"<(br|/p|/div|/li|/tr|/h[1-6])\b[^>]*>", re.IGNORECASE)
_HIDDEN = re.compile(r"<(style|script|head|blockquote)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """What a mail says. `sender` is the bare address of From; `identity` the same for the same mail."""

    token: addresses.Token
    sender: str
    identity: str
    text: str
    files: list[SimpleUploadedFile] = field(default_factory=list)


def read(raw: bytes, envelope_to: str = "") -> Answer | Outcome:
    """The answer in a mail, or why there is none. `envelope_to` is the address that it was delivered to."""
    if len(raw) > LIMIT:
        return refused("DATAERR", "Votre e-mail est trop lourd. Répondez dans la messagerie.")
    try:
        return _read(raw, envelope_to)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        # What the parsers of Python raise for nonsense that somebody sent on purpose.
        return refused("DATAERR", "Cet e-mail est illisible.")


def _read(raw: bytes, envelope_to: str) -> Answer | Outcome:
    mail = message_from_bytes(raw)
    if reason := _machine(mail):
        return ignored(reason)
    token = _token(mail, envelope_to)
    if token is None:
        return refused("NOUSER", "Cette adresse de réponse n’existe pas.")
    parts = _parts(mail)
    text = quoting.own_words(_text(parts))
    files = [file for part in parts if (file := _file(part)) is not None]
    senders = getaddresses([str(value) for value in mail.get_all("From", [])])
    sender = senders[0][1] if len(senders) == 1 else ""
    return Answer(token, sender.strip().lower(), _identity(mail, raw), text, files)


def _machine(mail: Message) -> str:
    """Why the mail is no person's answer: for the log; "" for a person's."""
    submitted = str(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(mail.get("Precedence", "")).strip().lower()
    sender = parseaddr(str(mail.get("From", "")))[1]
    if submitted not in {"", "no"} or precedence in _AUTOMATIC:
        return "automatic answer"
    if any(name in mail for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "List-Id", "X-Loop")):
        return "automatic answer"
    if mail.get_content_type() in {"multipart/report", "message/delivery-status"}:
        return "delivery report"
    if str(mail.get("Return-Path", "x")).strip() == "<>" or _MACHINES.match(sender.partition("@")[0]):
        return "sent by a machine"
    if _AWAY.match(_decoded(str(mail.get("Subject", "")))):
        return "away message"
    return ""


def _decoded(header: str) -> str:
    try:
        return str(make_header(decode_header(header)))
    except (ValueError, LookupError):
        return header


def _token(mail: Message, envelope_to: str) -> addresses.Token | None:
    places = [envelope_to]
    for name in ("Delivered-To", "X-Original-To", "To", "Cc"):
        places += [str(value) for value in mail.get_all(name, [])]
    return next((token for place in places if (token := addresses.read(place))), None)


def _identity(mail: Message, raw: bytes) -> str:
    """The same for a mail that is delivered twice."""
    return str(mail.get("Message-ID", "")).strip() or hashlib.sha256(raw).hexdigest()


# --- Parts -------------------------------------------------------------------------------------------------
def _parts(mail: Message) -> list[Message]:
    """The leaves, in their order. Raises ValueError where there are more than any mail has."""
    found: list[Message] = []
    for part in _leaves(mail):
        found.append(part)
        if len(found) > MOST_PARTS:
            raise ValueError("too many parts")
    return found


def _leaves(part: Message) -> Iterator[Message]:
    if part.get_content_maintype() == "multipart":
        payload = part.get_payload()
        for inner in payload if isinstance(payload, list) else []:
            if isinstance(inner, Message):
                yield from _leaves(inner)
    else:
        yield part


def _text(parts: list[Message]) -> str:
    """The first plain text, else the first HTML as text."""
    bodies = [part for part in parts if not _is_file(part)]
    for kind in ("text/plain", "text/html"):
        for part in bodies:
            if part.get_content_type() == kind and (text := _characters(part)).strip():
                return text if kind == "text/plain" else _from_html(text)
    return ""


def _is_file(part: Message) -> bool:
    kind = part.get_content_disposition()
    return kind == "attachment" or (bool(part.get_filename()) and part.get_content_maintype() != "text")


def _characters(part: Message) -> str:
    """The text of a part, whatever it says of its encoding."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return payload.decode(charset)
        except (LookupError, ValueError):
            continue
    return payload.decode("cp1252", "replace")


def _from_html(html: str) -> str:
    """The words of an HTML mail without what it quotes; tags never reach the message."""
    text = strip_tags(_BLOCK.sub("\n", _HIDDEN.sub("", html)))
    return unescape(text).replace("\u00a0", " ")


def _file(part: Message) -> SimpleUploadedFile | None:
    """A file that somebody joined; pictures of signatures and what programs add are left out."""
    if not _is_file(part) or part.get_content_type() in _TRIMMINGS:
        return None
    if part.get_content_disposition() == "inline" and part.get("Content-ID"):
        return None
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):  # a mail within the mail
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        payload = first.as_bytes() if isinstance(first, Message) else b""
    name = _decoded(part.get_filename() or "piece-jointe")
    return SimpleUploadedFile(name[:150], payload, content_type=part.get_content_type())
