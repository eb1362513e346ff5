"""Background work of the region's policies."""

from typing import Any

from celery import shared_task

from tenants.policies import rollout
from tenants.schemas.tasks import RegionalTask

_SECONDS, _LONGEST = 5, 300


@shared_task(base=RegionalTask, bind=True, max_retries=20, retryable=True)
def put_in_place(self: Any, module: str, uais: list[str]) -> None:
    """Make a required module's tables in a slice of the schools; those that are busy are taken again later."""
    busy = rollout.put_in_place(module, uais)
    if busy:
        countdown = min(_SECONDS * 2**self.request.retries, _LONGEST)
        raise self.retry(args=(module, busy), countdown=countdown)


@shared_task(base=RegionalTask)
def ensure_required() -> None:
    """Catch up with what is required and not there yet (run by the scheduler)."""
    rollout.ensure()
