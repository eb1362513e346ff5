"""What the services on establishments share."""

from typing import Any

from tenants.accounts.models import Account
from tenants.audit.services import record, record_all
from tenants.establishments.models import Establishment


def locked(establishment: Establishment) -> Establishment:
    """The row as it is now, held until the end of the transaction."""
    return Establishment.objects.select_for_update().get(pk=establishment.pk)


def record_many(
    establishments: list[Establishment], verb: str, changes: dict[str, dict[str, list[Any]]], actor: Account | None
) -> None:
    """The same entry about many schools, with what changed in each, in one query."""
    record_all(
        f"establishments.{verb}",
        actor=actor,
        target_type="establishment",
        targets={school.uai: (school.full_name, changes[school.uai]) for school in establishments},
    )


def record_change(
    establishment: Establishment, verb: str, changes: dict[str, list[Any]], actor: Account | None
) -> None:
    """One entry in the region's journal about a school, in the caller's transaction."""
    record(
        f"establishments.{verb}",
        actor=actor,
        target_type="establishment",
        target_id=establishment.uai,
        target_label=establishment.full_name,
        changes=changes,
    )
