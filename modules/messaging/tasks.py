"""Work that the scheduler starts."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from core.modules.state import Modules
from modules.messaging.safety import retention
from modules.messaging.services import boxes, sending
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai


@shared_task(retryable=True)
def deliver_due() -> None:
    """Send what is due, in the school where the task runs. Sent twice, it sends nothing twice."""
    sending.deliver_due()


@shared_task(retryable=True)
def housekeeping() -> None:
    """Empty what has lain in the bins long enough, and drop messages that nobody has any more."""
    modules = Modules(Establishment.objects.get(uai=current_uai()))
    now = timezone.now()
    boxes.empty_trash(before=now - timedelta(days=int(modules["messaging"].settings["trash_days"])))
    retention.sweep_unheld(now=now)
