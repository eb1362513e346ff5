"""The pulse that shows that the scheduler lives, and the daily forgetting."""

from celery import shared_task

from tenants.schemas.tasks import RegionalTask
from tenants.work import services


@shared_task(base=RegionalTask)
def pulse() -> None:
    """Sent every minute (run by the scheduler): that it was sent is what counts (`tenants.work.signals`)."""


@shared_task(base=RegionalTask)
def forget() -> int:
    """Every day (run by the scheduler). Returns how many rows were removed."""
    return services.forget()
