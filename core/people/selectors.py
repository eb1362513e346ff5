"""Who may see whom, and what of them. Everything here is sets and SQL: no query per person."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from core.people import rules
from core.people.choices import STAFF, Role
from core.people.families import (
    children_of,
    children_seen_by,
    co_guardians_of,
    guardian_links,
    guardians_of,
    holding,
    with_children,
)
from core.people.models import GuardianLink, Person
from core.people.standing import never_activated
from core.people.text import fold
from core.permissions.viewer import Viewer
from core.structure.selectors import (
    SEES_ALL_CLASSES,
    Places,
    children_places,
    class_memberships,
    group_memberships,
    own_places,
    places_of,
    pupils_in,
    taught_places,
    teachers_in,
    with_classes,
)
from tenants.prepared import Among, Given, prepared

__all__ = [
    "children_of",
    "details_for",
    "details_visible",
    "get_visible_or_404",
    "guardian_links",
    "guardians_of",
    "listed",
    "never_activated",
    "people_visible_to",
    "search",
    "with_children",
]

_OFFICE = (Role.MANAGEMENT, Role.SCHOOL_LIFE)


# --- Whom one may see -----------------------------------------------------------------------------------
def people_visible_to(viewer: Viewer, *, departed: bool = False) -> QuerySet[Person]:
    """The people of the school that the viewer may know of, over all roles the viewer holds.

    `departed` asks for those who have left instead: management and référents alone find them.
    """
    me = viewer.person
    if me is None:
        return Person.objects.none()
    if departed:
        left = Person.objects.filter(left_on__isnull=False)
        return left if viewer.roles & rules.SEES_DEPARTED else left.none()
    present = Person.objects.filter(left_on=None)
    if viewer.roles & rules.SEES_EVERYONE:
        return present
    return present.filter(_visible(viewer, me))


def _visible(viewer: Viewer, me: Person) -> Q:
    seen = Q(pk=me.pk)
    if viewer.roles & {Role.TEACHER, Role.PARTNER}:
        seen |= Q(roles__overlap=[*STAFF])
    if Role.TEACHER in viewer.roles:
        seen |= Q(roles__overlap=[Role.PUPIL, Role.PARTNER]) | _guardians_in(taught_places(viewer))
    if Role.GUARDIAN in viewer.roles:
        seen |= _visible_to_guardian(viewer)
    if Role.PUPIL in viewer.roles:
        seen |= _visible_to_pupil(viewer, me)
    return seen


def _visible_to_guardian(viewer: Viewer) -> Q:
    """One's children, their teachers and other guardians, and the people one calls."""
    children = [child.pk for child in children_seen_by(viewer)]
    return (
        Q(pk__in=children)
        | teachers_in(children_places(viewer))
        | _guardians(children)
        | Q(roles__overlap=[*_OFFICE])
    )


def _visible_to_pupil(viewer: Viewer, me: Person) -> Q:
    """Classmates, one's teachers and guardians, and the staff who do not teach."""
    places = own_places(viewer)
    return (
        pupils_in(places)
        | teachers_in(places)
        | _guardians([me.pk])
        | Q(roles__overlap=sorted(STAFF - {Role.TEACHER}))
    )


def _guardians(children: list[int]) -> Q:
    return Q(pk__in=_guardians_of(day=timezone.localdate(), children=children)) if children else Q(pk__in=())


@prepared
def _guardians_of(day: Given, children: Given) -> QuerySet[Any, Any]:
    return GuardianLink.objects.filter(holding(day), Among("child", children)).values("guardian")


def _guardians_in(places: Places) -> Q:
    """The guardians of those who are pupils there today."""
    if not places:
        return Q(pk__in=())
    values = {"day": timezone.localdate(), "classes": [*places.classes], "groups": [*places.groups]}
    return Q(pk__in=_guardians_of_pupils_in(**values))


@prepared
def _guardians_of_pupils_in(day: Given, classes: Given, groups: Given) -> QuerySet[Any, Any]:
    pupils = Q(child__in=class_memberships(day).filter(Among("school_class", classes)).values("person"))
    pupils |= Q(child__in=group_memberships(day).filter(Among("group", groups)).values("person"))
    return GuardianLink.objects.filter(holding(day), pupils, child__left_on=None).values("guardian")


