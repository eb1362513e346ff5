"""Regional background work on schemas."""

from celery import shared_task

from tenants.errors import Conflict
from tenants.schemas import spares
from tenants.schemas.models import Upgrade
from tenants.schemas.tasks import RegionalTask
from tenants.schemas.upgrades import services
from tenants.schemas.upgrades.runner import Order


@shared_task(base=RegionalTask)
def refill_spares() -> None:
    """Make the spaces that were taken, and replace those of former versions (run by the scheduler)."""
    spares.refill()


@shared_task(base=RegionalTask, time_limit=6 * 60 * 60, acks_late=False)
def run_upgrade(pk: int) -> None:
    """Run an upgrade that the console asked for. A killed one stays as it is: the console offers to go on."""
    upgrade = Upgrade.objects.filter(pk=pk, state=Upgrade.State.WAITING).first()
    if upgrade is None:
        return
    try:
        tally = services.work(upgrade, services.pending(), Order())
    except Conflict:
        return  # the command line was faster
    if not tally.reason:
        spares.refill()
