"""Reminding those who have not read a message, or not confirmed that they have: one click, once an hour."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.audit import services as audit
from core.errors import DomainError, NotAllowed
from core.permissions.viewer import Viewer
from modules.messaging.choices import Line
from modules.messaging.models import Copy, Message
from modules.messaging.safety import suspensions
from modules.messaging.services import telling

EVERY = timedelta(hours=1)


def unread_copies(message: Message) -> QuerySet[Copy]:
    """The copies of those recipients who have not read it."""
    return Copy.objects.filter(message=message, hidden=False, read_at=None).exclude(line=Line.SENDER)


def waiting_copies(message: Message) -> QuerySet[Copy]:
    """Those of the recipients from whom something is still awaited: reading, or confirming where that was asked."""
    awaited = Q(confirmed_at=None) if message.asks_receipt else Q(read_at=None)
    return Copy.objects.filter(awaited, message=message, hidden=False).exclude(line=Line.SENDER)


@transaction.atomic
def remind(*, viewer: Viewer, message: Message) -> int:
    """Tell them once more. Returns how many people are awaited; those who lost their right to it are not told.

    Raises DomainError within an hour of the last time, or where everybody has answered.
    """
    held = Message.objects.select_for_update().get(pk=message.pk)
    if viewer.person is None or held.sender_id != viewer.person.pk:
        raise NotAllowed("not-yours", _("Seul l’expéditeur peut relancer."))
    if refusal := suspensions.refusal(viewer, viewer.roles):
        raise refusal
    if not held.is_readable:
        raise DomainError("recalled", _("Ce message a été rappelé ou retiré\u00a0: il n’y a plus rien à lire."))
    now = timezone.now()
    if held.reminded_at is not None and now < held.reminded_at + EVERY:
        at = timezone.localtime(held.reminded_at + EVERY)
        raise DomainError("too-soon", _("Vous venez de relancer. Recommencez à %(time)s.") % {"time": f"{at:%H:%M}"})
    count = waiting_copies(held).count()
    if not count:
        raise DomainError("nobody-waits", _("Tout le monde a déjà répondu à l’appel\u00a0: personne à relancer."))
    before, held.reminded_at = held.reminded_at, now
    held.save(update_fields=["reminded_at"])
    telling.reminded(held, viewer.modules)
    audit.record(
        "messaging.remind", actor=viewer.person, target=held,
        changes={"relance": [before, now], "personnes": [None, count]},
    )  # fmt: skip
    adoption.count("messaging.remind", viewer)
    return count
