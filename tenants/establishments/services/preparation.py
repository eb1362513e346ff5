"""Having schools made in the background."""

from collections.abc import Iterable

import structlog
from django.db import transaction

from tenants.accounts.models import Account
from tenants.establishments.models import Establishment
from tenants.schemas import provisioning, spares
from tenants.schemas.context import region

logger = structlog.get_logger(__name__)


def prepare(establishment: Establishment, *, actor: Account) -> None:
    """Mark the school as being prepared and have it made; also the way to try again after a failure.

    With a spare space ready it is open when this returns: that is a renaming. Else a worker makes it.
    """

    with region(), transaction.atomic():
        provisioning.request(establishment, actor=actor)
        transaction.on_commit(lambda: _begin(establishment, actor))


def _begin(establishment: Establishment, actor: Account) -> None:
    from tenants.establishments import tasks  # noqa: PLC0415 -- tasks call services
    from tenants.schemas.jobs import refill_spares  # noqa: PLC0415 -- as above

    if spares.is_ready(establishment):
        try:
            provisioning.provision(establishment, actor=actor)
        except Exception:
            logger.exception("making a school at once failed", uai=establishment.uai)
        else:
            refill_spares.delay()
            return
    tasks.provision_school.delay(establishment.uai, actor.pk)


def prepare_many(uais: Iterable[str], *, actor: Account) -> None:
    """The same for many, marked in the background too: three thousand rows are not a page's work."""
    from tenants.establishments import tasks  # noqa: PLC0415 -- tasks call services

    chosen = list(uais)
    transaction.on_commit(lambda: tasks.prepare_schools.delay(chosen, actor.pk))