def get_visible_or_404(viewer: Viewer, pk: int) -> Person:
    """The person, also one who has left where the viewer may find them. Raises Http404 for all others."""
    found = people_visible_to(viewer).filter(pk=pk).first()
    if found is None and viewer.roles & rules.SEES_DEPARTED:
        found = people_visible_to(viewer, departed=True).filter(pk=pk).first()
    if found is None:
        raise Http404("person")
    return found


# --- What one may see of them ---------------------------------------------------------------------------
def details_visible(viewer: Viewer, person: Person) -> frozenset[str]:
    """Which groups of details of this person the viewer may see (see `core.people.rules`)."""
    return details_for(viewer, [person])[person.pk]


def details_for(viewer: Viewer, people: Iterable[Person]) -> dict[int, frozenset[str]]:
    """The same for many people at once, by their pk, in a fixed number of queries."""
    people = list(people)
    if not people:
        return {}
    relations = _relations(viewer, people)
    return {
        person.pk: rules.details(viewer.roles, viewer.codes, relations[person.pk])
        if viewer.person
        else frozenset()
        for person in people
    }


def _relations(viewer: Viewer, people: list[Person]) -> dict[int, rules.Relation]:
    me, ids = viewer.person, [person.pk for person in people]
    if me is None:
        return {pk: rules.Relation() for pk in ids}
    children = {child.pk for child in children_seen_by(viewer)} & {*ids}
    taught: set[int] = set()
    families: set[int] = set()
    if Role.TEACHER in viewer.roles:
        taught, families = _taught_among(viewer, people)
    others = co_guardians_of(viewer)
    alone = _only_known_to(me, children)
    return {
        person.pk: rules.Relation(
            is_self=person.pk == me.pk,
            is_own_child=person.pk in children,
            lives_with_viewer=person.pk in alone or (person.pk in children and _same_address(me, person)),
            is_co_guardian=person.pk in others,
            is_taught=person.pk in taught,
            is_guardian_of_taught=person.pk in families,
        )
        for person in people
    }


def _taught_among(viewer: Viewer, people: list[Person]) -> tuple[set[int], set[int]]:
    """Of these people, the pupils whom the viewer teaches today, and the guardians of such pupils. Two queries."""
    taught = taught_places(viewer)
    if not taught:
        return set(), set()
    present = {person.pk for person in people if person.left_on is None}
    held = GuardianLink.objects.filter(holding(), guardian__in=[person.pk for person in people], child__left_on=None)
    links = list(held.order_by().values_list("guardian", "child"))
    places = places_of(present.union(child for _guardian, child in links))
    pupils = {pk for pk, where in places.items() if where & taught}
    return pupils & present, {guardian for guardian, child in links if child in pupils}


def _only_known_to(guardian: Person, children: set[int]) -> set[int]:
    """Among these children, those of whom no other guardian was ever recorded."""
    if not children:
        return set()
    shared = GuardianLink.objects.filter(child__in=children).exclude(guardian=guardian)
    return children - set(shared.values_list("child", flat=True))


def _same_address(one: Person, other: Person) -> bool:
    return bool(one.address) and fold(one.address) == fold(other.address)


# --- Finding --------------------------------------------------------------------------------------------
def search(people: QuerySet[Person], words: str) -> QuerySet[Person]:
    """Narrow to the people whose names hold every word (at most eight), whatever accents and case."""
    for word in fold(words[:200]).split()[:8]:
        people = people.filter(search_text__contains=word)
    return people


def listed(people: QuerySet[Person], *, role: str = "", school_class: int | None = None) -> QuerySet[Person]:
    """The directory's rows: narrowed by role and class (its pupils), in order, classes at hand."""
    if role:
        people = people.filter(roles__contains=[role])
    if school_class is not None:
        people = people.filter(pk__in=class_memberships().filter(school_class=school_class).values("person"))
    return with_classes(people.order_by("search_text", "pk"))


def may_see_classes(viewer: Viewer) -> bool:
    """Whether the directory may be narrowed to any class of the school."""
    return bool(viewer.roles & SEES_ALL_CLASSES)
