"""Adding to the region's journal."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tenants.audit.models import RegionalAuditEntry
from tenants.schemas.context import region

if TYPE_CHECKING:
    from tenants.accounts.models import Account


def record(
    action: str,
    *,
    actor: "Account | None",
    target_type: str,
    target_id: str,
    target_label: str,
    changes: Mapping[str, Any] | None = None,
) -> RegionalAuditEntry:
    """Write one entry, in the transaction of the change itself.

    `actor` is None for what a command or a task does; `changes` maps a field to `[before, after]`.
    """
    with region():
        return RegionalAuditEntry.objects.create(
            actor_account_id=actor.pk if actor else None,
            actor_name=actor.login if actor else "préau",
            action=action,
            target_type=target_type,
            target_id=target_id,
            target_label=target_label[:200],
            changes=dict(changes or {}),
        )


def record_all(
    action: str,
    *,
    actor: "Account | None",
    target_type: str,
    targets: Mapping[str, tuple[str, Mapping[str, Any]]],
) -> None:
    """One entry for each target, in one query. `targets` maps an id to its label and its changes."""
    entries = [
        RegionalAuditEntry(
            actor_account_id=actor.pk if actor else None,
            actor_name=actor.login if actor else "préau",
            action=action,
            target_type=target_type,
            target_id=target_id,
            target_label=label[:200],
            changes=dict(changes),
        )
        for target_id, (label, changes) in targets.items()
    ]
    with region():
        RegionalAuditEntry.objects.bulk_create(entries)
