"""Taking a message back, while the school's setting allows it: shown as recalled, gone from notifications."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.audit import services as audit
from core.errors import Conflict, DomainError, NotAllowed
from core.permissions.viewer import Viewer
from modules.messaging import finding
from modules.messaging.choices import Line
from modules.messaging.models import Copy, Message
from modules.messaging.services import telling


def may_recall(viewer: Viewer, message: Message) -> bool:
    """Whether the button is there. Asks the database nothing."""
    return _refusal(viewer, message) is None


@transaction.atomic
def recall(*, viewer: Viewer, message: Message) -> Message:
    """Nobody reads it any more, from this instant; whoever has it sees that it was recalled.

    Raises DomainError when it is too late, Conflict when it is recalled already.
    """
    held = Message.objects.select_for_update().get(pk=message.pk)
    if refusal := _refusal(viewer, held):
        raise refusal
    held.recalled_at = timezone.now()
    held.save(update_fields=["recalled_at"])
    received = Copy.objects.filter(message=held).exclude(line=Line.SENDER)
    already_read = received.filter(read_at__isnull=False).count()
    received.filter(unread=True).update(unread=False)
    telling.recalled(held)
    finding.changed(held)
    changes: dict[str, list[Any]] = {"destinataires": [held.recipients, 0], "lectures": [None, already_read]}
    audit.record("messaging.recall", actor=viewer.person, target=held, changes=changes)
    adoption.count("messaging.recall", viewer)
    return held


def _refusal(viewer: Viewer, message: Message) -> DomainError | None:
    minutes = int(viewer.modules["messaging"].settings["recall_minutes"])
    if viewer.person is None or message.sender_id != viewer.person.pk or message.automatic:
        return NotAllowed("not-yours", _("Seul l’expéditeur peut rappeler un message."))
    if not message.is_readable:
        return Conflict("recalled", _("Ce message est déjà rappelé ou retiré."))
    if not minutes:
        return DomainError("no-recall", _("Dans votre établissement, un message parti ne se rappelle pas."))
    if timezone.now() >= message.sent_at + timedelta(minutes=minutes):
        sentence = _("Un message se rappelle dans les %(minutes)d minutes après l’envoi. Écrivez un rectificatif.")
        return DomainError("too-late", sentence % {"minutes": minutes})
    return None
