"""Background work of the region's alerts: one task for each school, and the sweeper behind them."""

from celery import shared_task

from tenants.alerts import bringing, services
from tenants.alerts.models import RegionalAlert
from tenants.schemas.context import region
from tenants.schemas.tasks import RegionalTask


@shared_task(base=RegionalTask, retryable=True)
def hand_out(number: int) -> int:
    """A task for each school of an alert that waits. Returns how many."""
    with region():
        alert = RegionalAlert.objects.filter(pk=number).first()
    return _send(bringing.take_due(alert)) if alert else 0


@shared_task(base=RegionalTask, retryable=True)
def tell_school(number: int, uai: str) -> bool:
    """Bring one school up to date."""
    return bringing.bring(number, uai)


@shared_task(base=RegionalTask)
def sweep() -> int:
    """Hand out again what a killed worker or a lost message left, and count who answered. Returns how many tasks."""
    sent = _send(bringing.take_due())
    bringing.count_again()
    return sent


@shared_task(base=RegionalTask)
def forget() -> int:
    """Alerts of more than three years ago go."""
    return services.forget()


def _send(schools: list[tuple[int, str]]) -> int:
    for number, uai in schools:
        tell_school.apply_async((number, uai), retry=False)
    return len(schools)
