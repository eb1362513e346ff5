"""Work that is too long for a request."""

from typing import Any

from celery import shared_task
from django.utils.module_loading import import_string


@shared_task(retryable=True)
def make_letters(pk: int) -> None:
    """Make the letters that somebody asked for, in the school where the task runs."""
    import_string("core.activation.services.make_letters")(pk)


@shared_task(retryable=True)
def send_invitations(actor_id: int, filters: dict[str, Any]) -> None:
    """Write to those whom somebody wants to invite, in the school where the task runs."""
    import_string("core.activation.services.send_invitations")(actor_id, filters)
