"""Whom each kind of event about a message is for, asked when it is told and again when a mail leaves."""

from django.db.models import Exists, OuterRef, QuerySet

from core.modules.state import Modules
from core.notifications.audience import Recipients
from core.notifications.models import Event
from core.people.choices import Role
from core.people.models import Person
from modules.messaging.audience.reach import links, present, readers_of
from modules.messaging.models import Copy, Message
from modules.messaging.services.reminders import unread_copies, waiting_copies
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai


def recipients_of_event(event: Event) -> Recipients:
    """Those who have not read it yet; nobody once it was recalled or taken away."""
    message = _message_of(event)
    return _told(unread_copies(message)) if message else Recipients()


def awaited_of_event(event: Event) -> Recipients:
    """Those who have not read it, or not confirmed it where that was asked."""
    message = _message_of(event)
    return _told(waiting_copies(message)) if message else Recipients()


def _message_of(event: Event) -> Message | None:
    message = Message.objects.filter(pk=event.data.get("message")).first()
    return message if message is not None and message.is_readable else None


def _told(copies: QuerySet[Copy]) -> Recipients:
    """Guardians about the children of their copy, as long as they have authority; all others for themselves."""
    modules = Modules(Establishment.objects.get(uai=current_uai()))
    copies = copies.order_by()
    people = Person.objects.filter(present(modules), pk__in=copies.filter(children=[]).values("person"))
    held = links(modules).filter(guardian__roles__contains=[Role.GUARDIAN])
    about = copies.filter(person=OuterRef("guardian"), children__contains=[OuterRef("child")])
    if Role.GUARDIAN not in readers_of(modules):
        held = held.none()
    return Recipients(people=people, links=held.filter(Exists(about)))
