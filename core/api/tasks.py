"""Work that is done apart."""

from celery import shared_task


@shared_task
def deliver() -> None:
    """Call out what is due in this school."""
    from core.api import webhooks  # noqa: PLC0415 -- it sends this task

    webhooks.run()
