"""Taking somebody's messages out of every box at once, and putting them back as they were.

Set-based: the messages of a thousand sendings, and the copies of all who received them, are hidden in a handful of
statements. Nothing is deleted: what each had read, filed and thrown away is in their copy, and is there again when the
purge is undone. It is erased when the retention of purges is over.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import services as audit
from core.errors import Conflict, DomainError
from core.people.models import Person
from core.people.services import ranks
from core.people.text import tidy
from core.permissions.viewer import Viewer
from modules.messaging import finding
from modules.messaging.choices import DraftState
from modules.messaging.models import Draft, Message, Purge
from modules.messaging.safety.withdrawing import reinstate, withdraw
from modules.messaging.services import boxes

REASON_LENGTH = 500
_LEAVING = (DraftState.SCHEDULED, DraftState.HELD, DraftState.MODERATION)


def reached(sender: Person, since: datetime, until: datetime) -> QuerySet[Message]:
    """What a purge would take: sent in the span, both ends included, and not taken by another one."""
    return Message.objects.filter(sender=sender, sent_at__gte=since, sent_at__lte=until, purge=None)


def preview(sender: Person, since: datetime, until: datetime) -> tuple[int, int]:
    """How many messages, and in how many boxes."""
    numbers = reached(sender, since, until).aggregate(messages=Count("pk"), copies=Sum("recipients", default=0))
    return numbers["messages"], numbers["copies"]


def waiting(sender: Person) -> int:
    """How many messages of theirs are still to leave."""
    return Draft.objects.filter(author=sender, state__in=_LEAVING).count()


def history(viewer: Viewer) -> QuerySet[Purge]:
    rows = Purge.objects.select_related("sender", "actor", "undone_by")
    return rows.annotate(messages_out=Count("messages")).order_by("-at", "-pk")


def get_or_404(pk: int) -> Purge:
    found = Purge.objects.filter(pk=pk).select_related("sender").first()
    if found is None:
        raise Http404(pk)
    return found


@transaction.atomic
def purge(*, viewer: Viewer, sender: Person, since: datetime, until: datetime, reason: str) -> Purge:
    """Take all that somebody sent in a span out of every box, with what still tells of it; what waits becomes a draft.

    Raises DomainError without a reason, for a span that ends before it begins, and where there is nothing to take.
    """
    reason = tidy(reason)[:REASON_LENGTH]
    if not reason:
        sentence = _("Dites pourquoi\u00a0: le retrait est inscrit au journal.")
        raise DomainError("reason", sentence, {"reason": sentence})
    if until < since:
        sentence = _("La fin doit suivre le début.")
        raise DomainError("until", sentence, {"until": sentence})
    ranks.guard_rank(viewer.person, sender.roles)
    rows = reached(sender, since, until).select_for_update(of=("self",)).order_by("pk")
    found = list(rows.values_list("pk", flat=True))
    if not found:
        raise DomainError("nothing", _("Cette personne n’a rien envoyé dans cet intervalle."))
    made = Purge.objects.create(sender=sender, since=since, until=until, reason=reason, actor=viewer.person)
    Message.objects.filter(pk__in=found).update(purge=made)
    boxes.hide_messages(found)
    withdraw(found)
    finding.refresh(found)
    _stop_leaving(sender)
    _journal("purge", made, viewer, [0, len(found)])
    return made


@transaction.atomic
def undo(*, viewer: Viewer, purge: Purge) -> int:
    """Put everything back, but what a moderator removed by itself. Returns how many messages."""
    current = Purge.objects.select_for_update(of=("self",)).select_related("sender").get(pk=purge.pk)
    if current.undone_at is not None:
        raise Conflict("undone", _("Ce retrait est déjà annulé."))
    rows = Message.objects.filter(purge=current)
    found = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", "removed_at"))
    rows.update(purge=None)
    back = [pk for pk, removed_at in found if removed_at is None]
    boxes.show_messages(back)
    reinstate(back)
    finding.refresh(back)
    current.undone_at, current.undone_by = timezone.now(), viewer.person
    current.save(update_fields=["undone_at", "undone_by"])
    _journal("undo_purge", current, viewer, [len(found), 0])
    return len(back)


def _stop_leaving(sender: Person) -> None:
    """What is programmed or held by the sender does not leave after all; they keep it as a draft."""
    rows = Draft.objects.filter(author=sender, state__in=_LEAVING)
    words = _("L’établissement a retiré vos messages.")
    rows.update(state=DraftState.REFUSED, refusal=words, send_at=None, cleared=False, recipients=0)


def _journal(verb: str, row: Purge, viewer: Viewer, number: list[int]) -> None:
    label = row.sender.full_name if row.sender else ""
    span = f"{row.since.isoformat()} – {row.until.isoformat()}"
    changes: dict[str, list[Any]] = {"messages": number, "intervalle": [None, span], "motif": [None, row.reason]}
    audit.record(f"messaging.{verb}", actor=viewer.person, target=row, label=label, changes=changes)
