"""Under which role a use is counted, and which groups are too small to be counted."""

from collections.abc import Iterable, Mapping

from core.modules import registry
from core.modules.contract import Feature
from core.modules.state import Modules, ModuleState
from core.people.choices import Role

# Below so many people a count of the day says who it was.
SMALL = 5
# Roles that are small alone and not together.
OTHERS = "others"
# People of small roles who are few even together: that they used it in a week is kept, not how often nor which day.
FEW = "few"

# A use by someone with several roles is counted once. The trade comes before the family, and what many are before what
# few are: a teacher who is also référent, head or parent counts with the teachers, wherever teachers have access.
ORDER = (
    Role.TEACHER,
    Role.SCHOOL_LIFE,
    Role.ADMINISTRATIVE,
    Role.MANAGEMENT,
    Role.DIGITAL_REFERENT,
    Role.PARTNER,
    Role.PUPIL,
    Role.GUARDIAN,
)


def feature_of(code: str) -> tuple[str, Feature] | None:
    """The module's slug and the feature behind "news.publish"; None when no manifest declares it."""
    slug, _dot, name = code.partition(".")
    manifest = registry.manifests().get(slug)
    for feature in manifest.features if manifest else ():
        if feature.slug == name:
            return slug, feature
    return None


def open_to(feature: Feature, state: ModuleState) -> frozenset[str]:
    """The roles that may use the feature in this school: those that hold its permission, or all that are served."""
    if not state.enabled:
        return frozenset()
    if not feature.permission:
        return state.roles
    return state.roles & state.grants[feature.permission]


def first(roles: Iterable[str]) -> str:
    """The one of these roles that counts; empty without any."""
    held = set(roles)
    return next((role.value for role in ORDER if role in held), "")


def acting_role(code: str, roles: frozenset[str], modules: Modules) -> str:
    """The role under which somebody with these roles uses a feature; empty when it is not open to any of them.

    Somebody may use a feature without its permission, because an object gives it (a section's contributor): they count
    under the first role that the module is open to.
    """
    found = feature_of(code)
    if found is None:
        return ""
    state = modules[found[0]]
    return first(roles & open_to(found[1], state)) or first(roles & state.roles if state.enabled else ())


def groups(members: Mapping[str, int]) -> dict[str, str]:
    """Role to the group that its uses are kept under, given how many act under each role.

    A role of SMALL people or more stands for itself. The others stand together where they are enough, else as FEW.
    """
    small = {role: n for role, n in members.items() if n < SMALL}
    merged = OTHERS if sum(small.values()) >= SMALL else FEW
    return {role: merged if role in small else role for role in members}
