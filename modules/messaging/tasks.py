"""Work that the scheduler starts."""

from celery import shared_task
from django.utils import timezone

from modules.messaging.services import sending, waking


@shared_task(retryable=True)
def deliver_due() -> None:
    """Send what is due in the school where the task runs, and have what is due soon looked at in its moment."""
    sending.deliver_due()
    for moment in sending.due_until(timezone.now() + waking.AHEAD):
        waking.wake_at(moment)


@shared_task(retryable=True)
def deliver() -> None:
    """Send what is due. Run twice, it sends nothing twice."""
    sending.deliver_due()
