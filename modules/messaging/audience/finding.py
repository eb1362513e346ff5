"""The picker: what the words typed in the recipients' field may mean, of what the viewer may write to.

People by their names; classes and groups by theirs, each with its pupils, guardians and teachers; roles; and by a
pupil's name their guardians, one by one and together, and their teachers. What is proposed here is counted roughly;
the preview is exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from core.people.choices import Kinship, Role
from core.people.models import Person
from core.people.selectors import people_visible_to, search
from core.people.text import fold
from core.permissions.viewer import Viewer
from core.structure.models import ClassMembership
from core.structure.selectors import (
    class_memberships,
    classes_visible_to,
    current_year,
    group_memberships,
    groups_visible_to,
    with_classes,
)
from modules.messaging.audience.lines import (
    CLASS,
    GROUP,
    GUARDIANS,
    GUARDIANS_OF,
    PERSON,
    PUPILS,
    ROLE,
    ROLE_WORDS,
    TEACHERS,
    TEACHERS_OF,
    WHO_WORDS,
)
from modules.messaging.audience.permitted import WRITE_PLACES
from modules.messaging.audience.reach import NONE, grid_of, links, reachable_by, readers_of, writing_roles

# Of each sort; one who finds nobody among these types one letter more.
PEOPLE, PLACES, CHILDREN = 8, 4, 4
_ROLE_OF = {PUPILS: Role.PUPIL, GUARDIANS: Role.GUARDIAN, TEACHERS: Role.TEACHER}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One proposal: the parts of a `Line`, with words. `count` is about how many it reaches, None where unknown."""

    kind: str
    id: int | str
    label: str
    who: str = ""
    child: int | None = None
    hint: str = ""
    count: int | None = None


def candidates(viewer: Viewer, words: str) -> list[Candidate]:
    """Proposals for these words, places first where the viewer may write to places. A dozen queries at most."""
    if not fold(words) or not writing_roles(viewer):
        return []
    found: list[Candidate] = []
    if viewer.can(WRITE_PLACES):
        found += _roles(viewer, words)
        found += _places(viewer, words, CLASS)
        found += _places(viewer, words, GROUP)
    return [*found, *_people(viewer, words), *_families(viewer, words)]


def _reaches(viewer: Viewer, role: str) -> bool:
    """Whether the grid lets the viewer write to anybody of this role."""
    table = grid_of(viewer)
    readers = readers_of(viewer.modules)
    return role in readers and any(table[mine, role] != NONE for mine in writing_roles(viewer))


def _roles(viewer: Viewer, words: str) -> list[Candidate]:
    typed = fold(words).split()
    return [
        Candidate(kind=ROLE, id=str(role), label=str(label))
        for role, label in ROLE_WORDS.items()
        if _begins(f"{label} {role.label}", typed) and _reaches(viewer, role)
    ]


def _begins(name: str, typed: Iterable[str]) -> bool:
    """Whether each word typed begins one of the name's, or the name in one piece: "5eb" for "5e B"."""
    said = fold(name)
    return all(f" {word}" in f" {said}" for word in typed) or said.replace(" ", "").startswith("".join(typed))


# --- Classes and groups -----------------------------------------------------------------------------------
def _places(viewer: Viewer, words: str, kind: str) -> list[Candidate]:
    typed = fold(words).split()
    year = current_year()
    visible: QuerySet[Any] = classes_visible_to(viewer) if kind == CLASS else groups_visible_to(viewer)
    named = visible.filter(year=year).order_by("name").values_list("pk", "name")
    chosen = [(pk, name) for pk, name in named if _begins(name, typed)][:PLACES]
    counts = _counts(viewer, kind, [pk for pk, _name in chosen]) if chosen else {}
    return [
        Candidate(
            kind=kind, id=pk, who=who, count=counts.get((who, pk)),
            label=_("%(who)s de %(name)s") % {"who": WHO_WORDS[who], "name": name},
        )
        for pk, name in chosen
        for who in (PUPILS, GUARDIANS, TEACHERS)
        if _reaches(viewer, _ROLE_OF[who])
    ]  # fmt: skip


