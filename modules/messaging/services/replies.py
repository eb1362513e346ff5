"""Answering: to the sender alone, or to everybody whom the message was openly addressed to.

Whoever began a conversation said how far answers go. A reply to all reaches those on the lines « À » and « Copie » to
whom the grid lets its author write, and whoever wrote to them in this conversation (setting `reply_always`); blind
copies are neither reached nor given away. It counts for as many as it reaches.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.permissions.viewer import Viewer
from modules.messaging.audience.lines import PERSON
from modules.messaging.choices import DraftState, Line, Replies
from modules.messaging.models import Copy, Draft, Message
from modules.messaging.services import drafts


@transaction.atomic
def reply_draft(*, viewer: Viewer, message: Message, to_all: bool) -> Draft:
    """The draft in which the viewer answers the message: the one they have begun, or a new one.

    Raises DomainError where no answer is taken.
    """
    author = drafts.author_of(viewer)
    refuse_unless_open(viewer, message, to_all=to_all)
    begun = Draft.objects.select_for_update().filter(author=author, answers=message, state__in=drafts.EDITABLE)
    draft = begun.order_by("-updated_at", "-pk").first()
    if draft is None:
        return Draft.objects.create(
            author=author, conversation=message.conversation, answers=message, to_all=to_all,
            subject=message.conversation.subject, state=DraftState.OPEN,
        )  # fmt: skip
    if draft.to_all != to_all:
        draft.to_all = to_all
        drafts.touch(draft)
        draft.save()
    return draft


def may_reply(viewer: Viewer, message: Message, *, to_all: bool) -> bool:
    """Whether the buttons are there. Two queries; whom it reaches is counted at sending."""
    return _closed(viewer, message, to_all=to_all) is None


def refuse_unless_open(viewer: Viewer, message: Message, *, to_all: bool) -> None:
    """Raises DomainError where the viewer may not answer this message in this way."""
    if refusal := _closed(viewer, message, to_all=to_all):
        raise refusal


def _closed(viewer: Viewer, message: Message, *, to_all: bool) -> DomainError | None:
    me, conversation = viewer.person, message.conversation
    mine = Copy.objects.filter(message=message, person=me, hidden=False).values_list("line", flat=True).first()
    if me is None or mine is None or not message.is_readable:
        return DomainError("nothing-to-answer", _("Vous ne pouvez plus répondre à ce message."))
    if conversation.starter_id == me.pk:
        return None
    if conversation.replies == Replies.NOBODY:
        return DomainError("no-replies", _("L’expéditeur ne prend pas de réponses à ce message."))
    if not to_all:
        return None
    if conversation.replies == Replies.SENDER:
        return DomainError("reply-to-sender", _("On ne peut répondre qu’à l’expéditeur de ce message."))
    if mine == Line.BLIND:
        sentence = _("Vous étiez en copie cachée\u00a0: répondez à l’expéditeur seulement.")
        return DomainError("blind-reply", sentence)
    return None


def shown(viewer: Viewer, message: Message, *, to_all: bool) -> list[dict[str, Any]]:
    """To whom the reply goes, as a message keeps it (`audience.lines.labelled`)."""
    if to_all or (viewer.person is not None and message.sender_id == viewer.person.pk):
        return [{"kind": "everybody", "as": str(Line.TO), "label": _("Toute la conversation")}]
    return [{"kind": PERSON, "id": message.sender_id, "as": str(Line.TO), "label": message.sender_name}]
