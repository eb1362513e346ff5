"""Handing scheduled jobs to schools, and running them there."""

import structlog
from celery import shared_task
from django.utils.module_loading import import_string

from core.modules import jobs
from tenants.establishments.models import Establishment, Lifecycle
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


@shared_task
def run_job(slug: str, job_slug: str) -> None:
    """One job in one school. A module switched off meanwhile does nothing."""
    manifest, job = jobs.find(slug, job_slug)
    if jobs.is_wanted(manifest):
        import_string(job.task)()
        logger.info("job done", module=slug, job=job_slug)
