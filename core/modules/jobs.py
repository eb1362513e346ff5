"""The scheduled jobs that manifests declare, as entries for the scheduler."""

from datetime import timedelta
from typing import Any

from core.modules import registry
from core.modules.contract import Job, Manifest
from core.modules.state import Modules
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai


def beat_schedule() -> dict[str, dict[str, Any]]:
    """One entry per job: a regional task that hands the job to each school where the module is on."""
    return {
        f"{manifest.slug}.{job.slug}": {
            "task": "core.modules.tasks.hand_out_job",
            "schedule": timedelta(minutes=job.every_minutes),
            "args": (manifest.slug, job.slug),
            # What was missed while the scheduler was down is not made up for in a burst.
            "options": {"expires": job.every_minutes * 60},
        }
        for manifest in registry.manifests().values()
        for job in manifest.jobs
    }


def find(slug: str, job_slug: str) -> tuple[Manifest, Job]:
    """Raises KeyError for a job that no manifest declares (a message from an older release)."""
    manifest = registry.get(slug)
    for job in manifest.jobs:
        if job.slug == job_slug:
            return manifest, job
    raise KeyError(f"{slug} declares no job {job_slug!r}")


def is_wanted(manifest: Manifest) -> bool:
    """Whether the module is on in this school, asked again where the job runs."""
    return Modules(Establishment.objects.get(uai=current_uai()))[manifest.slug].enabled
