"""Writing down how jobs fared and which tasks failed, in the regional context. Names, times, kinds: no contents."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from tenants.schemas.context import region
from tenants.work import errors
from tenants.work.models import TaskFailure

# Runs a scheduled job of a module in one school: its arguments name the module and the job.
RUN_JOB = "core.modules.tasks.run_job"

_JOB = """
    INSERT INTO regional_work_jobrun (job, uai, ran_at, seconds, ok, error, failed_at, failures)
    VALUES (%(job)s, %(uai)s, %(at)s, %(seconds)s, %(ok)s, %(error)s, CASE WHEN %(ok)s THEN NULL ELSE %(at)s END,
            CASE WHEN %(ok)s THEN 0 ELSE 1 END)
    ON CONFLICT ON CONSTRAINT job_run_once DO UPDATE SET
        ran_at = EXCLUDED.ran_at, seconds = EXCLUDED.seconds, ok = EXCLUDED.ok, error = EXCLUDED.error,
        failed_at = COALESCE(EXCLUDED.failed_at, regional_work_jobrun.failed_at),
        failures = CASE WHEN EXCLUDED.ok THEN 0 ELSE regional_work_jobrun.failures + 1 END
"""
_DAY = """
    INSERT INTO regional_work_jobday (job, day, runs, failures, seconds)
    VALUES (%(job)s, %(day)s, 1, CASE WHEN %(ok)s THEN 0 ELSE 1 END, %(seconds)s)
    ON CONFLICT ON CONSTRAINT job_day_once DO UPDATE SET
        runs = regional_work_jobday.runs + 1, failures = regional_work_jobday.failures + EXCLUDED.failures,
        seconds = regional_work_jobday.seconds + EXCLUDED.seconds
"""
# The same task that fails again and again is one line until it has been quiet for so long.
_SAME = timedelta(hours=1)


def job(name: str, uai: str, *, seconds: float, error: BaseException | None) -> None:
    """One run of a scheduled job: the last of its school (or of the region), and the sums of the day."""
    now = timezone.now()
    values: dict[str, Any] = {
        "job": name[:120],
        "uai": uai,
        "at": now,
        "day": timezone.localdate(now),
        "seconds": round(seconds, 3),
        "ok": error is None,
        "error": errors.kind(error) if error else "",
    }
    with region(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_JOB, values)
        cursor.execute(_DAY, values)


def failure(
    *, task: str, uai: str, attempts: int, error: BaseException, arguments: list[Any] | None
) -> TaskFailure:
    """A task that failed for good. `arguments` are given where it may be sent again with them.

    Without them, the same failure within an hour is told once, with its attempts added up.
    """
    told = {"task": task[:120], "uai": uai, "error": errors.kind(error), "place": errors.place(error)}
    with region(), transaction.atomic():
        if arguments is None:
            recent = TaskFailure.objects.filter(**told, retryable=False, at__gte=timezone.now() - _SAME).first()
            if recent is not None:
                recent.attempts = min(recent.attempts + attempts, 32_000)
                recent.at = timezone.now()
                recent.save(update_fields=["attempts", "at"])
                return recent
        return TaskFailure.objects.create(
            **told, attempts=attempts, retryable=arguments is not None, arguments=arguments or []
        )
