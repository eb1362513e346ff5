"""Telling both schools, each within itself, and forgetting what has waited for too long."""

from importlib import import_module
from typing import Any

from celery import Task, shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from tenants.schemas.context import region, school
from tenants.schemas.tasks import RegionalTask
from tenants.transfers.models import Transfer


def enqueue(task: Task, pks: list[int]) -> None:
    """Hand over to a worker; without a broker the schools are told at once."""
    try:
        task.apply_async((pks,), retry=False)
    except OperationalError:
        task(pks)


@shared_task(base=RegionalTask)
def tell_receiver(pks: list[int]) -> None:
    """One message however many records came together."""
    rows = _rows(pks)
    for to_uai, from_uai in {(row.to_uai, row.from_uai) for row in rows}:
        number = sum((row.to_uai, row.from_uai) == (to_uai, from_uai) for row in rows)
        with school(to_uai):
            telling().proposed(from_uai=from_uai, number=number)


@shared_task(base=RegionalTask)
def tell_sender(pks: list[int]) -> None:
    for row in _rows(pks):
        with school(row.from_uai):
            accepted = row.state == Transfer.State.ACCEPTED
            telling().answered(to_uai=row.to_uai, person_id=row.person_id, accepted=accepted)


@shared_task(base=RegionalTask)
def expire() -> int:
    from tenants.transfers import services  # noqa: PLC0415 -- services send these tasks

    return services.expire()


def telling() -> Any:
    """The school's side (`settings.SCHOOL_TRANSFERS`): tenants may not import core."""
    return import_module(settings.SCHOOL_TRANSFERS)


def _rows(pks: list[int]) -> list[Transfer]:
    with region():
        return list(Transfer.objects.filter(pk__in=pks))
