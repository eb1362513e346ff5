"""What Celery tells while it works: heartbeats, times, failures. Nothing raised here may stop a task."""

import time
from contextlib import suppress
from typing import Any

import structlog
from celery import current_app
from celery.signals import (
    beat_init,
    before_task_publish,
    heartbeat_sent,
    task_failure,
    task_postrun,
    task_prerun,
    worker_shutting_down,
)
from django.db import DatabaseError, connection

from tenants.schemas.tasks import HEADER
from tenants.work import health, recording
from tenants.work.recording import RUN_JOB
from tenants.work.tracking import is_retryable

logger = structlog.get_logger(__name__)

PULSE = "tenants.work.tasks.pulse"
_began: dict[str, float] = {}


@before_task_publish.connect
def note_when(sender: str, headers: dict[str, Any], **kwargs: Any) -> None:
    headers[health.SENT] = time.time()
    if sender == PULSE:
        health.mark_beat()


@beat_init.connect
def note_beat(**kwargs: Any) -> None:
    health.mark_beat()


@heartbeat_sent.connect
def note_worker(sender: Any, **kwargs: Any) -> None:
    health.mark_worker(sender.eventer.hostname)


@worker_shutting_down.connect
def note_end(sender: str, **kwargs: Any) -> None:
    health.unmark_worker(sender)


@task_prerun.connect
def note_beginning(task_id: str, **kwargs: Any) -> None:
    _began[task_id] = time.monotonic()


@task_postrun.connect
def note_job(task_id: str, task: Any, args: Any, state: str, retval: Any, **kwargs: Any) -> None:
    """How a scheduled job fared: those of the region by their task, those of schools by what they ran."""
    seconds = time.monotonic() - _began.pop(task_id, time.monotonic())
    job, uai = _job(task, args)
    if job and state in ("SUCCESS", "FAILURE") and not task.request.is_eager:
        error = retval if isinstance(retval, BaseException) else None
        with _quietly("job not recorded"):
            recording.job(job, uai, seconds=seconds, error=error)


@task_failure.connect
def note_failure(sender: Any, exception: BaseException, args: Any, kwargs: Any, **more: Any) -> None:
    """What failed for good: a retry has a signal of its own."""
    request = sender.request
    if request.is_eager:
        return
    with _quietly("failure not recorded"):
        recording.failure(
            task=sender.name,
            uai=_uai(request),
            attempts=(request.retries or 0) + 1,
            error=exception,
            arguments=list(args or ()) if is_retryable(sender) and not kwargs else None,
        )


def _job(task: Any, args: Any) -> tuple[str, str]:
    if task.name == RUN_JOB and args:
        return f"{args[0]}.{args[1]}", _uai(task.request)
    scheduled = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    return (task.name, "") if task.name in scheduled and not args else ("", "")


def _uai(request: Any) -> str:
    schema = request.get(HEADER) or (request.headers or {}).get(HEADER) or ""
    return str(schema)[2:].upper()


class _quietly(suppress):
    """A database that is away is the reason of many failures: the log then says what no table can."""

    def __init__(self, said: str) -> None:
        super().__init__(DatabaseError)
        self.said = said

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if error is not None:
            logger.warning(self.said, error=kind.__name__)
            with suppress(DatabaseError):
                connection.close()
        return bool(super().__exit__(kind, error, trace))
