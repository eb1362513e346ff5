"""Which rules reach a school, and what they come to together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from tenants.establishments.models import Establishment
from tenants.policies.models import Policy

WIDTH = {
    Policy.Scope.ALL: 0,
    Policy.Scope.ACADEMIE: 1,
    Policy.Scope.DEPARTEMENT: 2,
    Policy.Scope.TYPE: 3,
    Policy.Scope.SCHOOL: 4,
}


@dataclass(frozen=True)
class Rule:
    """What the region says of one module to one school."""

    effect: str
    defaults: dict[str, Any] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()
    note: str = ""


def policies_reaching(establishment: Establishment) -> list[Policy]:
    """One query, as short as can be: every page begins with it."""
    values = {
        Policy.Scope.ACADEMIE: establishment.academie,
        Policy.Scope.DEPARTEMENT: establishment.departement_code,
        Policy.Scope.TYPE: establishment.type,
        Policy.Scope.SCHOOL: establishment.uai,
    }
    near = Policy.objects.filter(Q(scope=Policy.Scope.ALL) | Q(scope_value__in=[*values.values()]))
    return [one for one in near if one.scope == Policy.Scope.ALL or values[Policy.Scope(one.scope)] == one.scope_value]


def rules_for(establishment: Establishment) -> dict[str, Rule]:
    """Module slug to what applies. One query; works from the school and from the region."""
    return combine(policies_reaching(establishment))


def combine(policies: Iterable[Policy]) -> dict[str, Rule]:
    """Lay narrower policies over wider ones: the last effect counts, defaults and locks add up.

    A policy whose effect is KEEP leaves the effect of the wider ones.
    """
    rules: dict[str, Rule] = {}
    for policy in sorted(policies, key=lambda p: (WIDTH[Policy.Scope(p.scope)], p.updated_at)):
        before = rules.get(policy.module, Rule(effect=Policy.Effect.ALLOW))
        rules[policy.module] = Rule(
            effect=before.effect if policy.effect == Policy.Effect.KEEP else policy.effect,
            defaults=before.defaults | policy.defaults,
            locked=before.locked | frozenset(policy.locked),
            note=policy.note or before.note,
        )
    return rules
