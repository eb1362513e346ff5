"""Answering where there is no page: for programs and mails, which keep no draft. All or nothing."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import NotAllowed
from core.permissions.viewer import Viewer
from modules.messaging.choices import Via
from modules.messaging.models import Draft, Message
from modules.messaging.services import drafts, limits, replies, sending


@transaction.atomic
def reply_and_send(
    *,
    viewer: Viewer,
    key: UUID,
    message: Message,
    body: str,
    to_all: bool = False,
    via: Via = Via.API,
    uploads: Iterable[UploadedFile] = (),
    now: datetime | None = None,
) -> Message | Draft:
    """Answer a message through every check that a page meets. The same key twice is one answer.

    Returns the message; the draft, where it waits for an hour or a moderator. Raises DomainError, and nothing is kept.
    """
    if viewer.person is None or not viewer.can(drafts.WRITE):
        raise NotAllowed("may-not-write", _("Votre rôle ne permet pas d’écrire de messages."))
    limits.lock(viewer.person)  # of two that bring the same key, the second finds what the first has sent
    sent = drafts.sent_with(viewer, key)
    if sent is not None:
        return sent
    known = Draft.objects.filter(author=viewer.person, key=key).first()
    if known is not None and known.state in limits.WAITING:
        return known
    replies.refuse_unless_open(viewer, message, to_all=to_all)
    draft = known or Draft.objects.create(
        author=viewer.person, key=key, conversation=message.conversation, answers=message, to_all=to_all,
        subject=message.conversation.subject,
    )  # fmt: skip
    draft = drafts.save(viewer=viewer, key=key, version=draft.version, body=body, via=via, to_all=to_all)
    for upload in uploads:
        drafts.attach(viewer=viewer, draft=draft, upload=upload)
    return sending.send(viewer=viewer, draft=Draft.objects.get(pk=draft.pk), now=now)
