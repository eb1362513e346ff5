"""Starting, following, calling off and sending again the school's long works."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import Task
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import Conflict
from core.jobs.models import Run
from core.people.models import Person
from core.permissions.viewer import Viewer
from tenants.work import tracking
from tenants.work.health import silent
from tenants.work.models import State
from tenants.work.tracking import Progress


def start(task: Task, *arguments: Any, label: str, actor: Person | None) -> Run:
    """Note a work that waits, and send its task once the transaction is committed.

    `arguments` are ids, and kept where the task is declared `retryable=True`. `label` names the kind of work and
    nobody's name: référents read it. Whoever asked follows it at `jobs:progress`.
    """
    run = Run.objects.create(**tracking.prepared(task, list(arguments), label), actor=actor)
    tracking.send(run, task)
    return run


@contextmanager
def track(label: str = "", *, total: int = 0) -> Iterator[Progress]:
    """`with jobs.track(total=len(rows)) as job:` … `job.advance()`, in a task or a command of the school.

    Within a task sent by `start` it is that work, and keeps its label; elsewhere it is a new one.
    """
    row = tracking.find(Run) or Run.objects.create(label=label or _("Travail"))
    with tracking.tracked(row) as progress:
        if total:
            progress.expect(total)
        yield progress


@transaction.atomic
def retry(*, viewer: Viewer, run: Run) -> None:
    """Raises Conflict when it is not broken any more, or may not be sent twice."""
    settle_silent()
    if not tracking.resend(run):
        raise Conflict("not-broken", _("Ce travail ne peut pas être relancé."))
    record("jobs.retry", actor=viewer.person, target=run, label=run.label)


@transaction.atomic
def cancel(*, viewer: Viewer, run: Run) -> None:
    """Stop a work that waits or runs, at its next step. Raises Conflict when it is over."""
    if not tracking.call_off(run):
        raise Conflict("over", _("Ce travail est déjà terminé."))
    record("jobs.cancel", actor=viewer.person, target=run, label=run.label)


def settle_silent() -> int:
    """Note as interrupted what says that it runs while its worker is gone. Returns how many."""
    lost = [run.pk for run in Run.objects.filter(state=State.RUNNING) if silent(run)]
    return Run.objects.filter(pk__in=lost, state=State.RUNNING).update(
        state=State.INTERRUPTED, sentence=_("Le travail a été interrompu."), finished_at=timezone.now()
    )


def tidy() -> None:
    """Every day: note what was interrupted. What is too old goes with the other expired data (core.privacy)."""
    settle_silent()
