"""The region's long works, and what its page may do with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from celery import Task, current_app
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.audit.services import record
from tenants.errors import Conflict, DomainError
from tenants.schemas.context import region
from tenants.schemas.names import schema_name_for
from tenants.schemas.tasks import HEADER
from tenants.work import tracking
from tenants.work.models import JobDay, JobRun, RegionalWork, TaskFailure
from tenants.work.tracking import Progress

KEPT = timedelta(days=30)


def start(task: Task, *arguments: Any, label: str, actor: Account | None = None, uai: str = "") -> RegionalWork:
    """Note a work that waits, and send its task once the transaction is committed. `arguments` are ids."""
    with region():
        row = RegionalWork.objects.create(
            **tracking.prepared(task, list(arguments), label),
            uai=uai,
            actor_account_id=actor.pk if actor else None,
            actor_name=actor.login if actor else "préau",
        )
        tracking.send(row, task)
    return row


@contextmanager
def track(label: str, *, total: int = 0, uai: str = "") -> Iterator[Progress]:
    """`with work.track(_("Préparation"), total=120) as job: job.advance()`, in the regional context.

    Within a task sent by `start` it is that work; elsewhere (the scheduler, a command) it is a new one.
    """
    with region():
        row = tracking.find(RegionalWork) or RegionalWork.objects.create(label=label, uai=uai, actor_name="préau")
        row.total = total or row.total
        with tracking.tracked(row) as progress:
            if total:
                progress.expect(total)
            yield progress


@transaction.atomic
def retry(*, work: RegionalWork, actor: Account) -> None:
    """Raises Conflict when it is not broken any more, or may not be sent twice."""
    if not tracking.resend(work):
        raise Conflict("not-broken", _("Ce travail ne peut pas être relancé."))
    _written("work.retry", actor, work.pk, work.label)


@transaction.atomic
def cancel(*, work: RegionalWork, actor: Account) -> None:
    if not tracking.call_off(work):
        raise Conflict("over", _("Ce travail est déjà terminé."))
    _written("work.cancel", actor, work.pk, work.label)


@transaction.atomic
def retry_failure(*, failure: TaskFailure, actor: Account) -> None:
    """Send a failed task again, with what it was sent with, into its school. Once only."""
    failure = TaskFailure.objects.select_for_update().get(pk=failure.pk)
    task = current_app.tasks.get(failure.task)
    if task is None or not failure.retryable or failure.retried_at:
        raise DomainError("not-retryable", _("Cette tâche ne peut pas être relancée."))
    failure.retried_at = timezone.now()
    failure.save(update_fields=["retried_at"])
    headers = {HEADER: schema_name_for(failure.uai)} if failure.uai else {}
    transaction.on_commit(lambda: task.apply_async(failure.arguments, headers=headers, retry=False))
    _written("work.retry", actor, failure.pk, failure.task)


def forget() -> int:
    """Remove what is older than thirty days. Returns how many rows."""
    limit = timezone.now() - KEPT
    rows = (
        RegionalWork.objects.filter(created_at__lt=limit).exclude(state__in=("waiting", "running")),
        TaskFailure.objects.filter(at__lt=limit),
        JobDay.objects.filter(day__lt=limit.date()),
        JobRun.objects.filter(ran_at__lt=limit),
    )
    return sum(found.delete()[0] for found in rows)


def _written(action: str, actor: Account, pk: int, label: str) -> None:
    record(action, actor=actor, target_type="work", target_id=str(pk), target_label=label)
