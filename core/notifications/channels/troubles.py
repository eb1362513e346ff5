"""Addresses and numbers that refuse what is sent to them: noted, left in peace for a while, then tried again."""

import hashlib
from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.modules.contract import Channel
from core.notifications import reasons
from core.notifications.channels.numbers import normalise
from core.notifications.models import AddressTrouble
from core.people.models import Person

# An address that bounced is tried again after this long: a mailbox may be opened anew under the same name.
REST = timedelta(days=30)
OF_ACCOUNT = "compte:"


def kept_as(person: Person, channel: Channel, address: str) -> str:
    """The address as a school may keep it. That of the account is its owner's alone: only its trace is kept."""
    if channel == Channel.EMAIL and address.casefold() != person.email.casefold():
        return f"{OF_ACCOUNT}{hashlib.sha256(address.casefold().encode()).hexdigest()[:32]}"
    return address


def note(*, person: Person, channel: Channel, address: str, reason: str) -> AddressTrouble:
    """The address refused a message, once more."""
    now, address = timezone.now(), kept_as(person, channel, address)
    trouble, made = AddressTrouble.objects.get_or_create(
        person=person, channel=channel, address=address, defaults={"reason": reason, "first_at": now, "last_at": now}
    )
    if not made:
        AddressTrouble.objects.filter(pk=trouble.pk).update(
            reason=reason, count=models.F("count") + 1, last_at=now
        )
    return trouble


def of(person: Person, channel: Channel) -> list[AddressTrouble]:
    return list(AddressTrouble.objects.filter(person=person, channel=channel))


def is_resting(troubles: list[AddressTrouble], person: Person, address: str) -> bool:
    """Whether the person's e-mail address is known not to exist, and nothing should be sent there for now."""
    since, address = timezone.now() - REST, kept_as(person, Channel.EMAIL, address)
    return any(t.address == address and t.reason == reasons.BOUNCED and t.last_at > since for t in troubles)


def is_current(trouble: AddressTrouble) -> bool:
    """Whether messages would still go there: a record that was corrected since has nothing to mend."""
    person = trouble.person
    if trouble.channel == Channel.SMS:
        return normalise(person.phone) == trouble.address
    if trouble.address.startswith(OF_ACCOUNT):
        return not person.email
    return trouble.address.casefold() == person.email.casefold()


def forget(troubles: list[AddressTrouble]) -> None:
    """A message went through: what these rows say of the person's addresses is over."""
    if troubles:
        AddressTrouble.objects.filter(pk__in=[trouble.pk for trouble in troubles]).delete()


@transaction.atomic
def try_again(*, trouble: AddressTrouble, actor: Person | None) -> None:
    """Somebody knows that the address works again: the next message goes there."""
    trouble.delete()
    label = _("Adresse de %(name)s") % {"name": trouble.person.full_name}
    record("notifications.retry_address", actor=actor, target=trouble.person, label=label)
