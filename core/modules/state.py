"""What applies in this school: manifest, then the region's policies, then the school's own choice."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from core.modules import registry
from core.modules.contract import Manifest
from core.modules.models import ModuleChoice
from core.people.choices import Role
from tenants.establishments.models import Establishment
from tenants.policies.effective import Rule, rules_for
from tenants.schemas import engine

# What the region may lock besides single settings: the manifest's own value then stands.
LOCKABLE = frozenset({"name", "icon", "roles", "grants", "notifications"})


@dataclass(frozen=True)
class ModuleState:
    """One module as it is in one school. `rule` is what the region says of it (None: nothing).

    `may_be_on`: its tables are here, it suits the school's type and nothing forbids it. `required`: the
    region demands it, or demands a module that stands on it.
    """

    manifest: Manifest
    enabled: bool
    name: str
    icon: str
    position: int
    roles: frozenset[str]
    settings: Mapping[str, Any]
    notifications: Mapping[str, Any]
    grants: Mapping[str, frozenset[str]]
    rule: Rule | None = None
    locked: frozenset[str] = field(default_factory=frozenset)
    required: bool = False
    may_be_on: bool = True

    @property
    def slug(self) -> str:
        return self.manifest.slug

    @property
    def forbidden(self) -> bool:
        return self.rule is not None and self.rule.effect == "forbid"

    @property
    def serves(self) -> frozenset[str]:
        """The roles that the module is made for."""
        return frozenset(self.manifest.roles or Role.values)

    def is_locked(self, path: str) -> bool:
        """Whether the region has locked "name", "roles", "grants.publish", "settings.moderated"…"""
        root, _, key = path.partition(".")
        return root in self.locked or (root == "settings" and key in self.locked)

    def codes_for(self, roles: frozenset[str]) -> frozenset[str]:
        """The permission codes that somebody with these roles holds here."""
        if not self.enabled:
            return frozenset()
        open_to = roles & self.roles
        return frozenset(f"{self.manifest.slug}.{slug}" for slug, granted in self.grants.items() if granted & open_to)


class Modules:
    """All modules of one school, read in three queries and then held for the length of a request."""

    def __init__(self, establishment: Establishment) -> None:
        self.establishment = establishment
        self.choices = {choice.slug: choice for choice in ModuleChoice.objects.all()}
        self.rules = rules_for(establishment)
        self.installed = engine.installed_labels(establishment.uai)
        self.states = self._resolve()

    def _resolve(self) -> dict[str, ModuleState]:
        return settle(
            {
                slug: resolve(
                    manifest, self.choices.get(slug), self.rules.get(slug), self.establishment, self.installed
                )
                for slug, manifest in registry.manifests().items()
            }
        )

    def if_chosen(self, choices: Mapping[str, ModuleChoice]) -> "Modules":
        """What would be if the school chose this (tables of what it switches on being made)."""
        other = copy(self)
        other.choices = {**self.choices, **choices}
        other.installed = self.installed | {slug for slug, choice in choices.items() if choice.enabled}
        other.states = other._resolve()
        return other

    def __getitem__(self, slug: str) -> ModuleState:
        return self.states[slug]

    def enabled(self) -> list[ModuleState]:
        """What is on, core first, in the référent's order."""
        on = [state for state in self.states.values() if state.enabled]
        return sorted(on, key=lambda state: (not state.manifest.core, state.position))

    def offered(self) -> list[ModuleState]:
        """What the référent sees: every module that suits this type of school, in order, on or off."""
        suited = [s for s in self.states.values() if not s.manifest.core and self.suits(s.manifest)]
        return sorted(suited, key=lambda state: state.position)

    def suits(self, manifest: Manifest) -> bool:
        return self.establishment.type in manifest.school_types

    def codes_for(self, roles: frozenset[str]) -> frozenset[str]:
        return frozenset().union(*(state.codes_for(roles) for state in self.states.values()))


