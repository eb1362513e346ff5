"""Invitations and reminders by mail: one code a person, in a mail of a few lines."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.activation import mails, selectors, tasks
from core.activation.standings import Member
from core.audit.services import record, record_all
from core.errors import DomainError
from core.jobs import services as jobs
from core.jobs.models import Run
from core.modules.contract import Channel
from core.modules.state import Modules
from core.notifications import reasons
from core.notifications.channels import troubles
from core.notifications.channels.email import EmailSender
from core.people.models import Person
from tenants.accounts import codes
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai
from tenants.work.tracking import Progress

# Nobody is written to twice within this long, whoever asks
SPACING = timedelta(days=3)
_AT_ONCE = 10


def invite(*, actor: Person | None, filters: Mapping[str, str], modules: Modules) -> Run:
    """Write to those of the filters who can be invited, have an address, and were not written to these days.

    Raises DomainError when there is nobody.
    """
    if not to_write_to(selectors.recipients(filters, actor=actor, modules=modules)):
        raise DomainError(
            "nobody", _("Personne à qui écrire\u00a0: aucune adresse, ou déjà invités il y a moins de trois jours.")
        )
    with transaction.atomic():
        label = _("Invitations par courriel")
        run = jobs.start(tasks.send_invitations, actor.pk if actor else 0, dict(filters), label=label, actor=actor)
        record("activation.invite", actor=actor, target=run, changes={"filters": [None, dict(filters)]})
    return run


def to_write_to(members: list[Member]) -> list[Member]:
    recent = timezone.now() - SPACING
    return [m for m in members if m.has_address and (m.invited_at is None or m.invited_at < recent)]


def send_invitations(actor_id: int, filters: Mapping[str, str]) -> int:
    """The task behind `invite`. Sent twice, it writes to nobody twice. Returns how many were written to."""
    establishment = Establishment.objects.get(uai=current_uai())
    actor = Person.objects.filter(pk=actor_id).first()
    modules = Modules(establishment)
    members = to_write_to(selectors.recipients(filters, actor=actor, modules=modules))
    with jobs.track(_("Invitations par courriel"), total=len(members)) as progress, EmailSender() as sender:
        return sum(
            _send(members[i : i + _AT_ONCE], establishment, modules, sender, actor, progress)
            for i in range(0, len(members), _AT_ONCE)
        )


def _send(
    members: list[Member], establishment: Establishment, modules: Modules, sender: EmailSender, actor: Person | None,
    progress: Progress,
) -> int:  # fmt: skip
    """A few at a time: their codes hold from the moment that their mails have left; the others keep theirs."""
    drawn = codes.draw(member.person.pk for member in members)
    left: list[Person] = []
    for member in members:
        mail = mails.invitation(member, drawn[member.person.pk], establishment, modules, message=uuid4())
        failure = sender.deliver(mail)
        if failure is None:
            left.append(member.person)
        elif failure.reason == reasons.BOUNCED:
            troubles.note(
                person=member.person, channel=Channel.EMAIL, address=member.person.email, reason=failure.reason
            )
    with transaction.atomic():
        sent = {person.pk: drawn[person.pk] for person in left}
        codes.put(current_uai(), sent, purpose=codes.Purpose.ACTIVATE, way=codes.Way.MAIL)
        record_all("activation.mail", actor=actor, targets=left)
    progress.advance(len(members))
    return len(left)
