"""What part of the region a regional role extends to."""

from django.db.models import Q, QuerySet

from tenants.accounts.models import Account, RegionalRole
from tenants.establishments.models import Establishment

Scope = RegionalRole.Scope


def establishments_in_scope(account: Account, *roles: str) -> QuerySet[Establishment]:
    """The establishments that the account's regional roles (all, or only `roles`) extend to."""
    held = RegionalRole.objects.filter(account=account)
    if roles:
        held = held.filter(role__in=roles)
    return Establishment.objects.filter(_reach(list(held)))


def _reach(roles: list[RegionalRole]) -> Q:
    if any(role.scope == Scope.REGION for role in roles):
        return Q()
    academies = [role.scope_value for role in roles if role.scope == Scope.ACADEMIE]
    departements = [role.scope_value for role in roles if role.scope == Scope.DEPARTEMENT]
    return Q(academie__in=academies) | Q(departement_code__in=departements)