def settle(states: dict[str, ModuleState]) -> dict[str, ModuleState]:
    """Make dependencies agree: what a required module stands on is on; what has lost its ground is off."""
    needed = {slug for s in states.values() if s.enabled and s.required for slug in s.manifest.depends_on}
    for slug in needed:
        if not states[slug].enabled and states[slug].may_be_on:
            states = settle({**states, slug: replace(states[slug], enabled=True, required=True)})
    for slug, state in states.items():
        if state.enabled and not all(states[other].enabled for other in state.manifest.depends_on):
            return settle({**states, slug: replace(state, enabled=False, may_be_on=False)})
    return states


def resolve(
    manifest: Manifest,
    choice: ModuleChoice | None,
    rule: Rule | None,
    establishment: Establishment,
    installed: frozenset[str],
) -> ModuleState:
    """Put the three together. A module whose tables are not there yet is off, whatever was chosen."""
    choice = choice or _nothing_chosen()
    locked = rule.locked if rule else frozenset()
    required = bool(rule and rule.effect == "require")
    may_be_on = (
        manifest.slug in installed
        and establishment.type in manifest.school_types
        and not (rule and rule.effect == "forbid")
    )
    return ModuleState(
        manifest=manifest,
        enabled=manifest.core or (may_be_on and (choice.enabled or required)),
        name=(choice.name if "name" not in locked else "") or str(manifest.name),
        icon=(choice.icon if "icon" not in locked else "") or manifest.icon,
        position=choice.position,
        roles=_roles(manifest, choice, locked),
        settings=_settings(manifest, choice, rule),
        notifications=_notifications(manifest, choice, locked),
        grants=_grants(manifest, choice, locked),
        rule=rule,
        locked=locked,
        required=required,
        may_be_on=may_be_on,
    )


@cache
def _nothing_chosen() -> ModuleChoice:
    """To be read only: making a row for each area takes longer than all the rest."""
    return ModuleChoice()


def default_settings(manifest: Manifest, rule: Rule | None) -> dict[str, Any]:
    """What holds while the school has chosen nothing: the manifest's defaults, then the region's."""
    own = manifest.setting_defaults.items()
    values = {key: [*value] if isinstance(value, list) else value for key, value in own}
    return values | {key: value for key, value in (rule.defaults if rule else {}).items() if key in values}


def _settings(manifest: Manifest, choice: ModuleChoice, rule: Rule | None) -> dict[str, Any]:
    values = default_settings(manifest, rule)
    locked = rule.locked if rule else frozenset()
    return values | {k: v for k, v in choice.settings.items() if k in values and k not in locked}


def _roles(manifest: Manifest, choice: ModuleChoice, locked: frozenset[str]) -> frozenset[str]:
    serves = frozenset(manifest.roles or Role.values)
    return serves if choice.roles is None or "roles" in locked else serves & frozenset(choice.roles)


def _grants(manifest: Manifest, choice: ModuleChoice, locked: frozenset[str]) -> dict[str, frozenset[str]]:
    chosen = {} if "grants" in locked else choice.grants
    return {
        permission.slug: frozenset(chosen[permission.slug])
        if permission.slug in chosen
        else frozenset(role for role, slugs in manifest.role_defaults.items() if permission.slug in slugs)
        for permission in manifest.permissions
    }


def _notifications(manifest: Manifest, choice: ModuleChoice, locked: frozenset[str]) -> dict[str, dict[str, Any]]:
    chosen = {} if "notifications" in locked else choice.notifications
    return {
        kind.slug: {
            "rule": "forced" if kind.always else "default",
            "channels": [str(channel) for channel in kind.channels],
            "importance": str(kind.importance),
            "frequencies": {str(channel): str(pace) for channel, pace in kind.frequencies.items()},
            "roles": {role: [str(channel) for channel in channels] for role, channels in kind.role_channels.items()},
            **({} if kind.always else chosen.get(kind.slug, {})),
        }
        for kind in manifest.notifications
    }


def modules_of(request: Any) -> Modules:
    """The school's modules, once per request."""
    if not hasattr(request, "_modules"):
        request._modules = Modules(request.school)
    modules: Modules = request._modules
    return modules
