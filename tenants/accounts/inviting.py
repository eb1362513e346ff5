"""Inviting the people of whole schools, asked for by the region."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from tenants.accounts import tasks
from tenants.accounts.models import Account
from tenants.audit.services import record_all
from tenants.errors import DomainError
from tenants.schemas.context import region
from tenants.work import services as work
from tenants.work.models import RegionalWork


def invite_schools(uais: Iterable[str], *, by_mail: bool, by_letter: bool, actor: Account | None) -> RegionalWork:
    """Have each of these schools write to those who have not opened their account, prepare letters, or both.

    It goes on in the background, school by school. Raises DomainError when no way is chosen.
    """
    wanted = sorted(set(uais))
    if not wanted or not (by_mail or by_letter):
        raise DomainError("no-way", _("Choisissez au moins un moyen\u00a0: courriel ou courrier."))
    ways = [way for way, chosen in (("mail", by_mail), ("letter", by_letter)) if chosen]
    with region(), transaction.atomic():
        record_all(
            "establishments.invited",
            actor=actor,
            target_type="establishment",
            targets={uai: (uai, {"by": [None, ways]}) for uai in wanted},
        )
        label = _("Invitations à ouvrir les comptes")
        return work.start(tasks.invite_schools, wanted, by_mail, by_letter, label=label, actor=actor)
