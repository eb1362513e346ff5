"""Whether people have ever used their account: asked of the region at a glance, for any number of them."""

from collections.abc import Iterable

from tenants.accounts.models import Membership
from tenants.schemas.context import current_uai
from tenants.schemas.glance import glance_at_region


def never_activated(person_ids: Iterable[int]) -> set[int]:
    """Those of these people of the school who have no account, or have never signed in with it. One query."""
    wanted = set(person_ids)
    with glance_at_region():
        used = Membership.objects.filter(uai=current_uai(), account__signed_in_at__isnull=False)
        if len(wanted) < 500:
            used = used.filter(person_id__in=wanted)
        return wanted - set(used.values_list("person_id", flat=True))
