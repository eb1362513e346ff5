"""The school's works and scheduled jobs."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from core.jobs.models import Run
from core.modules.state import Modules
from core.permissions.viewer import Viewer
from tenants.work.models import BROKEN, OPEN

SHOWN = timedelta(days=30)
_LIMIT = 50


def runs_visible_to(viewer: Viewer) -> QuerySet[Run]:
    """All of the school's for those who follow them; one's own for the others."""
    runs = Run.objects.select_related("actor")
    if viewer.can("jobs.view"):
        return runs
    return runs.filter(actor=viewer.person) if viewer.person else runs.none()


def get_visible_or_404(viewer: Viewer, pk: int) -> Run:
    run = runs_visible_to(viewer).filter(pk=pk).first()
    if run is None:
        raise Http404("no such work for this person")
    return run


def open_runs(viewer: Viewer) -> list[Run]:
    """What runs, then what waits, the oldest first."""
    return list(runs_visible_to(viewer).filter(state__in=OPEN, job="").order_by("state", "created_at")[:_LIMIT])


def ended_runs(viewer: Viewer) -> list[Run]:
    """What failed, was interrupted, called off or done in the last thirty days, newest first."""
    recent = Q(created_at__gte=timezone.now() - SHOWN, job="")
    return list(runs_visible_to(viewer).filter(recent).exclude(state__in=OPEN)[:_LIMIT])


@dataclass(frozen=True)
class Scheduled:
    """A scheduled job of a module that is on, with its last run, if it ran since thirty days."""

    label: str
    module: str
    every_minutes: int
    run: Run | None

    @property
    def failed(self) -> bool:
        return self.run is not None and self.run.state in BROKEN

    @property
    def waits(self) -> bool:
        return self.run is not None and self.run.state in OPEN

    @property
    def lasted(self) -> timedelta | None:
        if self.run is None or self.run.started_at is None or self.run.finished_at is None:
            return None
        return self.run.finished_at - self.run.started_at


def scheduled(modules: Modules) -> list[Scheduled]:
    """Those that failed first, then in the order of the modules. One query."""
    runs = {run.job: run for run in Run.objects.exclude(job="")}
    found = [
        Scheduled(str(job.label), state.name, job.every_minutes, runs.get(f"{state.slug}.{job.slug}"))
        for state in modules.enabled()
        for job in state.manifest.jobs
    ]
    return sorted(found, key=lambda job: not job.failed)
