"""Proposing a pupil's record to another school, answering, forgetting. Everything in the regional context.

Each call may be made within a school's transaction: what the school writes and what passes here stand or fall together.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.audit.services import record as journal
from tenants.errors import Conflict, DomainError
from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas.context import region
from tenants.transfers import tasks
from tenants.transfers.models import Transfer

DAYS_KEPT = 60
State = Transfer.State
P = ParamSpec("P")
R = TypeVar("R")


def _regional(service: Callable[P, R]) -> Callable[P, R]:
    @wraps(service)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with region(), transaction.atomic():
            return service(*args, **kwargs)

    return inside


@_regional
def propose(*, from_uai: str, to_uai: str, records: Mapping[int, Mapping[str, Any]]) -> list[Transfer]:
    """Propose records, by the key of their person at the proposing school. The other school is told.

    Raises DomainError for a school that is not open, and Conflict for a record that waits for an answer already.
    """
    open_there = Establishment.objects.filter(uai=to_uai, lifecycle=Lifecycle.ACTIVE)
    if from_uai == to_uai or not open_there.exists():
        raise DomainError("no-such-school", _("Cet établissement n’est pas ouvert ici\u00a0: choisissez-en un autre."))
    waiting = Transfer.objects.filter(from_uai=from_uai, person_id__in=records, state=State.PROPOSED)
    if waiting.exists():
        raise Conflict("proposed", _("Un de ces dossiers est déjà proposé et attend une réponse."))
    made = Transfer.objects.bulk_create(
        Transfer(from_uai=from_uai, to_uai=to_uai, person_id=pk, record=dict(record)) for pk, record in records.items()
    )
    _note("transfer.proposed", from_uai, to_uai, len(made))
    pks = [one.pk for one in made]
    transaction.on_commit(lambda: tasks.enqueue(tasks.tell_receiver, pks))
    return made


@_regional
def answer(*, pk: int, to_uai: str, accepted: bool) -> Transfer:
    """Take the record out and forget it. Raises Conflict when somebody has answered, or it was withdrawn.

    Returns the row with the record as it was: its caller makes the people of it, in the same transaction.
    """
    row = _held(pk=pk, to_uai=to_uai)
    kept = row.record
    _end([row], State.ACCEPTED if accepted else State.REFUSED)
    transaction.on_commit(lambda: tasks.enqueue(tasks.tell_sender, [row.pk]))
    row.record = kept
    return row


@_regional
def withdraw(*, pk: int, from_uai: str) -> None:
    """Raises Conflict when it was answered already."""
    _end([_held(pk=pk, from_uai=from_uai)], State.WITHDRAWN)


@_regional
def forget(*, uai: str, person_ids: Iterable[int]) -> int:
    """The record is erased at its school: what was proposed of it is withdrawn. Returns how many."""
    rows = Transfer.objects.select_for_update().filter(
        from_uai=uai, person_id__in=list(person_ids), state=State.PROPOSED
    )
    found = list(rows)
    _end(found, State.WITHDRAWN)
    return len(found)


@_regional
def expire() -> int:
    """Forget what has waited for sixty days, and rows of a year ago (run daily). Returns how many expired."""
    now = timezone.now()
    Transfer.objects.filter(answered_at__lt=now - timedelta(days=365)).delete()
    rows = Transfer.objects.select_for_update().filter(
        state=State.PROPOSED, proposed_at__lt=now - timedelta(days=DAYS_KEPT)
    )
    found = list(rows)
    _end(found, State.EXPIRED)
    return len(found)


def _held(**known: Any) -> Transfer:
    row = Transfer.objects.select_for_update().filter(**known).first()
    if row is None or row.state != State.PROPOSED:
        raise Conflict("answered", _("Ce dossier n’attend plus de réponse."))
    return row


def _end(rows: list[Transfer], state: str) -> None:
    for row in rows:
        row.state, row.record, row.answered_at = state, {}, timezone.now()
    Transfer.objects.bulk_update(rows, ["state", "record", "answered_at"])
    for ways in {(row.from_uai, row.to_uai) for row in rows}:
        _note(f"transfer.{state}", *ways, sum((row.from_uai, row.to_uai) == ways for row in rows))


def _note(action: str, from_uai: str, to_uai: str, number: int) -> None:
    journal(
        action, actor=None, target_type="transfer", target_id=to_uai, target_label=f"{from_uai} → {to_uai}",
        changes={"records": [0, number]},
    )  # fmt: skip
