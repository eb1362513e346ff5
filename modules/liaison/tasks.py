"""Work that the scheduler starts, in the school where the task runs."""

from celery import shared_task
from django.utils import timezone

from modules.liaison import services


@shared_task
def publish_due() -> None:
    """Publish what was scheduled."""
    services.publish_due()


@shared_task
def remind_before_due() -> None:
    """The school's own reminders."""
    services.remind_before_due()


@shared_task
def housekeeping() -> None:
    """Empty the bin."""
    services.empty_bin(now=timezone.now())
