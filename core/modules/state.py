"""What applies in this school: manifest, then the region's policies, then the school's own choice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """One module as it is in one school. `rule` is what the region says of it (None: nothing)."""

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

    def codes_for(self, roles: frozenset[str]) -> frozenset[str]:
        """The permission codes that somebody with these roles holds here."""
        if not self.enabled:
            return frozenset()
        open_to = roles & self.roles
        return frozenset(
            f"{self.manifest.slug}.{slug}" for slug, granted in self.grants.items() if granted & open_to
        )


class Modules:
    """All modules of one school, read in two queries and then held for the length of a request."""

    def __init__(self, establishment: Establishment) -> None:
        self.establishment = establishment
        choices = {choice.slug: choice for choice in ModuleChoice.objects.all()}
        rules = rules_for(establishment)
        installed = engine.installed_labels(establishment.uai)
        self.states = {
            slug: resolve(manifest, choices.get(slug), rules.get(slug), establishment, installed)
            for slug, manifest in registry.manifests().items()
        }

    def __getitem__(self, slug: str) -> ModuleState:
        return self.states[slug]

    def enabled(self) -> list[ModuleState]:
        """What is on, core first, in the référent's order."""
        on = [state for state in self.states.values() if state.enabled]
        return sorted(on, key=lambda state: (not state.manifest.core, state.position))

    def codes_for(self, roles: frozenset[str]) -> frozenset[str]:
        return frozenset().union(*(state.codes_for(roles) for state in self.states.values()))


def resolve(
    manifest: Manifest,
    choice: ModuleChoice | None,
    rule: Rule | None,
    establishment: Establishment,
    installed: frozenset[str],
) -> ModuleState:
    """Put the three together. A module whose tables are not there yet is off, whatever was chosen."""
    choice = choice or ModuleChoice(slug=manifest.slug)
    locked = rule.locked if rule else frozenset()
    settings = {setting.key: setting.default for setting in manifest.settings}
    settings |= rule.defaults if rule else {}
    settings |= {
        key: value for key, value in choice.settings.items() if key in settings and key not in locked
    }
    serves = frozenset(manifest.roles or Role.values)
    narrowed = choice.roles is not None and "roles" not in locked
    return ModuleState(
        manifest=manifest,
        enabled=manifest.core or _is_on(manifest, choice, rule, establishment, installed),
        name=(choice.name if "name" not in locked else "") or str(manifest.name),
        icon=(choice.icon if "icon" not in locked else "") or manifest.icon,
        position=choice.position,
        roles=serves & frozenset(choice.roles or ()) if narrowed else serves,
        settings=settings,
        notifications=_notifications(manifest, choice, locked),
        grants=_grants(manifest, choice, locked),
        rule=rule,
        locked=locked,
    )


def _is_on(
    manifest: Manifest,
    choice: ModuleChoice,
    rule: Rule | None,
    establishment: Establishment,
    installed: frozenset[str],
) -> bool:
    if manifest.slug not in installed or establishment.type not in manifest.school_types:
        return False
    if rule and rule.effect == "forbid":
        return False
    return choice.enabled or bool(rule and rule.effect == "require")


def _grants(manifest: Manifest, choice: ModuleChoice, locked: frozenset[str]) -> dict[str, frozenset[str]]:
    chosen = {} if "grants" in locked else choice.grants
    return {
        permission.slug: frozenset(chosen[permission.slug])
        if permission.slug in chosen
        else frozenset(role for role, slugs in manifest.role_defaults.items() if permission.slug in slugs)
        for permission in manifest.permissions
    }


def _notifications(
    manifest: Manifest, choice: ModuleChoice, locked: frozenset[str]
) -> dict[str, dict[str, Any]]:
    chosen = {} if "notifications" in locked else choice.notifications
    return {
        kind.slug: {
            "rule": "default",
            "channels": [str(channel) for channel in kind.channels],
            "importance": str(kind.importance),
            **chosen.get(kind.slug, {}),
        }
        for kind in manifest.notifications
    }


def modules_of(request: Any) -> Modules:
    """The school's modules, once per request."""
    if not hasattr(request, "_modules"):
        request._modules = Modules(request.school)
    modules: Modules = request._modules
    return modules
