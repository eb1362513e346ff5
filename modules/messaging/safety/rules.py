"""The grid of who may write to whom, as the référent reads and changes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.audit import services as audit
from core.errors import DomainError
from core.modules.state import Modules
from core.people.choices import Role
from core.permissions.viewer import Viewer
from modules.messaging.audience.reach import PRESETS, cap_of, capped, grid, preset
from modules.messaging.choices import Reach
from modules.messaging.models import Rule

Pair = tuple[str, str]
# The order in which one thinks of them: families, then staff.
ORDER = (
    Role.PUPIL,
    Role.GUARDIAN,
    Role.TEACHER,
    Role.SCHOOL_LIFE,
    Role.MANAGEMENT,
    Role.ADMINISTRATIVE,
    Role.DIGITAL_REFERENT,
    Role.PARTNER,
)
_LEVELS = (Reach.NONE, Reach.RELATED, Reach.ALL)
# « Un élève peut écrire à… »: whom, for each role that is written to and each that writes.
_SENDERS = {
    Role.PUPIL: gettext_lazy("Un élève"),
    Role.GUARDIAN: gettext_lazy("Un responsable"),
    Role.TEACHER: gettext_lazy("Un enseignant"),
    Role.SCHOOL_LIFE: gettext_lazy("La vie scolaire"),
    Role.MANAGEMENT: gettext_lazy("La direction"),
    Role.ADMINISTRATIVE: gettext_lazy("Un personnel administratif"),
    Role.DIGITAL_REFERENT: gettext_lazy("Un référent numérique"),
    Role.PARTNER: gettext_lazy("Un partenaire"),
}
_EVERY = {
    Role.PUPIL: gettext_lazy("à tous les élèves"),
    Role.GUARDIAN: gettext_lazy("à tous les responsables"),
    Role.TEACHER: gettext_lazy("à tous les enseignants"),
    Role.SCHOOL_LIFE: gettext_lazy("à la vie scolaire"),
    Role.MANAGEMENT: gettext_lazy("à la direction"),
    Role.ADMINISTRATIVE: gettext_lazy("aux personnels administratifs"),
    Role.DIGITAL_REFERENT: gettext_lazy("aux référents numériques"),
    Role.PARTNER: gettext_lazy("aux partenaires"),
}
# What "related" means where it is less than everybody (`modules.messaging.audience.reach`).
_NEAR = {
    (Role.PUPIL, Role.PUPIL): gettext_lazy("aux élèves de sa classe et de ses groupes"),
    (Role.PUPIL, Role.GUARDIAN): gettext_lazy("à ses responsables"),
    (Role.PUPIL, Role.TEACHER): gettext_lazy("à ses enseignants"),
    (Role.GUARDIAN, Role.PUPIL): gettext_lazy("à ses enfants"),
    (Role.GUARDIAN, Role.GUARDIAN): gettext_lazy("aux responsables de la classe de ses enfants"),
    (Role.GUARDIAN, Role.TEACHER): gettext_lazy("aux enseignants de ses enfants"),
    (Role.TEACHER, Role.PUPIL): gettext_lazy("à ses élèves"),
    (Role.TEACHER, Role.GUARDIAN): gettext_lazy("aux responsables de ses élèves"),
    (Role.TEACHER, Role.TEACHER): gettext_lazy("aux enseignants de ses classes"),
}
_FAMILY = frozenset({Role.PUPIL, Role.GUARDIAN, Role.TEACHER})
PRESET_NAMES = {
    "ecole": gettext_lazy("École"),
    "college": gettext_lazy("Collège"),
    "lycee": gettext_lazy("Lycée"),
}


@dataclass(frozen=True)
class Cell:
    """One pair of roles. `chosen` is what the school says, `reach` what holds under the cap that bounds it."""

    sender: Role
    recipient: Role
    chosen: Reach
    reach: Reach
    cap: Reach
    locked: bool
    options: tuple[tuple[str, Any], ...]

    @property
    def name(self) -> str:
        """The field's name in the form."""
        return f"{self.sender.value}-{self.recipient.value}"

    @property
    def is_fixed(self) -> bool:
        """Whether the cap leaves nothing to choose."""
        return self.cap == Reach.NONE


@dataclass(frozen=True)
class Line:
    """What one role may do, in cells and in a sentence."""

    role: Role
    cells: list[Cell]
    sentence: str


def table(modules: Modules, wished: Mapping[Pair, Reach] | None = None) -> list[Line]:
    """The grid line by line: as it is, or as it would be if the school chose this."""
    held = {(row.sender, row.recipient): Reach(row.reach) for row in Rule.objects.all()}
    chosen = preset(modules.establishment.type) | held | dict(wished or {})
    return [_line(modules, role, chosen) for role in ORDER]


def _line(modules: Modules, sender: Role, chosen: Mapping[Pair, Reach]) -> Line:
    cells = [_cell(modules, sender, recipient, chosen[sender, recipient]) for recipient in ORDER]
    return Line(sender, cells, sentence(sender, {cell.recipient: cell.reach for cell in cells}))


def _cell(modules: Modules, sender: Role, recipient: Role, chosen: Reach) -> Cell:
    key = cap_of(sender, recipient)
    state = modules["messaging"]
    cap = Reach(state.settings[key]) if key else Reach.ALL
    levels = offered(sender, recipient, cap)
    reach = capped(modules, sender, recipient, chosen)
    return Cell(
        sender=sender,
        recipient=recipient,
        chosen=chosen,
        reach=reach if reach in levels else levels[-1],
        cap=cap,
        locked=bool(key) and state.is_locked(f"settings.{key}"),
        options=tuple((level.value, short_words(level, levels)) for level in levels),
    )