def _counts(viewer: Viewer, kind: str, places: list[int]) -> dict[tuple[str, int], int]:
    """How many pupils and guardians each place has. Two queries."""
    members: QuerySet[Any]
    if kind == CLASS:
        members, place = class_memberships().filter(school_class__in=places), "school_class"
    else:
        members, place = group_memberships().filter(group__in=places), "group"
    members = members.filter(person__left_on=None).order_by()
    pupils = members.values_list(place).annotate(n=Count("person", distinct=True))
    held = Q(person__guardian_links__in=links(viewer.modules))
    guardians = members.filter(held).values_list(place).annotate(
        n=Count("person__guardian_links__guardian", distinct=True)
    )
    return {(PUPILS, pk): n for pk, n in pupils} | {(GUARDIANS, pk): n for pk, n in guardians}


# --- People -----------------------------------------------------------------------------------------------
def _people(viewer: Viewer, words: str) -> list[Candidate]:
    rows = with_classes(search(reachable_by(viewer), words).order_by("search_text", "pk"))
    return [_person(person) for person in rows[:PEOPLE]]


def _person(person: Any) -> Candidate:
    return Candidate(kind=PERSON, id=person.pk, label=person.full_name, hint=_hint(person))


def _hint(person: Any) -> str:
    """What tells two people of one name apart: their function, their class or their roles."""
    classes = [row.school_class.name for row in person.current_class_memberships]
    roles = [str(Role(role).label) for role in person.roles if role in Role.values]
    return person.function or ", ".join([*classes, *([] if classes else roles)])


def _families(viewer: Viewer, words: str) -> list[Candidate]:
    """By the name of a pupil whom the viewer may know of: guardians and teachers. Four queries."""
    to_guardians, to_teachers = (_reaches(viewer, role) for role in (Role.GUARDIAN, Role.TEACHER))
    if not (to_guardians or to_teachers):
        return []
    pupils = people_visible_to(viewer).filter(roles__contains=[Role.PUPIL])
    children: list[Any] = list(with_classes(search(pupils, words).order_by("search_text", "pk"))[:CHILDREN])
    found: list[Candidate] = []
    held = _links_of(viewer, children) if to_guardians else {}
    for child in children:
        own = held.get(child.pk, [])
        found += [_guardian(link, child) for link in own]
        if len(own) > 1:
            found.append(_together(child, GUARDIANS_OF, _("Responsables de %(name)s"), len(own)))
        if to_teachers and child.current_class_memberships:
            found.append(_together(child, TEACHERS_OF, _("Enseignants de %(name)s"), None))
    return found


def _links_of(viewer: Viewer, children: list[Any]) -> dict[int, list[Any]]:
    """The guardians to whom the viewer may write, by child, first called first."""
    rows = links(viewer.modules).filter(child__in=children, guardian__in=reachable_by(viewer).values("pk"))
    found: dict[int, list[Any]] = {}
    for link in rows.select_related("guardian").order_by("priority", "pk"):
        found.setdefault(link.child_id, []).append(link)
    return found


def _guardian(link: Any, child: Person) -> Candidate:
    kinship = str(Kinship(link.kinship).label) if link.kinship in Kinship.values else _("Responsable")
    hint = _("%(kinship)s de %(child)s") % {"kinship": kinship, "child": _told(child)}
    return Candidate(kind=PERSON, id=link.guardian_id, child=child.pk, label=link.guardian.full_name, hint=hint)


def _together(child: Person, kind: str, label: str, count: int | None) -> Candidate:
    return Candidate(kind=kind, id=child.pk, label=label % {"name": child.full_name}, hint=_told(child), count=count)


def _told(child: Any) -> str:
    memberships: list[ClassMembership] = child.current_class_memberships
    classes = ", ".join(row.school_class.name for row in memberships)
    return f"{child.full_name}, {classes}" if classes else str(child.full_name)
