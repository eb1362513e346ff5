"""The moment at which a draft becomes a message: its body once, one copy for each recipient, one statement.

A message brings its conversation back to the inbox of whoever receives it, from their archive, their trash and their
own folders alike: nothing unread ever lies elsewhere, so that the badge of the inbox tells all. On the sender's side
the conversation stays where it was, out of the trash; a new one is among « Envoyés » until somebody answers.

Whoever writes into a conversation holds its row first: of two that answer at the same moment one copy is the latest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.people.choices import STAFF, Role
from core.people.families import children_seen_by
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.ui import richtext
from modules.messaging import finding
from modules.messaging.audience.expansion import Audience, Sql
from modules.messaging.audience.lines import parse
from modules.messaging.audience.permitted import people_of
from modules.messaging.choices import Place, Replies
from modules.messaging.models import Attachment, Conversation, Copy, Draft, Message

# As whom somebody with several roles signs: the first of these that they hold.
_SIGNS_AS = (
    Role.MANAGEMENT, Role.SCHOOL_LIFE, Role.TEACHER, Role.ADMINISTRATIVE, Role.DIGITAL_REFERENT, Role.PARTNER,
    Role.GUARDIAN, Role.PUPIL,
)  # fmt: skip

_INSERT = """
    INSERT INTO messaging_copy
        (message_id, conversation_id, person_id, line, children, place, latest, unread, hidden, from_staff, at)
    SELECT %s, %s, r.person_id, (ARRAY['to', 'cc', 'bcc'])[r.rank + 1], r.children, 'inbox', true, true, false, %s, %s
    FROM ({rows}) AS r(person_id, rank, children) WHERE r.person_id <> %s
    UNION ALL
    SELECT %s, %s, %s, 'from', %s, %s, true, %s, false, %s, %s
"""
# The copies that people had of the conversation before: the same place as the new one, and not the latest any more.
_SETTLE = """
    UPDATE messaging_copy AS old SET latest = false, place = new.place, folder_id = new.folder_id, trashed_at = NULL
    FROM messaging_copy AS new
    WHERE new.message_id = %s AND old.conversation_id = %s AND old.person_id = new.person_id AND old.message_id <> %s
"""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is written, to whom: `rows` selects (person_id, rank, children).

    `children` are those of the sender's own copy; `begins`: nobody had anything of the conversation before.
    """

    conversation: Conversation
    sender: Person
    message: Message
    rows: Sql
    children: Sequence[int] = ()
    begins: bool = False


def post(viewer: Viewer, draft: Draft, audience: Audience, *, shown: list[dict[str, Any]], now: datetime) -> Message:
    """Make a message of the draft, which is gone then. `shown` are its lines in words.

    Called in the transaction that holds draft and sender. Raises DomainError where nobody is left to receive it.
    """
    sender = viewer.person
    if sender is None:
        raise ValueError("somebody sends a message")
    conversation = _conversation(draft, sender, now)
    message = Message(
        conversation=conversation,
        key=draft.key,
        answers=draft.answers,
        body=draft.body,
        body_html=richtext.to_html(draft.body),
        lines=shown,
        weight=draft.weight,
        asks_receipt=draft.asks_receipt,
        via=draft.via,
        sent_at=now,
    )
    letter = Letter(
        conversation=conversation, sender=sender, message=message, rows=audience.rows(),
        children=_about(viewer, draft), begins=draft.conversation_id is None,
    )  # fmt: skip
    if not write(letter):
        raise DomainError("nobody", _("Personne ne recevrait ce message. Choisissez d’autres destinataires."))
    if letter.begins:
        _keep_from_many(viewer, conversation, message.recipients)
    Attachment.objects.filter(draft=draft).update(draft=None, message=message)
    draft.delete()
    finding.changed(message)
    return message


def _conversation(draft: Draft, sender: Person, now: datetime) -> Conversation:
    if draft.conversation_id is None:
        return Conversation.objects.create(
            subject=draft.subject, replies=draft.replies, starter=sender, started_at=now
        )
    return hold(draft.conversation_id)


def _keep_from_many(viewer: Viewer, conversation: Conversation, recipients: int) -> None:
    """What was sent to many is answered to its sender: one answer to all would be as many messages again."""
    if conversation.replies == Replies.ALL and recipients > reply_all_most(viewer):
        conversation.replies = Replies.SENDER
        conversation.save(update_fields=["replies"])


def reply_all_most(viewer: Viewer) -> int:
    """How many recipients a message may have whose answers go to all."""
    return int(viewer.modules["messaging"].settings["reply_all_most"])


def hold(conversation_id: int) -> Conversation:
    """The conversation, in which nobody else writes until the transaction ends."""
    return Conversation.objects.select_for_update(no_key=True).get(pk=conversation_id)


def write(letter: Letter, *, unread_by_sender: bool = False) -> int:
    """The message with all its copies: one statement, and one more in a thread. Returns how many recipients."""
    message, sender, conversation = letter.message, letter.sender, letter.conversation
    message.conversation, message.sender = conversation, sender
    message.sender_name = sender.full_name
    message.sender_role = signs_as(sender)
    message.save()
    place, folder = _place_of(sender, conversation)
    from_staff = bool(STAFF & set(sender.roles))
    text, parameters = letter.rows
    keys: list[Any] = [message.pk, conversation.pk]
    own: list[Any] = [*keys, sender.pk, list(letter.children), place, unread_by_sender, from_staff, message.sent_at]
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT.replace("{rows}", text), [*keys, from_staff, message.sent_at, *parameters, sender.pk, *own]
        )
        message.recipients = cursor.rowcount - 1
        if folder is not None:
            Copy.objects.filter(message=message, person=sender).update(folder=folder)
        if not letter.begins:
            cursor.execute(_SETTLE, [message.pk, conversation.pk, message.pk])
    message.save(update_fields=["recipients"])
    return message.recipients


def signs_as(sender: Person) -> str:
    """The role that readers see beside the name."""
    return next((str(role) for role in _SIGNS_AS if role in sender.roles), "")


def _place_of(sender: Person, conversation: Conversation) -> tuple[str, int | None]:
    """Where the sender has the conversation, or will."""
    mine = Copy.objects.filter(conversation=conversation, person=sender, latest=True)
    place, folder = mine.values_list("place", "folder").first() or (Place.SENT, None)
    return (Place.INBOX, None) if place == Place.TRASH else (str(place), folder)


def _about(viewer: Viewer, draft: Draft) -> list[int]:
    """The children of the sender whom the message is about, so that a guardian finds it by child."""
    own = [child.pk for child in children_seen_by(viewer)]
    if draft.answers_id is not None:
        kept = Copy.objects.filter(message=draft.answers_id, person=viewer.person).values_list("children", flat=True)
        return [pk for pk in own if pk in (kept.first() or ())]
    named = {pk for line in parse(draft.lines) for pk in people_of(line)}
    about = [pk for pk in own if pk in named]
    return about or (own if len(own) == 1 else [])
