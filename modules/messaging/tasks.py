"""Work that the scheduler starts."""

from celery import shared_task

from modules.messaging.services import sending


@shared_task(retryable=True)
def deliver_due() -> None:
    """Send what is due, in the school where the task runs. Sent twice, it sends nothing twice."""
    sending.deliver_due()
