"""Background work of the region's policies."""

from celery import shared_task

from tenants.errors import Conflict
from tenants.policies import rollout
from tenants.schemas.tasks import RegionalTask


@shared_task(base=RegionalTask, autoretry_for=(Conflict,), retry_backoff=5, retry_backoff_max=300, max_retries=20)
def put_in_place(uai: str, module: str) -> None:
    """Make a required module's tables in one school."""
    rollout.put_in_place(uai, module)


@shared_task(base=RegionalTask)
def ensure_required() -> None:
    """Catch up with what is required and not there yet (run by the scheduler)."""
    rollout.ensure()
