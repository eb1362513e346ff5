"""What one school may read of the proposals: those that it made, and those made to it."""

from collections.abc import Iterable

from tenants.establishments.models import Establishment
from tenants.schemas.context import region
from tenants.transfers.models import Transfer

_MOST = 500


def received(uai: str) -> list[Transfer]:
    """What waits for this school's answer, the oldest first."""
    with region():
        rows = Transfer.objects.filter(to_uai=uai, state=Transfer.State.PROPOSED)
        return list(rows.order_by("proposed_at", "pk")[:_MOST])


def received_one(uai: str, pk: int) -> Transfer | None:
    with region():
        return Transfer.objects.filter(to_uai=uai, pk=pk, state=Transfer.State.PROPOSED).first()


def sent(uai: str) -> list[Transfer]:
    """What this school proposed, newest first."""
    with region():
        return list(Transfer.objects.filter(from_uai=uai)[:_MOST])


def sent_one(uai: str, pk: int) -> Transfer | None:
    with region():
        return Transfer.objects.filter(from_uai=uai, pk=pk).first()


def schools(uais: Iterable[str]) -> dict[str, Establishment]:
    with region():
        return {one.uai: one for one in Establishment.objects.filter(uai__in=set(uais))}
