"""What the school keeps of its own tasks: the last run of each scheduled job, and what failed beside tracked works."""

from typing import Any

import structlog
from celery.signals import task_failure, task_postrun, task_prerun
from django.db import DatabaseError
from django.utils import timezone

from core.jobs.models import Run
from core.modules import jobs
from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas.context import region, same_schema
from tenants.schemas.tasks import HEADER
from tenants.work import errors, words
from tenants.work.models import State
from tenants.work.recording import RUN_JOB
from tenants.work.tracking import WORK, is_retryable

logger = structlog.get_logger(__name__)
_began: dict[str, Any] = {}


@task_prerun.connect
def note_beginning(task_id: str, task: Any, **kwargs: Any) -> None:
    if task.name == RUN_JOB:
        _began[task_id] = timezone.now()


@task_postrun.connect
def note_job(task_id: str, task: Any, args: Any, state: str, retval: Any, **kwargs: Any) -> None:
    began = _began.pop(task_id, None)
    if began is None or state not in ("SUCCESS", "FAILURE") or not (schema := _open_schema(task.request)):
        return
    try:
        with same_schema(schema):
            record_job(args[0], args[1], began=began, error=retval if isinstance(retval, BaseException) else None)
    except DatabaseError as error:
        logger.warning("job not recorded", error=type(error).__name__)


@task_failure.connect
def note_failure(sender: Any, exception: BaseException, args: Any, kwargs: Any, **more: Any) -> None:
    """A task of the school that failed, unless it is a scheduled job or a work that is tracked."""
    schema = _open_schema(sender.request)
    tracked = sender.request.get(WORK) or (sender.request.headers or {}).get(WORK)
    if not schema or tracked or sender.name == RUN_JOB:
        return
    try:
        with same_schema(schema):
            record_failure(sender, list(args or ()) if is_retryable(sender) and not kwargs else None, exception)
    except DatabaseError as error:
        logger.warning("failure not recorded", error=type(error).__name__)


def record_job(slug: str, job_slug: str, *, began: Any, error: BaseException | None) -> None:
    """The row of one scheduled job, made anew by each run."""
    try:
        _manifest, job = jobs.find(slug, job_slug)
    except KeyError:  # a message from an older release
        return
    Run.objects.update_or_create(
        job=f"{slug}.{job_slug}",
        defaults={
            "label": str(job.label),
            "task": RUN_JOB,
            "arguments": [slug, job_slug],
            "retryable": True,
            "state": State.FAILED if error else State.DONE,
            "started_at": began,
            "finished_at": timezone.now(),
            "error": errors.kind(error) if error else "",
            "sentence": errors.sentence(error) if error else "",
            "place": errors.place(error) if error else "",
        },
    )


def record_failure(task: Any, arguments: list[Any] | None, error: BaseException) -> None:
    """The same task that fails again is one row, until somebody has sent it again."""
    told = {
        "label": words.task(task.name)[:200],
        "state": State.FAILED,
        "error": errors.kind(error),
        "sentence": errors.sentence(error),
        "place": errors.place(error),
        "finished_at": timezone.now(),
    }
    if arguments is None:
        same = Run.objects.filter(task=task.name, state=State.FAILED, retryable=False, job="", actor=None)
        if (run := same.first()) is not None:
            Run.objects.filter(pk=run.pk).update(**told, attempts=min(run.attempts + 1, 32_000))
            return
    retryable = arguments is not None
    Run.objects.create(task=task.name, arguments=arguments or [], retryable=retryable, attempts=1, **told)


def _open_schema(request: Any) -> str:
    """The school that the task was for, if it is still open and the task came from a worker."""
    schema = request.get(HEADER) or (request.headers or {}).get(HEADER) or ""
    if not schema or request.is_eager:
        return ""
    with region():
        known = Establishment.objects.filter(schema_name=schema, lifecycle=Lifecycle.ACTIVE).exists()
    return str(schema) if known else ""
