"""Changing the school's modules: shown first, applied whole, written down, undone on demand."""

from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import Conflict, DomainError
from core.modules import purging, registry
from core.modules.changes import Changes, read, write
from core.modules.difference import Difference, difference
from core.modules.index import keep_index
from core.modules.models import ChangeSet, ModuleChoice
from core.modules.presets import preset_for
from core.modules.state import Modules, ModuleState
from core.people.models import Person
from tenants.establishments.models import Establishment
from tenants.schemas import engine

_SALT = "core.modules.proposal"
PROPOSAL_AGE = 60 * 60  # seconds between seeing a difference and applying it


def versions(modules: Modules, slugs: Any) -> dict[str, int]:
    """How often each module has been changed so far."""
    return {slug: modules.choices[slug].version if slug in modules.choices else 0 for slug in slugs}


def propose(modules: Modules, wanted: Changes, seen: dict[str, int] | None = None) -> tuple[Difference, str]:
    """The difference, and the sealed proposal that `accept` takes once somebody has read it.

    `seen` holds the versions of the form's modules when it was shown. Raises Conflict when they moved since,
    DomainError for what may not be.
    """
    _unmoved(modules, seen or {})
    diff = difference(modules, wanted)
    content = {
        "uai": modules.establishment.uai,
        "changes": diff.changes,
        "versions": versions(modules, diff.changes),
    }
    return diff, signing.dumps(content, salt=_SALT, compress=True)


def accept(establishment: Establishment, proposal: str, *, actor: Person | None) -> ChangeSet:
    """Apply a proposal that was shown. Raises DomainError when it is too old, or not of this school."""
    try:
        content = signing.loads(proposal, salt=_SALT, max_age=PROPOSAL_AGE)
    except signing.BadSignature:
        raise DomainError("stale", _("Cette page a trop attendu. Refaites votre changement.")) from None
    if content["uai"] != establishment.uai:
        raise DomainError("foreign", _("Ce changement appartient à un autre établissement."))
    return change(establishment, content["changes"], actor=actor, seen=content["versions"])


def change(
    establishment: Establishment,
    wanted: Changes,
    *,
    actor: Person | None,
    seen: dict[str, int] | None = None,
    undoes: ChangeSet | None = None,
) -> ChangeSet:
    """Apply a change: tables first (alone they do no harm), then choice, history and journal together.

    Raises DomainError for what the region forbids or locks, or when nothing changes; Conflict when a module
    moved since its version in `seen`.
    """
    modules = Modules(establishment)
    _unmoved(modules, seen or {})
    diff = difference(modules, wanted)
    if not diff:
        raise DomainError("nothing", _("Rien ne change\u00a0: c’est déjà ainsi."))
    if diff.switched_on:
        with engine.exclusive(establishment):
            engine.install(establishment, diff.switched_on)
    with transaction.atomic():
        done = _store(diff, versions(modules, diff.changes), actor, undoes)
    keep_index(establishment)
    if diff.switched_on:
        purging.switched_on(modules, diff.switched_on, actor=actor)
    return done


def _store(diff: Difference, seen: dict[str, int], actor: Person | None, undoes: ChangeSet | None) -> ChangeSet:
    slugs = sorted(diff.changes)
    ModuleChoice.objects.bulk_create([ModuleChoice(slug=slug) for slug in slugs], ignore_conflicts=True)
    rows = list(ModuleChoice.objects.select_for_update().filter(slug__in=slugs).order_by("slug"))
    if any(row.version != seen[row.slug] for row in rows):
        raise _moved()
    for row in rows:
        for path, value in diff.changes[row.slug].items():
            write(row, path, value)
        row.version += 1
        row.save()
        _audit(row, diff, actor, undoes)
    return ChangeSet.objects.create(
        actor=actor,
        modules=slugs,
        before=diff.before,
        after=diff.changes,
        lines=[line.as_json() for line in diff.lines],
        undoes=undoes,
    )


