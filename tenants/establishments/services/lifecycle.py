"""The life of a school: known → preparing → active ⇄ suspended → archived."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.errors import Conflict, DomainError
from tenants.establishments.models import Establishment, Lifecycle
from tenants.establishments.services.common import locked, record_change, record_many
from tenants.schemas.context import region
from tenants.schemas.doors import forget

# A preparation may be abandoned; only a restoration (tenants.schemas.archive) brings back from the archive.
TRANSITIONS: dict[Lifecycle, frozenset[Lifecycle]] = {
    Lifecycle.KNOWN: frozenset({Lifecycle.PREPARING}),
    Lifecycle.PREPARING: frozenset({Lifecycle.ACTIVE, Lifecycle.KNOWN}),
    Lifecycle.ACTIVE: frozenset({Lifecycle.SUSPENDED}),
    Lifecycle.SUSPENDED: frozenset({Lifecycle.ACTIVE, Lifecycle.ARCHIVED}),
    Lifecycle.ARCHIVED: frozenset(),
}


def change_many(establishments: list[Establishment], *, to: str, actor: Account | None) -> list[str]:
    """Move many schools at once, in a fixed number of queries; returns the UAI of those that moved.

    One that is not in a state from which it can go there is left as it is. Rows are brought up to date in place.
    """
    target = Lifecycle(to)
    sources = [str(state) for state, targets in TRANSITIONS.items() if target in targets]
    with region(), transaction.atomic():
        rows = Establishment.objects.select_for_update().filter(
            pk__in=[school.pk for school in establishments], lifecycle__in=sources
        )
        before = dict(rows.order_by("pk").values_list("uai", "lifecycle"))
        moved = [school for school in establishments if school.uai in before]
        now = timezone.now()
        Establishment.objects.filter(uai__in=before).update(lifecycle=target, lifecycle_since=now, updated_at=now)
        for school in moved:
            school.lifecycle, school.lifecycle_since = target, now
        record_many(moved, "lifecycle", {uai: {"lifecycle": [old, str(target)]} for uai, old in before.items()}, actor)
        transaction.on_commit(forget)
    forget()
    return list(before)


def change_lifecycle(establishment: Establishment, *, to: str, actor: Account | None) -> Establishment:
    """Move a school to its next state; `establishment` is brought up to date in place and returned.

    Raises Conflict when the row is no longer in the state that the caller saw, DomainError on a move that
    does not exist.
    """
    target = Lifecycle(to)
    seen = Lifecycle(establishment.lifecycle)
    with region(), transaction.atomic():
        current = Lifecycle(locked(establishment).lifecycle)
        if current != seen:
            raise Conflict(
                "lifecycle-changed",
                _("L’établissement a changé d’état entre-temps. Il est maintenant «\u00a0%(state)s\u00a0».")
                % {"state": current.label},
            )
        if target not in TRANSITIONS[current]:
            raise DomainError(
                "lifecycle-impossible",
                _("Un établissement «\u00a0%(state)s\u00a0» ne peut pas passer à «\u00a0%(target)s\u00a0».")
                % {"state": current.label, "target": target.label},
            )
        establishment.lifecycle = target
        establishment.lifecycle_since = timezone.now()
        establishment.save(update_fields=["lifecycle", "lifecycle_since", "updated_at"])
        record_change(establishment, "lifecycle", {"lifecycle": [str(current), str(target)]}, actor)
    return establishment
