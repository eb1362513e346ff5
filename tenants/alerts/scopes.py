"""The schools of a scope, within the part of the region that an administrator answers for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from tenants.accounts.models import Account, Membership
from tenants.alerts.models import RegionalAlert, Scope
from tenants.establishments.models import Establishment, Lifecycle
from tenants.policies.models import Policy
from tenants.policies.scopes import Part, label, part_of

UAI = re.compile(r"\b[0-9]{7}[A-Z]\b")
# Schools that may be named one by one.
NAMED = 500


@dataclass(frozen=True)
class Reach:
    """What a scope reaches: schools that are open, people with an account there, schools that are not open."""

    schools: int
    people: int
    pupils: int
    closed: list[Establishment]
    unknown: list[str]


def uais_in(text: str) -> list[str]:
    """The UAI that a text holds, in their order, each once."""
    return list(dict.fromkeys(UAI.findall(text.upper())))[:NAMED]


def schools_of(scope: str, values: Iterable[str], part: Part) -> QuerySet[Establishment]:
    """All schools of the scope, open or not, that the administrator answers for."""
    return Establishment.objects.filter(part.q(), _q(scope, list(values)))


def _q(scope: str, values: list[str]) -> Q:
    match scope:
        case Scope.ALL:
            return Q()
        case Scope.ACADEMIE:
            return Q(academie__in=values)
        case Scope.DEPARTEMENT:
            return Q(departement_code__in=values)
    return Q(uai__in=values)


def reach_of(scope: str, values: list[str], part: Part) -> Reach:
    """Counted before anything is sent. A few queries."""
    found = schools_of(scope, values, part)
    active = found.filter(lifecycle=Lifecycle.ACTIVE)
    uais = list(active.values_list("uai", flat=True))
    # Of a whole scope only those that were open once are worth a word; the others are not in Préau yet.
    gone = found.filter(lifecycle__in=(Lifecycle.SUSPENDED, Lifecycle.PREPARING))
    named = found.exclude(lifecycle=Lifecycle.ACTIVE) if scope == Scope.SCHOOLS else gone
    known = set(found.values_list("uai", flat=True)) if scope == Scope.SCHOOLS else set()
    return Reach(
        schools=len(uais),
        people=Membership.objects.filter(uai__in=uais).values("account").distinct().count(),
        pupils=sum(filter(None, active.values_list("headcount", flat=True))),
        closed=list(named.order_by("uai")),
        unknown=[uai for uai in values if uai not in known] if scope == Scope.SCHOOLS else [],
    )


def alerts_of(account: Account) -> QuerySet[RegionalAlert]:
    """The alerts that an administrator may follow: all of them, or those that lie within their part."""
    part = part_of(account)
    rows = RegionalAlert.objects.all()
    if part.whole:
        return rows
    outside = Establishment.objects.exclude(part.q()).values("uai")
    return rows.exclude(schools__uai__in=outside).exclude(scope=Scope.ALL)


def in_words(alert: RegionalAlert) -> str:
    """« Toute la région », « Académie de Strasbourg », « 3 établissements »."""
    match alert.scope:
        case Scope.ACADEMIE:
            return ", ".join(label(Policy.Scope.ACADEMIE, value) for value in alert.values)
        case Scope.DEPARTEMENT:
            return ", ".join(label(Policy.Scope.DEPARTEMENT, value) for value in alert.values)
        case Scope.SCHOOLS:
            first = Establishment.objects.filter(uai__in=alert.values).order_by("uai").first()
            return str(first) if len(alert.values) == 1 and first else str(Scope.SCHOOLS.label)
    return str(Scope.ALL.label)
