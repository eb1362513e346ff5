"""Having schools made in the background."""

from collections.abc import Iterable

from django.db import transaction

from tenants.accounts.models import Account
from tenants.establishments.models import Establishment
from tenants.schemas import provisioning
from tenants.schemas.context import region


def prepare(establishment: Establishment, *, actor: Account) -> None:
    """Mark the school as being prepared and queue its making; also the way to try again after a failure."""
    from tenants.establishments import tasks  # noqa: PLC0415 -- tasks call services

    with region(), transaction.atomic():
        provisioning.request(establishment, actor=actor)
        transaction.on_commit(lambda: tasks.provision_school.delay(establishment.uai, actor.pk))


def prepare_many(uais: Iterable[str], *, actor: Account) -> None:
    """The same for many, marked in the background too: three thousand rows are not a page's work."""
    from tenants.establishments import tasks  # noqa: PLC0415 -- tasks call services

    chosen = list(uais)
    transaction.on_commit(lambda: tasks.prepare_schools.delay(chosen, actor.pk))
