"""Background work on schools that were erased or restored."""

from celery import shared_task

from tenants.schemas.archive import beside, erasing
from tenants.schemas.tasks import RegionalTask


@shared_task(base=RegionalTask)
def destroy_tombstones() -> None:
    """Destroy for good what was erased or replaced thirty days ago (run by the scheduler)."""
    erasing.destroy_tombstones()


@shared_task(base=RegionalTask)
def end_interrupted() -> None:
    """End what a killed archive command had begun (run by the scheduler)."""
    beside.clean()
