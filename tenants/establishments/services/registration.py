"""Adding one school by hand, with the rules of the directory."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.errors import DomainError
from tenants.establishments.directory.apply import create
from tenants.establishments.directory.entries import LeftAside, Refused, entry_from
from tenants.establishments.models import Establishment
from tenants.establishments.services.common import record_change
from tenants.schemas.context import region


def register(*, facts: dict[str, str], actor: Account | None) -> Establishment:
    """Add a school as `known`. `facts` bear the directory's names: uai, name, type, sector, commune…

    Raises DomainError with the same sentences as an import (a wrong check letter names the right one).
    """
    try:
        entry = entry_from(facts)
    except (Refused, LeftAside) as refusal:
        raise DomainError(
            "establishment-refused", str(refusal) or _("Ce type d’établissement n’est pas géré.")
        ) from None
    known = _("Cet établissement est déjà dans l’annuaire.")
    try:
        with region(), transaction.atomic():
            if Establishment.objects.filter(uai=entry.uai).exists():
                raise DomainError("establishment-known", known, {"uai": known})
            made = create([entry])[0]
            record_change(made, "create", {"uai": [None, made.uai], "slug": [None, made.slug]}, actor)
    except IntegrityError:
        raise DomainError("establishment-known", known, {"uai": known}) from None
    return made
