"""What a person's page and the directory's rows show to one viewer."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from core.people import rules
from core.people.choices import Role
from core.people.families import guardian_links, holding
from core.people.models import GuardianLink, Person
from core.people.selectors import details_for, details_visible
from core.permissions.viewer import Viewer
from core.structure.models import Group, SchoolClass, TeachingService
from core.structure.selectors import (
    SEES_ALL_CLASSES,
    classes_of,
    classes_visible_to,
    groups_of,
    groups_visible_to,
    services_taught_by,
)


@dataclass(frozen=True)
class FamilyLine:
    """One guardian of a child, or one child of a guardian, with what the viewer may see of that person."""

    link: GuardianLink
    person: Person
    details: frozenset[str]

    @property
    def shows_contact(self) -> bool:
        return rules.CONTACT in self.details and bool(self.person.email or self.person.phone)


def may_see_departed(viewer: Viewer) -> bool:
    return bool(viewer.roles & rules.SEES_DEPARTED)


def by_letter(people: Iterable[Person]) -> list[tuple[str, list[Person]]]:
    """People in alphabetical order, under their initial."""
    return [
        (letter, list(group))
        for letter, group in groupby(people, lambda person: person.search_text[:1].upper())
    ]


def name_children(viewer: Viewer, people: Iterable[Person]) -> None:
    """Give each guardian `known_children`: those of whom the viewer may know the guardians. Three queries more."""
    guardians = [person for person in people if Role.GUARDIAN in person.roles]
    links = list(
        GuardianLink.objects.filter(holding(), guardian__in=guardians, child__left_on=None)
        .select_related("child")
        .order_by("child__first_name", "pk")
    )
    details = details_for(viewer, {link.child_id: link.child for link in links}.values())
    known: dict[int, list[str]] = {}
    for link in links:
        if rules.GUARDIANS in details[link.child_id]:
            known.setdefault(link.guardian_id, []).append(link.child.full_name)
    for guardian in guardians:
        guardian.known_children = known.get(guardian.pk, [])  # type: ignore[attr-defined]


def person_page(viewer: Viewer, person: Person) -> dict[str, Any]:
    """The context of a person's page. A fixed number of queries, whatever the size of the family."""
    details = details_visible(viewer, person)
    manages = viewer.can("people.manage") and rules.may_act_on(viewer.roles, frozenset(person.roles))
    return {
        "person": person,
        "details": details,
        "is_self": viewer.person is not None and person.pk == viewer.person.pk,
        "guardians": _guardians(viewer, person) if rules.GUARDIANS in details else None,
        "children": _children(viewer, person),
        "classes": _classes(viewer, person),
        "groups": _groups(viewer, person),
        "services": _services(viewer, person),
        "manages": manages,
        "manages_links": viewer.can("people.manage") and rules.GUARDIANS in details,
        "manages_accounts": viewer.can("people.manage_accounts") and manages,
    }


def _guardians(viewer: Viewer, child: Person) -> list[FamilyLine] | None:
    if Role.PUPIL not in child.roles:
        return None
    links = list(guardian_links(child))
    details = details_for(viewer, [link.guardian for link in links])
    return [FamilyLine(link, link.guardian, details[link.guardian_id]) for link in links]


def _children(viewer: Viewer, guardian: Person) -> list[FamilyLine]:
    """The children of whom the viewer may know the guardians."""
    if Role.GUARDIAN not in guardian.roles:
        return []
    links = list(
        GuardianLink.objects.filter(holding(), guardian=guardian, child__left_on=None)
        .select_related("child")
        .order_by("child__first_name", "pk")
    )
    details = details_for(viewer, [link.child for link in links])
    return [
        FamilyLine(link, link.child, details[link.child_id])
        for link in links
        if rules.GUARDIANS in details[link.child_id]
    ]


def _classes(viewer: Viewer, person: Person) -> list[SchoolClass]:
    if Role.PUPIL not in person.roles:
        return []
    return list(classes_of(person))


def _groups(viewer: Viewer, person: Person) -> list[Group]:
    if Role.PUPIL not in person.roles:
        return []
    return list(groups_of(person).filter(pk__in=groups_visible_to(viewer).values("pk")))


def _services(viewer: Viewer, person: Person) -> list[TeachingService]:
    """What a teacher teaches: to staff all of it, to families what concerns them."""
    if Role.TEACHER not in person.roles:
        return []
    services = services_taught_by(person).select_related("subject", "school_class", "group")
    if not viewer.roles & SEES_ALL_CLASSES:
        classes, groups = classes_visible_to(viewer).values("pk"), groups_visible_to(viewer).values("pk")
        services = services.filter(school_class__in=classes) | services.filter(group__in=groups)
    return list(services.order_by("subject__name", "school_class__name", "group__name", "pk"))
