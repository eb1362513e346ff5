"""Who could use each feature in this school: how many people, under which role."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count

from core.adoption import rules
from core.modules.contract import Feature
from core.modules.state import Modules
from core.people.models import Person

# How many people of the school hold each set of roles
Crowd = list[tuple[frozenset[str], int]]


def crowd() -> Crowd:
    """One query, whatever the number of people."""
    counted = Person.objects.filter(left_on=None).order_by().values_list("roles").annotate(n=Count("pk"))
    return [(frozenset(roles), n) for roles, n in counted]


@dataclass(frozen=True)
class Reach:
    """The features of one school with those who could use them."""

    modules: Modules
    crowd: Crowd

    @cached_property
    def members(self) -> Mapping[str, Mapping[str, int]]:
        """Code of each feature that is on to {role: how many act under it}."""
        return {
            f"{state.slug}.{feature.slug}": self._acting(rules.open_to(feature, state))
            for state in self.modules.enabled()
            for feature in state.manifest.features
        }

    @cached_property
    def groups(self) -> Mapping[str, Mapping[str, str]]:
        """Code to {role: group}."""
        return {code: rules.groups(members) for code, members in self.members.items()}

    def group(self, code: str, role: str) -> str:
        """The group that a use is kept under; that of a role which few hold is never the role itself."""
        groups = self.groups.get(code, {})
        if role in groups or role in (rules.OTHERS, rules.FEW):
            return groups.get(role, role)
        state = self.modules.states.get(code.partition(".")[0])
        others = self._acting(state.roles) if state else {}
        return role if others.get(role, 0) >= rules.SMALL else rules.FEW

    def people(self, code: str) -> dict[str, dict[str, int]]:
        """Group to how many people act under each of its roles."""
        found: dict[str, dict[str, int]] = {}
        for role, n in self.members.get(code, {}).items():
            found.setdefault(self.groups[code][role], {})[role] = n
        return found

    def _acting(self, allowed: frozenset[str]) -> dict[str, int]:
        acting: Counter[str] = Counter()
        for roles, n in self.crowd:
            if role := rules.first(roles & allowed):
                acting[role] += n
        return dict(acting)


def reach_of(modules: Modules) -> Reach:
    return Reach(modules, crowd())


def offered(modules: Modules) -> dict[str, Feature]:
    """Code to feature, for all that is on in the school."""
    return {
        f"{state.slug}.{feature.slug}": feature for state in modules.enabled() for feature in state.manifest.features
    }
