"""Handing scheduled jobs to schools, and running them there."""

from typing import Any

import structlog
from celery import shared_task
from django.db import connection
from django.utils.module_loading import import_string

from core.errors import Conflict
from core.modules import jobs, purging
from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas import purges
from tenants.schemas.loops import each_school
from tenants.schemas.models import InstalledApp
from tenants.schemas.tasks import RegionalTask

logger = structlog.get_logger(__name__)


@shared_task(base=RegionalTask)
def hand_out_job(slug: str, job_slug: str) -> int:
    """Send the job to each school that has the module, where it asks again. Returns to how many."""
    manifest, _job = jobs.find(slug, job_slug)
    if manifest.core:
        uais = Establishment.objects.filter(lifecycle=Lifecycle.ACTIVE).values_list("uai", flat=True)
    else:
        uais = InstalledApp.objects.filter(app_label=slug).values_list("uai", flat=True)
    tour = each_school(lambda: run_job.delay(slug, job_slug), uais=list(uais), name=f"{slug}.{job_slug}")
    return len(tour.done)


@shared_task(base=RegionalTask)
def purge_due() -> int:
    """Hand out what is to be destroyed by today, in slices (run by the scheduler). Returns how many."""
    due = purges.due()
    for start in range(0, len(due), purges.SLICE):
        purge_slice.delay(due[start : start + purges.SLICE])
    return len(due)


@shared_task(base=RegionalTask, bind=True, max_retries=5, default_retry_delay=300)
def purge_slice(self: Any, pks: list[int]) -> None:
    """Destroy what some purges name. One that fails keeps its error; the next day tries again."""
    busy: list[int] = []
    for pk in pks:
        connection.close_if_unusable_or_obsolete()
        purge = purges.take(pk)
        if purge is None:
            continue
        try:
            purging.execute(purge)
        except Conflict:
            busy.append(pk)
        except Exception as error:
            logger.exception("purge failed", uai=purge.uai, module_slug=purge.module)
            purges.failed(purge, f"{type(error).__name__}: {error}")
    if busy:
        raise self.retry(args=(busy,))


@shared_task(retryable=True)
def run_job(slug: str, job_slug: str) -> None:
    """One job in one school. A module switched off meanwhile does nothing."""
    manifest, job = jobs.find(slug, job_slug)
    if jobs.is_wanted(manifest):
        import_string(job.task)()
        logger.info("job done", module=slug, job=job_slug)
