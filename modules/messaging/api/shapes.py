"""What the addresses of the module take and answer."""

from typing import Any

from rest_framework import serializers

from core.people.choices import Role
from core.ui import richtext
from modules.messaging.audience import lines
from modules.messaging.choices import DraftState, Line, Place, Replies, Weight
from modules.messaging.models import BODY_LENGTH, SUBJECT_LENGTH, Attachment, Copy, Draft, Message
from tenants.api.operations import Body, Flag, PageQuery

MAX_ID = 2**63 - 1
SENT = "sent"
# What has become of something that was to be sent.
OUTCOMES = [
    (SENT, "parti"),
    (DraftState.SCHEDULED.value, "programmé"),
    (DraftState.HELD.value, "retenu jusqu’à l’ouverture"),
    (DraftState.MODERATION.value, "en attente de relecture"),
]


class ConversationsQuery(PageQuery):
    place = serializers.ChoiceField(Place.choices, default=Place.INBOX.value, help_text="Dans quelle boîte.")
    unread = Flag(default=False, help_text="Seulement les non lues.")


class LineBody(Body):
    """Un destinataire : une personne, une classe, un groupe, un rôle, ceux qui entourent un élève."""

    kind = serializers.ChoiceField([(kind, kind) for kind in lines.KINDS])
    id = serializers.CharField(
        max_length=20, help_text="Le numéro de la personne, de la classe ou du groupe, ou le nom du rôle."
    )
    who = serializers.ChoiceField(
        [(who, who) for who in lines.WHO], required=False, help_text="Pour une classe ou un groupe\u00a0: qui."
    )
    on = serializers.ChoiceField(
        [(line.value, line.label) for line in (Line.TO, Line.COPY, Line.BLIND)],
        default=Line.TO.value,
        help_text="À, copie ou copie cachée.",
    )
    child = serializers.IntegerField(
        min_value=1, max_value=MAX_ID, required=False, help_text="L’enfant dont il s’agit, pour un responsable."
    )


class MessageBody(Body):
    """Un message à envoyer."""

    key = serializers.UUIDField(
        required=False, help_text="Choisi par vous\u00a0: le même, envoyé deux fois, ne fait qu’un message."
    )
    subject = serializers.CharField(max_length=SUBJECT_LENGTH)
    body = serializers.CharField(max_length=BODY_LENGTH, help_text="Du Markdown léger.", trim_whitespace=False)
    lines = LineBody(many=True)
    replies = serializers.ChoiceField(Replies.choices, required=False)
    weight = serializers.ChoiceField(Weight.choices, required=False)
    asks_receipt = serializers.BooleanField(required=False)
    send_at = serializers.DateTimeField(required=False, allow_null=True)


class ReplyBody(Body):
    """Une réponse à envoyer."""

    key = serializers.UUIDField(
        required=False, help_text="Choisi par vous\u00a0: le même, envoyé deux fois, ne fait qu’une réponse."
    )
    body = serializers.CharField(max_length=BODY_LENGTH, help_text="Du Markdown léger.", trim_whitespace=False)
    to_all = serializers.BooleanField(required=False, default=False)


class MailFile(serializers.Serializer):
    """Une pièce jointe."""

    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="En octets.")


class MailConversation(serializers.Serializer):
    """Une conversation dans une boîte, par son dernier message."""

    id = serializers.IntegerField()
    subject = serializers.CharField()
    place = serializers.ChoiceField(Place.choices)
    unread = serializers.BooleanField()
    at = serializers.DateTimeField(help_text="Quand le dernier message est parti.")
    last_sender = serializers.CharField()
    about = serializers.ListField(child=serializers.IntegerField(), help_text="Les enfants dont il s’agit.")


class MailMessage(serializers.Serializer):
    """Un message tel que vous le lisez. `gone`\u00a0: rappelé ou retiré, son texte n’est plus là."""

    id = serializers.IntegerField()
    sender_id = serializers.IntegerField(allow_null=True)
    sender = serializers.CharField()
    sender_role = serializers.ChoiceField([("", ""), *Role.choices])
    sent_at = serializers.DateTimeField()
    to = serializers.ListField(child=serializers.CharField())
    gone = serializers.BooleanField()
    body = serializers.CharField(help_text="Du Markdown léger.")
    html = serializers.CharField(help_text="Le même texte, en HTML sûr.")
    weight = serializers.ChoiceField(Weight.choices)
    asks_receipt = serializers.BooleanField()
    unread = serializers.BooleanField()
    attachments = MailFile(many=True)


class MailThread(serializers.Serializer):
    """Une conversation entière, du premier message au dernier."""

    id = serializers.IntegerField()
    subject = serializers.CharField()
    replies = serializers.ChoiceField(Replies.choices)
    messages = MailMessage(many=True)
    url = serializers.CharField(help_text="Sa page.")


class MailSent(serializers.Serializer):
    """Ce qu’est devenu ce que vous envoyez."""

    outcome = serializers.ChoiceField(OUTCOMES)
    key = serializers.UUIDField()
    message = serializers.IntegerField(allow_null=True, help_text="Son numéro, quand il est parti.")
    conversation = serializers.IntegerField(allow_null=True)
    recipients = serializers.IntegerField()
    leaves_at = serializers.DateTimeField(allow_null=True, help_text="Quand il partira, s’il attend une heure.")


class MailRead(serializers.Serializer):
    """Combien de messages étaient nouveaux."""

    fresh = serializers.IntegerField()


def conversation(copy: Copy) -> dict[str, Any]:
    """A copy (message and conversation at hand) as lists show it."""
    return {
        "id": copy.conversation_id,
        "subject": copy.conversation.subject,
        "place": copy.place,
        "unread": copy.unread,
        "at": copy.at,
        "last_sender": copy.message.sender_name,
        "about": copy.children,
    }


def message(copy: Copy, files: list[Attachment]) -> dict[str, Any]:
    """One message as its owner reads it; blind copies are shown to its sender alone."""
    held = copy.message
    gone = copy.hidden or not held.is_readable
    own = copy.line == Line.SENDER
    return {
        "id": held.pk,
        "sender_id": held.sender_id,
        "sender": held.sender_name,
        "sender_role": held.sender_role,
        "sent_at": held.sent_at,
        "to": [words for _line, words in lines.shown(held.lines, blind=own) if words],
        "gone": gone,
        "body": "" if gone else held.body,
        "html": "" if gone else str(richtext.clean(held.body_html)),
        "weight": held.weight,
        "asks_receipt": held.asks_receipt,
        "unread": copy.unread,
        "attachments": [] if gone else [attachment.file for attachment in files],
    }


def outcome(sent: Message | Draft) -> dict[str, Any]:
    if isinstance(sent, Message):
        return {
            "outcome": SENT, "key": sent.key, "message": sent.pk, "conversation": sent.conversation_id,
            "recipients": sent.recipients, "leaves_at": None,
        }  # fmt: skip
    return {
        "outcome": sent.state, "key": sent.key, "message": None, "conversation": sent.conversation_id,
        "recipients": sent.recipients, "leaves_at": sent.send_at,
    }  # fmt: skip


def sent_lines(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of a body as `audience.lines.parse` reads them."""
    return [
        {"kind": line["kind"], "id": line["id"], "as": line["on"]}
        | {name: line[name] for name in ("who", "child") if name in line}
        for line in given
    ]
