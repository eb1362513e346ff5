"""The part of the region that a policy reaches, and the part that an administrator answers for."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from tenants.accounts.models import Account, RegionalRole
from tenants.establishments.models import Establishment, SchoolType
from tenants.policies.models import Policy

Scope = Policy.Scope


@dataclass(frozen=True)
class Place:
    """What scopes compare of a school."""

    uai: str
    academie: str
    departement_code: str
    type: str


def place_of(establishment: Establishment) -> Place:
    return Place(
        establishment.uai, establishment.academie, establishment.departement_code, establishment.type
    )


def q_for(scope: str, value: str) -> Q:
    """The establishments in a scope."""
    columns = {
        Scope.ACADEMIE: "academie",
        Scope.DEPARTEMENT: "departement_code",
        Scope.TYPE: "type",
        Scope.SCHOOL: "uai",
    }
    return Q() if scope == Scope.ALL else Q(**{columns[Scope(scope)]: value})


def reaches(scope: str, value: str, place: Place) -> bool:
    values = {
        Scope.ACADEMIE: place.academie,
        Scope.DEPARTEMENT: place.departement_code,
        Scope.TYPE: place.type,
        Scope.SCHOOL: place.uai,
    }
    return scope == Scope.ALL or values[Scope(scope)] == value


def exists(scope: str, value: str) -> bool:
    """Whether the scope names something of this region."""
    if scope == Scope.ALL:
        return value == ""
    if scope == Scope.TYPE:
        return value in SchoolType.values
    return Establishment.objects.filter(q_for(scope, value)).exists()


def label(scope: str, value: str) -> str:
    """`Toute la région`, `Académie de Strasbourg`, `Bas-Rhin`, `Collèges`, or the school's name."""
    match scope:
        case Scope.ALL:
            return str(Scope.ALL.label)
        case Scope.ACADEMIE:
            return _academie(value)
        case Scope.TYPE:
            return f"{SchoolType(value).label}s" if value in SchoolType.values else value
    found = Establishment.objects.filter(q_for(scope, value)).first()
    if found is None:
        return value
    return found.departement if scope == Scope.DEPARTEMENT else str(found)


def _academie(value: str) -> str:
    elides = value[:1].upper() in "AEIOUÉÈÎÔ"
    return f"Académie d’{value}" if elides else f"Académie de {value}"


@dataclass(frozen=True)
class Part:
    """What one administrator answers for: the whole region, or some académies and départements."""

    whole: bool
    academies: frozenset[str]
    departements: frozenset[str]

    def q(self) -> Q:
        if self.whole:
            return Q()
        return Q(academie__in=self.academies) | Q(departement_code__in=self.departements)

    def holds(self, scope: str, value: str) -> bool:
        """Whether every school of the scope lies within the part."""
        if self.whole:
            return True
        if scope == Scope.ACADEMIE:
            return value in self.academies
        if scope == Scope.DEPARTEMENT and value in self.departements:
            return True
        if scope not in {Scope.DEPARTEMENT, Scope.SCHOOL}:
            return False
        schools = Establishment.objects.filter(q_for(scope, value))
        return schools.exists() and not schools.exclude(self.q()).exists()


def part_of(account: Account) -> Part:
    """What the account may make policies for. An empty part for whoever administers nothing."""
    roles = list(RegionalRole.objects.filter(account=account, role=RegionalRole.Role.ADMINISTRATOR))
    return Part(
        whole=any(role.scope == RegionalRole.Scope.REGION for role in roles),
        academies=_values(roles, RegionalRole.Scope.ACADEMIE),
        departements=_values(roles, RegionalRole.Scope.DEPARTEMENT),
    )


def _values(roles: list[RegionalRole], scope: Any) -> frozenset[str]:
    return frozenset(role.scope_value for role in roles if role.scope == scope)
