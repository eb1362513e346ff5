"""What a policy would change, counted before it applies.

Four queries whatever the number of schools: the schools of the scope, the module's policies, the index of
what schools have switched on, and the ledger of tables. No school is entered.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tenants.establishments.models import Establishment, Lifecycle
from tenants.policies.catalogue import Entry
from tenants.policies.effective import Rule, combine
from tenants.policies.models import EnabledModule, Policy
from tenants.policies.scopes import Place, q_for, reaches
from tenants.schemas.models import InstalledApp

OPEN = (Lifecycle.ACTIVE, Lifecycle.SUSPENDED)
_NOTHING = Rule(effect=Policy.Effect.ALLOW)


@dataclass(frozen=True)
class School:
    place: Place
    name: str


@dataclass
class Impact:
    """The open schools in the scope, and those that would change, by kind.

    `off`: lose the module; `on`: gain it at once; `install`: gain it once its tables are made; `freed`,
    `forbidden`: may or may no longer switch it on, without a change today; `rules`: other locks or defaults.
    """

    reached: int = 0
    off: list[School] = field(default_factory=list)
    on: list[School] = field(default_factory=list)
    install: list[School] = field(default_factory=list)
    forbidden: list[School] = field(default_factory=list)
    freed: list[School] = field(default_factory=list)
    rules: list[School] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many schools would see any change."""
        kinds = (self.off, self.on, self.install, self.forbidden, self.freed, self.rules)
        return len({school.place.uai for kind in kinds for school in kind})


def impact(entry: Entry, scope: str, value: str, after: Policy | None) -> Impact:
    """What would change if the policy of this scope became `after` (None: if there were none)."""
    others = list(Policy.objects.filter(module=entry.slug))
    before = others
    future = [p for p in others if (p.scope, p.scope_value) != (scope, value)] + ([after] if after else [])
    chosen = _uais(EnabledModule.objects.filter(module=entry.slug, enabled=True).values_list("uai", flat=True))
    installed = _uais(InstalledApp.objects.filter(app_label=entry.slug).values_list("uai", flat=True))
    rules_before, rules_after = _Rules(entry.slug, before), _Rules(entry.slug, future)
    found = Impact()
    for school in open_schools(scope, value):
        found.reached += 1
        if school.place.type in entry.school_types:
            uai = school.place.uai
            old, new = rules_before.of(school.place), rules_after.of(school.place)
            _sort(found, school, old, new, chosen=uai in chosen, installed=uai in installed)
    return found


def _uais(values: Iterable[str]) -> set[str]:
    return set(values)


def open_schools(scope: str, value: str) -> list[School]:
    columns = ("uai", "academie", "departement_code", "type", "display_name", "commune")
    rows = Establishment.objects.filter(q_for(scope, value), lifecycle__in=OPEN).values_list(*columns)
    return [School(Place(*row[:4]), f"{row[4]}, {row[5]} ({row[0]})") for row in rows]


class _Rules:
    """The rule of each school, combined once for each set of policies that reaches some school."""

    def __init__(self, module: str, policies: list[Policy]) -> None:
        self.module, self.policies = module, policies
        self.known: dict[tuple[int, ...], Rule] = {}

    def of(self, place: Place) -> Rule:
        key = tuple(n for n, p in enumerate(self.policies) if reaches(p.scope, p.scope_value, place))
        if key not in self.known:
            rules = combine(self.policies[n] for n in key)
            self.known[key] = rules.get(self.module, _NOTHING)
        return self.known[key]


def _is_on(rule: Rule, *, chosen: bool, installed: bool) -> bool:
    if rule.effect == Policy.Effect.FORBID or not installed:
        return False
    return chosen or rule.effect == Policy.Effect.REQUIRE


def _sort(found: Impact, school: School, old: Rule, new: Rule, *, chosen: bool, installed: bool) -> None:
    was = _is_on(old, chosen=chosen, installed=installed)
    will = _is_on(new, chosen=chosen, installed=installed)
    forbid, require = Policy.Effect.FORBID, Policy.Effect.REQUIRE
    if was and not will:
        found.off.append(school)
    elif will and not was:
        found.on.append(school)
    elif new.effect == require and not installed and old.effect != require:
        found.install.append(school)
    elif new.effect == forbid and old.effect != forbid:
        found.forbidden.append(school)
    elif old.effect in {forbid, require} and new.effect not in {forbid, old.effect}:
        found.freed.append(school)
    elif (old.defaults, old.locked, old.effect) != (new.defaults, new.locked, new.effect):
        found.rules.append(school)