def _audit(row: ModuleChoice, diff: Difference, actor: Person | None, undoes: ChangeSet | None) -> None:
    changed = diff.changes[row.slug]
    verb = "change"
    if "enabled" in changed:
        verb = "enable" if changed["enabled"] else "disable"
    record(
        "modules.undo" if undoes else f"modules.{verb}",
        actor=actor,
        target=row,
        label=str(registry.get(row.slug).name),
        changes={path: [diff.before[row.slug][path], value] for path, value in changed.items()},
    )


def _unmoved(modules: Modules, seen: dict[str, int]) -> None:
    if versions(modules, seen) != seen:
        raise _moved()


def _moved() -> Conflict:
    return Conflict("moved", _("Quelqu’un a changé ce module entre-temps. Voici où il en est\u00a0: recommencez."))


def undo_difference(modules: Modules, done: ChangeSet) -> Difference:
    """What undoing would change now. Raises DomainError when something newer stands on it."""
    if hasattr(done, "undone_by"):
        raise DomainError("undone", _("Ce changement est déjà annulé."))
    for slug, change_ in done.after.items():
        stored = modules.choices.get(slug) or ModuleChoice(slug=slug)
        if any(read(stored, path) != value for path, value in change_.items()):
            raise Conflict("newer", _newer(done, slug))
    return difference(modules, done.before)


def _newer(done: ChangeSet, slug: str) -> str:
    later = ChangeSet.objects.filter(pk__gt=done.pk, modules__contains=[slug], undone_by=None).first()
    if later is None:
        return _("Ce réglage a changé depuis\u00a0: il ne peut plus être annulé ainsi.")
    who = later.actor.full_name if later.actor else _("quelqu’un")
    return _("%(who)s a changé la même chose depuis. Annulez d’abord ce changement-là.") % {"who": who}


def undo(establishment: Establishment, done: ChangeSet, *, actor: Person | None) -> ChangeSet:
    """Put back what a change replaced. Raises DomainError if it is undone, Conflict if it cannot be."""
    with transaction.atomic():
        done = ChangeSet.objects.select_for_update(of=("self",)).get(pk=done.pk)
        undo_difference(Modules(establishment), done)
    return change(establishment, done.before, actor=actor, undoes=done)


def preset_changes(modules: Modules) -> dict[str, dict[str, Any]]:
    """What it takes to come back to the preset of this type of school: on, off, and nothing else chosen."""
    wanted = set(preset_for(modules.establishment))
    changes: dict[str, dict[str, Any]] = {}
    for position, state in enumerate(sorted_by_registry(modules)):
        stored = modules.choices.get(state.slug) or ModuleChoice(slug=state.slug)
        back: dict[str, Any] = {} if state.required else {"enabled": state.slug in wanted}
        back["position"] = position * 10
        back |= {path: None for path in ("name", "icon", "roles") if read(stored, path) is not None}
        back |= {
            f"{part}.{key}": None for part in ("grants", "settings", "notifications") for key in getattr(stored, part)
        }
        changes[state.slug] = {path: value for path, value in back.items() if not state.is_locked(path)}
    return changes


def sorted_by_registry(modules: Modules) -> list[ModuleState]:
    offered = {state.slug for state in modules.offered()}
    return [state for slug, state in modules.states.items() if slug in offered]


def order_changes(modules: Modules, slugs: list[str]) -> dict[str, dict[str, Any]]:
    """The positions that put the modules in this order. Raises DomainError when one is missing or unknown."""
    if sorted(slugs) != sorted(state.slug for state in modules.offered()):
        raise DomainError("order", _("La liste des modules a changé entre-temps. Recommencez."))
    return {slug: {"position": number * 10} for number, slug in enumerate(slugs)}


def moved(modules: Modules, slugs: list[str], move: str) -> list[str]:
    """The list with one module a place up or down ("up:news"); the present order if the list is wrong."""
    present = [state.slug for state in modules.offered()]
    slugs = list(slugs) if sorted(slugs) == sorted(present) else present
    direction, _colon, slug = move.partition(":")
    if slug in slugs and direction in {"up", "down"}:
        place = slugs.index(slug)
        other = place + (1 if direction == "down" else -1)
        if 0 <= other < len(slugs):
            slugs[place], slugs[other] = slugs[other], slugs[place]
    return slugs
