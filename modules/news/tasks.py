"""Work that the scheduler starts."""

from celery import shared_task
from django.utils import timezone

from modules.news import services


@shared_task
def housekeeping() -> None:
    """Erase what has been kept long enough, in the school where the task runs."""
    services.purge(now=timezone.now())
