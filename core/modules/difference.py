"""What a change would do, in words, before it applies."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import DomainError
from core.modules import rules, words
from core.modules.changes import Changes, choices_of, is_path, read
from core.modules.models import ModuleChoice
from core.modules.presets import with_dependencies
from core.modules.state import Modules, ModuleState
from core.people.models import Person


@dataclass(frozen=True)
class Line:
    """One thing that changes: `Actualités`, `ouvert à`, `tous`, `le personnel`."""

    module: str
    what: str
    before: str
    after: str
    note: str = ""
    icons: bool = False  # before and after name icons

    def as_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value}


@dataclass(frozen=True)
class Difference:
    """`changes` is what would be stored, `before` what is stored now at the same paths."""

    changes: Changes
    before: Changes
    lines: list[Line] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.changes)

    @property
    def switched_on(self) -> list[str]:
        return [slug for slug, change in self.changes.items() if change.get("enabled")]


def difference(modules: Modules, wanted: Changes) -> Difference:
    """Check what is wanted, add what goes with it, leave out what is so already. Raises DomainError."""
    changes: dict[str, dict[str, Any]] = {}
    for slug, change in _with_what_follows(modules, wanted).items():
        stored = modules.choices.get(slug) or ModuleChoice(slug=slug)
        for path, value in change.items():
            if not is_path(path) or slug not in modules.states:
                raise DomainError("unknown", _("Ce réglage n’existe pas."))
            cleaned = rules.clean(modules, slug, path, value)
            if cleaned != read(stored, path):
                changes.setdefault(slug, {})[path] = cleaned
    changes = _without_vain_moves(modules, changes)
    before = {
        slug: {path: read(modules.choices.get(slug) or ModuleChoice(slug=slug), path) for path in change}
        for slug, change in changes.items()
    }
    after = modules.if_chosen(choices_of(modules.choices, changes))
    return Difference(changes, before, list(_lines(modules, after, changes)))


def _without_vain_moves(modules: Modules, changes: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Positions that leave the order as it is are no change."""
    if _order(modules) != _order(modules.if_chosen(choices_of(modules.choices, changes))):
        return changes
    still = {slug: {p: v for p, v in change.items() if p != "position"} for slug, change in changes.items()}
    return {slug: change for slug, change in still.items() if change}


def _with_what_follows(modules: Modules, wanted: Changes) -> dict[str, dict[str, Any]]:
    """Switching on brings what a module stands on; switching off takes what stands on it."""
    full = {slug: dict(change) for slug, change in wanted.items()}
    for slug, change in wanted.items():
        if slug not in modules.states or "enabled" not in change:
            continue
        if change["enabled"]:
            follow = [other for other in with_dependencies(slug) if other != slug]
        else:
            follow = [s for s in modules.states if s != slug and slug in with_dependencies(s)]
        for other in follow:
            if modules[other].enabled != bool(change["enabled"]):
                full.setdefault(other, {})["enabled"] = change["enabled"]
    return full


def _lines(before: Modules, after: Modules, changes: Changes) -> Iterator[Line]:
    for slug, change in changes.items():
        for path in change:
            if path != "position":
                yield _line(before, after, slug, path)
    if any("position" in change for change in changes.values()):
        yield Line(_("Tous les modules"), _("ordre"), _order(before), _order(after))


def _order(modules: Modules) -> str:
    return ", ".join(str(state.manifest.name) for state in modules.offered())


def _line(before: Modules, after: Modules, slug: str, path: str) -> Line:
    old, new = before[slug], after[slug]
    root, _dot, key = path.partition(".")
    match root:
        case "enabled":
            return Line(old.name, _("état"), _on(old), _on(new), _switch_note(before, old, new))
        case "name":
            return Line(old.name, _("nom"), old.name, new.name)
        case "icon":
            return Line(old.name, _("icône"), old.icon, new.icon, icons=True)
        case "roles":
            return Line(old.name, _("ouvert à"), _open_to(old), _open_to(new))
        case "grants":
            return Line(old.name, _label(old, "permissions", key), *_granted(old, new, key))
        case "settings":
            definition = old.manifest.setting(key)
            was, will = (words.setting(definition, state.settings[key]) for state in (old, new))
            return Line(old.name, str(definition.label), was, will)
    was, will = (words.notification(state.notifications[key]) for state in (old, new))
    return Line(old.name, _label(old, "notifications", key), was, will)


def _on(state: ModuleState) -> str:
    return _("activé") if state.enabled else _("désactivé")


def _switch_note(modules: Modules, old: ModuleState, new: ModuleState) -> str:
    if not new.enabled:
        return _("Le module disparaît pour tous. Ce qu’il contient est gardé.")
    if old.slug in modules.installed:
        return _("Le module retrouve ce qu’il contenait.")
    return _("Le module commence vide.")


def _open_to(state: ModuleState) -> str:
    number = Person.objects.filter(left_on=None, roles__overlap=sorted(state.roles)).count()
    people = ngettext("%(number)d personne", "%(number)d personnes", number) % {"number": number}
    return f"{words.roles(state.roles, state.serves)} ({people})"


def _granted(old: ModuleState, new: ModuleState, key: str) -> tuple[str, str]:
    return words.roles(old.grants[key], old.serves), words.roles(new.grants[key], new.serves)


def _label(state: ModuleState, part: str, key: str) -> str:
    return str(next(item.label for item in getattr(state.manifest, part) if item.slug == key))


def lines_from_json(rows: list[Mapping[str, Any]]) -> list[Line]:
    """The lines of a change as it was kept."""
    return [Line(**{"module": "", "what": "", "before": "", "after": "", **row}) for row in rows]
