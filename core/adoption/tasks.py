"""Background work: bringing uses into the schools' tables, and their sums up to the region."""

from celery import shared_task

from core.adoption import flushing, sums
from tenants.schemas.tasks import RegionalTask


@shared_task(base=RegionalTask)
def flush() -> int:
    """Every few minutes (run by the scheduler). Returns how many batches were added."""
    return flushing.flush()


@shared_task(base=RegionalTask)
def raise_sums() -> int:
    """Every night (run by the scheduler): hand the open schools out in slices. Returns how many schools."""
    uais = sums.schools()
    for start in range(0, len(uais), sums.SLICE):
        raise_slice.delay(uais[start : start + sums.SLICE])
    return len(uais)


@shared_task(base=RegionalTask, retryable=True)
def raise_slice(uais: list[str]) -> int:
    """The sums of some schools; twice is once. Returns how many schools were read."""
    return sums.raise_from(uais)
