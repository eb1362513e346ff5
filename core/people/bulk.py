"""The same thing for several people: what would happen, and who is refused and why, before anything does."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.people.choices import PRIVILEGED, Role
from core.people.models import Person
from core.people.rules import may_act_on
from core.permissions.viewer import Viewer
from core.structure import endings
from core.structure.models import ClassMembership, Group, GroupMembership, SchoolClass
from core.structure.selectors import PUPIL

# More at once would hold too many rows for too long.
MOST = 400


@dataclass(frozen=True)
class Refusal:
    person: Person
    why: str


@dataclass
class Plan:
    """`effects`: sentences with counts. `values` are what the service is called with, beside the person."""

    action: "Action"
    values: dict[str, Any]
    accepted: list[Person] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Changes with whatever the reader has been told."""
        keys = ",".join(str(person.pk) for person in self.accepted)
        told = f"{self.action.slug}|{keys}|{self.effects}|{sorted(map(str, self.values.items()))}"
        return blake2b(told.encode(), digest_size=12).hexdigest()


Why = Callable[[Person], str]


@dataclass(frozen=True)
class Action:
    """`weigh` fills the plan's refusals and effects."""

    slug: str
    label: Any
    permission: str
    icon: str
    weigh: Callable[[Viewer, Plan, list[Person]], None]


def plan(viewer: Viewer, action: Action, people: Iterable[Person], values: dict[str, Any]) -> Plan:
    """What the action would do to these people today. A fixed number of queries."""
    made = Plan(action, values)
    action.weigh(viewer, made, list(people))
    return made


def offered(viewer: Viewer) -> list[Action]:
    return [action for action in ACTIONS.values() if viewer.can(action.permission)]


# --- Sorting ---------------------------------------------------------------------------------------------
def _sort(made: Plan, people: list[Person], why: Why) -> None:
    for person in people:
        if reason := _absent(person) or why(person):
            made.refused.append(Refusal(person, reason))
        else:
            made.accepted.append(person)


def _absent(person: Person) -> str:
    return _("a quitté l’établissement") if person.left_on is not None else ""


def _no_pupil(person: Person) -> str:
    return "" if Role.PUPIL in person.roles else _("n’est pas élève")


def _keys(people: Iterable[Person]) -> list[int]:
    return [person.pk for person in people]


def _lasting(on: date) -> Q:
    return Q(ends_on=None) | Q(ends_on__gte=on)


# --- Class ----------------------------------------------------------------------------------------------
def _into_class(viewer: Viewer, made: Plan, people: list[Person]) -> None:
    chosen: SchoolClass = made.values["school_class"]
    day = min(max(timezone.localdate(), chosen.year.starts_on), chosen.year.ends_on)
    until = chosen.year.starts_on
    held = ClassMembership.objects.filter(
        _lasting(day), person__in=_keys(people), kind=PUPIL, school_class__year__starts_on__lte=until
    )
    places = dict(held.order_by().values_list("person", "school_class__name"))
    inside = set(held.filter(school_class=chosen).values_list("person", flat=True))
    _sort(made, people, lambda one: _no_pupil(one) or (_("y est déjà") if one.pk in inside else ""))
    n, leaving = len(made.accepted), [places[one.pk] for one in made.accepted if one.pk in places]
    if n:
        said = ngettext("%(n)d élève entre en %(name)s.", "%(n)d élèves entrent en %(name)s.", n)
        made.effects.append(said % {"n": n, "name": chosen.name})
    for name in sorted(set(leaving)):
        count = leaving.count(name)
        said = ngettext("%(n)d élève quitte %(name)s.", "%(n)d élèves quittent %(name)s.", count)
        made.effects.append(said % {"n": count, "name": name})


# --- Groups ---------------------------------------------------------------------------------------------
def _members(group: Group, people: list[Person]) -> set[int]:
    day = min(max(timezone.localdate(), group.year.starts_on), group.year.ends_on)
    held = GroupMembership.objects.filter(_lasting(day), group=group, person__in=_keys(people))
    return set(held.values_list("person", flat=True))


