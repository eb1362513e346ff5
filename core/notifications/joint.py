"""One digest for somebody with profiles in several schools. Each school is entered in turn; nothing is kept outside."""

from contextlib import ExitStack
from datetime import timedelta
from uuid import UUID, uuid5

from django.db import connection
from django.utils.module_loading import import_string

from core.modules.contract import Channel
from core.modules.state import Modules
from core.notifications import delivery, services
from core.notifications.messages import SENDERS, Failure, Message
from core.notifications.models import Notification
from core.people.models import Person
from tenants.accounts.models import Membership
from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas.context import region, school

# What is due in one school waits for what will soon be due in another.
MARGIN = timedelta(minutes=30)


def send(account_id: int) -> bool:
    """Collect what is due in each school of the account, send it as one message, settle it in each.

    Begins and ends in the regional context. Returns whether something left. Two at once send what each has leased.
    """
    parts = [(place, message) for place in _places(account_id) if (message := _part(place, account_id)) is not None]
    if not parts:
        return False
    failure = _send(_together([message for _place, message in parts]))
    for place, message in parts:
        with school(place):
            delivery.settle(message, failure)
    return failure is None


def _send(message: Message) -> Failure | None:
    with ExitStack() as stack:
        stack.enter_context(school(message.establishment))  # the channel notes what addresses answer
        sender = stack.enter_context(import_string(SENDERS[Channel.EMAIL])())
        return delivery.try_to_send(message, sender)


def _places(account_id: int) -> list[Establishment]:
    with region():
        uais = Membership.objects.filter(account=account_id).values_list("uai", flat=True)
        return list(Establishment.objects.filter(uai__in=list(uais), lifecycle=Lifecycle.ACTIVE).order_by("uai"))


def _part(place: Establishment, account_id: int) -> Message | None:
    """What one school has to say, leased."""
    connection.close_if_unusable_or_obsolete()
    with school(place):
        person = Person.objects.filter(account_id=account_id, left_on=None).first()
        if person is None:
            return None
        rows: list[Notification] = delivery.joint_rows(person, margin=MARGIN)
        messages = delivery.messages_of(rows, Channel.EMAIL, Modules(place)) if rows else []
    if not messages:
        return None
    first, *others = messages
    items = (*first.items, *(item for other in others for item in other.items))
    return Message(**{**first.__dict__, "items": items})


def _together(parts: list[Message]) -> Message:
    """One message, under an id that follows from its parts': the same when it is tried again."""
    first = parts[0]
    ids = sorted(str(item.row.message) for part in parts for item in part.items)
    return Message(
        **{
            **first.__dict__,
            "id": uuid5(UUID(int=0), " ".join(ids)),
            "items": tuple(item for part in parts for item in part.items),
            "account_email": next((part.account_email for part in parts if part.account_email), ""),
        }
    )


def wish(account_id: int, *, wished: bool) -> None:
    """Note in every school of the account whether one digest is wished."""
    for place in _places(account_id):
        connection.close_if_unusable_or_obsolete()
        with school(place):
            person = Person.objects.filter(account_id=account_id, left_on=None).first()
            if person is not None:
                services.set_rhythm(person=person, joint_digest=wished)
