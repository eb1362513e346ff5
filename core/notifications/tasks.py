"""The relay, the senders, and the sweeper behind them."""

from datetime import timedelta

import structlog
from celery import current_app, shared_task
from django.utils import timezone

from core.modules.contract import Channel
from core.modules.state import Modules
from core.notifications import delivery, joint, queues, relay
from tenants.establishments.models import Establishment
from tenants.schemas import waiting
from tenants.schemas.context import current_uai
from tenants.schemas.tasks import HEADER, RegionalTask

logger = structlog.get_logger(__name__)

# A task works for so long, then calls itself again: other schools and other channels get their turn.
TURN = timedelta(seconds=15)


def _modules() -> Modules:
    return Modules(Establishment.objects.get(uai=current_uai()))


@shared_task(name=queues.RELAY)
def relay_outbox() -> None:
    """Distribute the school's outbox, then call the channels that have something to send."""
    queues.answered(queues.RELAY)
    mark = waiting.seen()
    if not relay.drain(_modules(), until=timezone.now() + TURN):
        queues.call(queues.RELAY)
        return
    for channel in queues.due_channels():
        queues.call(queues.LEAVE, channel)
    waiting.settle(mark, queues.next_moment())


@shared_task(name=queues.LEAVE)
def leave(channel: str) -> None:
    """Send what is due on one channel of the school."""
    queues.answered(queues.LEAVE, channel)
    mark = waiting.seen()
    if not delivery.deliver(Channel(channel), _modules(), until=timezone.now() + TURN):
        queues.call(queues.LEAVE, channel)
        return
    if channel == Channel.EMAIL:
        for account in delivery.joint_accounts():
            send_joint_digest.delay(account)
    waiting.settle(mark, queues.next_moment())


@shared_task(base=RegionalTask)
def send_joint_digest(account_id: int) -> bool:
    """One digest for all the schools of an account."""
    return joint.send(account_id)


@shared_task(base=RegionalTask)
def set_joint_digest(account_id: int, wished: bool) -> None:
    """Carry the wish for one digest to every school of the account."""
    joint.wish(account_id, wished=wished)


@shared_task(base=RegionalTask)
def sweep() -> int:
    """Hand out the schools where something is due: what a killed worker or a lost call left. Returns how many."""
    unknown = waiting.lost_memory()
    if unknown is not None:
        waiting.survey(queues.MOMENTS)
        waiting.witness(unknown)
    due = waiting.take_due()
    for schema in due:
        current_app.tasks[queues.RELAY].apply_async(headers={HEADER: schema}, retry=False)
    return len(due)


@shared_task(base=RegionalTask)
def survey() -> int:
    """Ask every school what it has waiting, whatever Redis remembers. Returns how many have something."""
    return waiting.survey(queues.MOMENTS)
