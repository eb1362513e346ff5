"""Work that the scheduler starts."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from core.modules.state import Modules
from modules.messaging.safety import retention
from modules.messaging.services import boxes, sending, waking
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai


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


@shared_task(retryable=True)
def housekeeping() -> None:
    """Empty what has lain in the bins long enough, and drop messages that nobody has any more."""
    modules = Modules(Establishment.objects.get(uai=current_uai()))
    now = timezone.now()
    boxes.empty_trash(before=now - timedelta(days=int(modules["messaging"].settings["trash_days"])))
    retention.sweep_unheld(now=now)
