"""Scheduled jobs and failures over a part of the region."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db.models import Avg, Count, Max, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.module_loading import import_string

from tenants.establishments.models import Establishment
from tenants.work import words
from tenants.work.models import OPEN, JobDay, JobRun, RegionalWork, TaskFailure
from tenants.work.recording import RUN_JOB

SHOWN = timedelta(days=30)
_LIMIT = 50


@dataclass(frozen=True)
class Job:
    """A scheduled job. `schools`: where it ran since thirty days; `failing`: where it failed the last time.

    `week` and `week_failed` are its runs over all schools in the last seven days.
    """

    code: str
    label: str
    last: datetime | None = None
    seconds: float | None = None
    schools: int = 0
    failing: int = 0
    failed_at: datetime | None = None
    week: int = 0
    week_failed: int = 0

    @property
    def regional(self) -> bool:
        """Whether it is a task of the region, called by its path, and not a job of modules ("news.housekeeping")."""
        return self.code.count(".") > 1


def jobs(scope: QuerySet[Establishment], *, whole: bool) -> list[Job]:
    """Those of schools, then those of the region; what fails comes first. Two queries."""
    mine = Q(uai__in=scope.order_by().values("uai")) | Q(uai="") if whole else Q(uai__in=scope.order_by().values("uai"))
    rows = (
        JobRun.objects.filter(mine)
        .values("job")
        .annotate(
            last=Max("ran_at"),
            mean=Avg("seconds"),
            schools=Count("pk", filter=~Q(uai="")),
            failing=Count("pk", filter=Q(ok=False)),
            fell=Max("failed_at"),
        )
        .order_by()
    )
    known = {row["job"]: row for row in rows}
    week = _week() if whole else {}
    labels = _labels(whole=whole)
    found = [_job(code, label, known.get(code), week.get(code, (0, 0))) for code, label in labels.items()]
    return sorted(found, key=lambda job: -job.failing)


def _job(code: str, label: str, row: Mapping[str, Any] | None, week: tuple[int, int]) -> Job:
    if row is None:
        return Job(code, label)
    return Job(
        code, label, row["last"], row["mean"], row["schools"], row["failing"], row["fell"], week[0], week[1]
    )


def _week() -> dict[str, tuple[int, int]]:
    since = timezone.localdate() - timedelta(days=7)
    rows = JobDay.objects.filter(day__gte=since).values("job").annotate(n=Sum("runs"), bad=Sum("failures")).order_by()
    return {row["job"]: (row["n"], row["bad"]) for row in rows}


def _labels(*, whole: bool) -> dict[str, str]:
    """Code to label: the schools' jobs, and the region's own for who sees all of it."""
    labels = {code: str(label) for code, label in import_string(settings.JOB_CATALOGUE)().items()}
    if whole:
        entries = current_app.conf.beat_schedule.values()
        labels |= {entry["task"]: words.task(entry["task"]) for entry in entries if not entry.get("args")}
    return labels


def works(scope: QuerySet[Establishment], *, whole: bool) -> QuerySet[RegionalWork]:
    """The region's own long works of the last thirty days, newest first."""
    about = Q(uai__in=scope.order_by().values("uai"))
    if whole:
        about |= Q(uai="")
    return RegionalWork.objects.filter(about).filter(Q(created_at__gte=timezone.now() - SHOWN) | Q(state__in=OPEN))


def failures(scope: QuerySet[Establishment], *, whole: bool) -> list[TaskFailure]:
    """Failed tasks, newest first; those that were sent again are no more to be dealt with."""
    about = Q(uai__in=scope.order_by().values("uai"))
    if whole:
        about |= Q(uai="")
    return list(TaskFailure.objects.filter(about, retried_at=None)[:_LIMIT])


def label_of(failure: TaskFailure) -> str:
    """What the task does; of a school's scheduled job, which one."""
    if failure.task == RUN_JOB and len(failure.arguments) == 2:
        code = ".".join(map(str, failure.arguments))
        if label := import_string(settings.JOB_CATALOGUE)().get(code):
            return str(label)
    return words.task(failure.task)
