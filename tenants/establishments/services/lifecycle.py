"""The life of a school: known → preparing → active ⇄ suspended → archived."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.errors import Conflict, DomainError
from tenants.establishments.models import Establishment, Lifecycle
from tenants.establishments.services.common import locked, record_change
from tenants.schemas.context import region

# A preparation may be abandoned; nothing comes back from the archive.
TRANSITIONS: dict[Lifecycle, frozenset[Lifecycle]] = {
    Lifecycle.KNOWN: frozenset({Lifecycle.PREPARING}),
    Lifecycle.PREPARING: frozenset({Lifecycle.ACTIVE, Lifecycle.KNOWN}),
    Lifecycle.ACTIVE: frozenset({Lifecycle.SUSPENDED}),
    Lifecycle.SUSPENDED: frozenset({Lifecycle.ACTIVE, Lifecycle.ARCHIVED}),
    Lifecycle.ARCHIVED: frozenset(),
}


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