def offered(sender: str, recipient: str, cap: Reach = Reach.ALL) -> tuple[Reach, ...]:
    """The values that differ for a pair, up to the cap. Where there is no relation, the two upper ones are the same."""
    if (Role(sender), Role(recipient)) in _NEAR or cap == Reach.NONE:
        return _LEVELS[: _LEVELS.index(cap) + 1]
    return (Reach.NONE, cap)


def level_words(sender: str, recipient: str, reach: str) -> str:
    """« Non », « À ses enseignants », « À tous les enseignants »."""
    if reach == Reach.NONE:
        return _("Non")
    return _capital(_whom(Role(sender), Role(recipient), Reach(reach)))


def short_words(reach: Reach, levels: tuple[Reach, ...]) -> str:
    """« Non », « Les siens », « Tous », as a cell has room for; « Oui » where there is but one yes."""
    if reach == Reach.NONE:
        return _("Non")
    if len(levels) == 2:
        return _("Les siens") if reach == Reach.RELATED else _("Oui")
    return _("Les siens") if reach == Reach.RELATED else _("Tous")


def _whom(sender: Role, recipient: Role, reach: Reach) -> str:
    near = _NEAR.get((sender, recipient))
    return str(near if reach == Reach.RELATED and near else _EVERY[recipient])


def sentence(sender: Role, reaches: Mapping[Role, Reach]) -> str:
    """« Un élève peut écrire à ses enseignants et à la vie scolaire. »"""
    whom = [_whom(sender, recipient, reaches[recipient]) for recipient in ORDER if reaches[recipient] != Reach.NONE]
    if not whom:
        return _("%(who)s ne peut écrire à personne.") % {"who": _SENDERS[sender]}
    if all(reaches[recipient] == Reach.ALL for recipient in ORDER):
        return _("%(who)s peut écrire à tout le monde.") % {"who": _SENDERS[sender]}
    first, last = whom[:-1], whom[-1]
    listed = _("%(first)s et %(last)s") % {"first": ", ".join(first), "last": last} if first else last
    return _("%(who)s peut écrire %(whom)s.") % {"who": _SENDERS[sender], "whom": listed}


def _same_as(modules: Modules, pair: Pair, reach: Reach) -> tuple[Reach, Reach]:
    return reach, capped(modules, *pair, reach)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- Changing ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Change:
    """A pair that would change, in words."""

    sender: str
    recipient: str
    before: str
    after: str


def parse(given: Mapping[str, Any]) -> dict[Pair, Reach]:
    """What a form holds: fields "pupil-teacher". Pairs that it does not name are left out; nonsense is refused."""
    wished = {}
    for sender in Role:
        for recipient in Role:
            value = given.get(f"{sender.value}-{recipient.value}")
            if value in (None, ""):
                continue
            if value not in Reach.values:
                raise DomainError("reach", _("Cette valeur n’existe pas dans la grille."))
            wished[sender.value, recipient.value] = Reach(value)
    return wished


def changes(modules: Modules, wished: Mapping[Pair, Reach]) -> list[Change]:
    """How what holds would change, under the caps."""
    now = grid(modules)
    found = []
    for sender in ORDER:
        for recipient in ORDER:
            before = now[sender, recipient]
            after = capped(modules, sender, recipient, wished.get((sender, recipient), before))
            if before != after:
                words = [level_words(sender, recipient, reach) for reach in (before, after)]
                found.append(Change(str(_SENDERS[sender]), str(_EVERY[recipient]), *words))
    return found


def preset_of(name: str) -> dict[Pair, Reach]:
    """Every pair of a preset. Raises DomainError for one that does not exist."""
    if name not in PRESETS:
        raise DomainError("preset", _("Ce modèle de règles n’existe pas."))
    return preset(name)


def current(modules: Modules) -> dict[Pair, Reach]:
    """What the school has said for every pair, without the caps: what an undo goes back to."""
    held = {(row.sender, row.recipient): Reach(row.reach) for row in Rule.objects.all()}
    return {**preset(modules.establishment.type), **held}


@transaction.atomic
def change(*, viewer: Viewer, wished: Mapping[Pair, Reach]) -> dict[str, str]:
    """Say how far these pairs reach. Returns what was said before of those that changed, as `parse` reads it.

    What equals the preset of the school's type has no row: it follows the preset.
    """
    modules = viewer.modules
    own = preset(modules.establishment.type)
    list(Rule.objects.select_for_update().order_by("pk"))
    before = current(modules)
    # What a cap holds lower than it was chosen is not changed by sending the page back as it was shown.
    changed = {pair: reach for pair, reach in wished.items() if reach not in _same_as(modules, pair, before[pair])}
    for (sender, recipient), reach in changed.items():
        if reach == own[sender, recipient]:
            Rule.objects.filter(sender=sender, recipient=recipient).delete()
        else:
            Rule.objects.update_or_create(sender=sender, recipient=recipient, defaults={"reach": reach})
    if changed:
        told: dict[str, list[Any]] = {
            f"{Role(pair[0]).label} → {Role(pair[1]).label}": [str(before[pair].label), str(reach.label)]
            for pair, reach in changed.items()
        }
        audit.record("messaging.change_rules", actor=viewer.person, target=None, label=_("Grille"), changes=told)
    return {f"{sender}-{recipient}": before[sender, recipient].value for sender, recipient in changed}
