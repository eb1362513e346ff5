"""Which modules a school starts with: what the manifests say for its type, within what the region says."""

from collections.abc import Mapping

from core.modules import registry
from tenants.establishments.models import Establishment
from tenants.policies.effective import Rule, rules_for


def with_dependencies(slug: str) -> list[str]:
    """The module and everything it stands on, what is stood on first."""
    found: list[str] = []
    for needed in registry.get(slug).depends_on:
        found += [other for other in with_dependencies(needed) if other not in found]
    return [*found, slug]


def preset_for(establishment: Establishment) -> list[str]:
    """The slugs that are on from the start in this school, in the order of the registry."""
    return preset_of(establishment.type, rules_for(establishment))


def preset_of(school_type: str, rules: Mapping[str, Rule]) -> list[str]:
    """The same, from the type and from what the region says."""
    wanted: set[str] = set()
    for slug, manifest in registry.modules().items():
        effect = rules[slug].effect if slug in rules else "allow"
        if effect == "require" or school_type in manifest.preset:
            wanted |= set(with_dependencies(slug))
    forbidden = {slug for slug in registry.modules() if slug in rules and rules[slug].effect == "forbid"}
    return [
        slug
        for slug, manifest in registry.modules().items()
        if slug in wanted
        and not forbidden & set(with_dependencies(slug))
        and school_type in manifest.school_types
    ]
