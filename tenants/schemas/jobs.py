"""Regional background work on schemas."""

from celery import shared_task

from tenants.schemas import spares
from tenants.schemas.tasks import RegionalTask


@shared_task(base=RegionalTask)
def refill_spares() -> None:
    """Make the spaces that were taken, and replace those of former versions (run by the scheduler)."""
    spares.refill()
