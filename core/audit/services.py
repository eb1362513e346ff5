"""Adding to the school's journal, and forgetting what is too old. Nothing else touches it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import QuerySet

from core.audit.models import AuditEntry
from core.people.models import Person
from tenants.schemas.context import current_uai

# Who acts when no person does: a command, a task, a policy of the region.
SYSTEM_NAME = "préau"
LABEL_LENGTH = 200


def record(
    action: str,
    *,
    actor: Person | None,
    target: models.Model | None,
    label: str = "",
    changes: Mapping[str, list[Any]] | None = None,
) -> AuditEntry:
    """Write one entry, in the transaction of the change itself.

    `action` is "module.verb" ("news.publish"); `actor` is None for what a command or a task does; `label`
    names the target for a reader (`str(target)` by default); `changes` maps a field to `[before, after]`.
    Raises RuntimeError outside a transaction: an entry must vanish with the change that it tells.
    """
    current_uai()
    if not connection.in_atomic_block:
        raise RuntimeError(f"{action}: an audit entry belongs in the transaction of what it tells")
    return AuditEntry.objects.create(
        actor_account_id=actor.account_id if actor else None,
        actor_name=actor.full_name if actor else SYSTEM_NAME,
        action=action,
        target_type=target._meta.label_lower if target else "",
        target_id=str(target.pk) if target else "",
        target_label=(label or (str(target) if target else ""))[:LABEL_LENGTH],
        changes={field: _plain(pair) for field, pair in (changes or {}).items()},
    )


def record_all(
    action: str,
    *,
    actor: Person | None,
    targets: Iterable[models.Model],
    changes: Mapping[int, Mapping[str, list[Any]]] | None = None,
) -> None:
    """One entry for each target, in one statement. `changes` maps a target's pk to what changed of it."""
    current_uai()
    if not connection.in_atomic_block:
        raise RuntimeError(f"{action}: an audit entry belongs in the transaction of what it tells")
    AuditEntry.objects.bulk_create(
        AuditEntry(
            actor_account_id=actor.account_id if actor else None,
            actor_name=actor.full_name if actor else SYSTEM_NAME,
            action=action,
            target_type=target._meta.label_lower,
            target_id=str(target.pk),
            target_label=str(target)[:LABEL_LENGTH],
            changes={field: _plain(pair) for field, pair in (changes or {}).get(target.pk, {}).items()},
        )
        for target in targets
    )


def record_export(*, actor: Person | None, filters: Mapping[str, Any]) -> AuditEntry:
    """Note that the journal was taken away, and which part of it."""
    with transaction.atomic():
        changes = {name: [None, value] for name, value in filters.items()}
        return record("audit.export", actor=actor, target=None, changes=changes)


def forget(entries: QuerySet[AuditEntry]) -> int:
    """Remove entries that are past their time (the manifest's `Retention.erase`). Returns how many.

    The right to delete exists only within this transaction (see the first migration).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("GRANT DELETE ON audit_auditentry TO CURRENT_USER")
        removed, _ = entries.delete()
        cursor.execute("REVOKE DELETE ON audit_auditentry FROM CURRENT_USER")
    return removed


def _plain(value: Any) -> Any:
    """A value as JSON keeps it: scalars and lists stay, dates become ISO, the rest its text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    if isinstance(value, list | tuple | models.QuerySet):
        return [_plain(item) for item in value]
    return str(value)
