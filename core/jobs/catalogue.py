"""The schools' scheduled jobs, as plain data for the region (tenants may not import core)."""

from typing import Any

from core.modules import registry


def catalogue() -> dict[str, Any]:
    """Code ("news.housekeeping") to what the job is called, in the order of the manifests."""
    return {
        f"{manifest.slug}.{job.slug}": job.label for manifest in registry.manifests().values() for job in manifest.jobs
    }