def _into_group(viewer: Viewer, made: Plan, people: list[Person]) -> None:
    chosen: Group = made.values["group"]
    inside = _members(chosen, people)
    _sort(made, people, lambda one: _no_pupil(one) or (_("y est déjà") if one.pk in inside else ""))
    if n := len(made.accepted):
        said = ngettext("%(n)d élève entre dans %(name)s.", "%(n)d élèves entrent dans %(name)s.", n)
        made.effects.append(said % {"n": n, "name": chosen.name})


def _out_of_group(viewer: Viewer, made: Plan, people: list[Person]) -> None:
    chosen: Group = made.values["group"]
    inside = _members(chosen, people)
    _sort(made, people, lambda one: "" if one.pk in inside else _("n’y est pas"))
    if n := len(made.accepted):
        said = ngettext("%(n)d élève quitte %(name)s.", "%(n)d élèves quittent %(name)s.", n)
        made.effects.append(said % {"n": n, "name": chosen.name})


# --- Departure ------------------------------------------------------------------------------------------
def _away(viewer: Viewer, made: Plan, people: list[Person]) -> None:
    day: date = made.values["on"]

    def why(person: Person) -> str:
        if PRIVILEGED & {*person.roles}:
            return _("dirige l’établissement ou en est le référent\u00a0: depuis sa fiche")
        if person.arrived_on is not None and person.arrived_on > day:
            return _("est arrivé après ce jour")
        return ""

    _sort(made, people, why)
    n = len(made.accepted)
    if not n:
        return
    made.effects.append(ngettext("%(n)d personne part.", "%(n)d personnes partent.", n) % {"n": n})
    keys = _keys(made.accepted)
    ended = endings.unended(day)
    classes = ClassMembership.objects.filter(ended, person__in=keys).count()
    groups = GroupMembership.objects.filter(ended, person__in=keys).count()
    if classes + groups:
        said = ngettext("%(n)d place de classe ou de groupe prend fin.",
                        "%(n)d places de classe ou de groupe prennent fin.", classes + groups)  # fmt: skip
        made.effects.append(said % {"n": classes + groups})
    accounts = sum(person.account_id is not None for person in made.accepted)
    if accounts:
        said = ngettext("%(n)d compte n’ouvre plus l’établissement, aussitôt.",
                        "%(n)d comptes n’ouvrent plus l’établissement, aussitôt.", accounts)  # fmt: skip
        made.effects.append(said % {"n": accounts})


# --- Roles ----------------------------------------------------------------------------------------------
def _with_role(viewer: Viewer, made: Plan, people: list[Person]) -> None:
    role = made.values["role"]

    def why(person: Person) -> str:
        if role in person.roles:
            return _("a déjà ce rôle")
        if not may_act_on(viewer.roles, frozenset(person.roles)):
            return _("seule la direction peut changer ses rôles")
        return ""

    _sort(made, people, why)
    if n := len(made.accepted):
        said = ngettext("%(n)d personne reçoit le rôle «\u00a0%(role)s\u00a0».",
                        "%(n)d personnes reçoivent le rôle «\u00a0%(role)s\u00a0».", n)  # fmt: skip
        made.effects.append(said % {"n": n, "role": Role(role).label})


ACTIONS = {
    one.slug: one
    for one in (
        Action("class", gettext_lazy("Mettre dans une classe"), "structure.manage", "school", _into_class),
        Action("group", gettext_lazy("Ajouter à un groupe"), "structure.manage", "users-round", _into_group),
        Action("ungroup", gettext_lazy("Retirer d’un groupe"), "structure.manage", "x", _out_of_group),
        Action("role", gettext_lazy("Donner un rôle"), "people.manage", "user-plus", _with_role),
        Action("departure", gettext_lazy("Enregistrer un départ"), "people.manage", "log-out", _away),
    )
}
# Rights over the school are given one by one.
GIVEN_TO_MANY = tuple(role for role in Role if role not in PRIVILEGED)
