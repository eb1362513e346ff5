"""Work that the scheduler starts."""

from celery import shared_task
from django.utils import timezone

from modules.news import services


@shared_task
def housekeeping() -> None:
    """Empty the bin, in the school where the task runs."""
    services.empty_bin(now=timezone.now())
