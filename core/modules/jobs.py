"""The scheduled jobs that manifests declare, as entries for the scheduler."""

from datetime import timedelta
from typing import Any

from core.modules import registry
from core.modules.contract import Job, Manifest
from core.modules.models import ModuleChoice


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
    """Whether the job still concerns this school: asked again where it runs."""
    return manifest.core or ModuleChoice.objects.filter(slug=manifest.slug, enabled=True).exists()
