"""Reading classes, groups and services. First and last days are included; `on` is today by default."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import BigIntegerField, Count, F, Func, Model, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils import timezone

from core.people.choices import Role
from core.people.families import children_seen_by
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.structure.models import (
    ClassMembership,
    Group,
    GroupMembership,
    SchoolClass,
    SchoolYear,
    Subject,
    Substitution,
    TeachingService,
)
from tenants.prepared import Among, Given, prepared

M = TypeVar("M", bound=Model)
PUPIL, MAIN_TEACHER = ClassMembership.Kind.PUPIL, ClassMembership.Kind.MAIN_TEACHER
# These see all classes; pupils and guardians see theirs.
SEES_ALL_CLASSES = frozenset(
    {Role.MANAGEMENT, Role.DIGITAL_REFERENT, Role.ADMINISTRATIVE, Role.SCHOOL_LIFE, Role.TEACHER}
)
# Of years that are over, the others see what they had themselves.
SEES_ALL_YEARS = SEES_ALL_CLASSES - {Role.TEACHER}


@dataclass(frozen=True)
class Places:
    """Classes and groups, by their keys."""

    classes: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()

    def __or__(self, other: "Places") -> "Places":
        return Places(self.classes | other.classes, self.groups | other.groups)

    def __and__(self, other: "Places") -> "Places":
        return Places(self.classes & other.classes, self.groups & other.groups)

    def __bool__(self) -> bool:
        return bool(self.classes or self.groups)


def lasting(on: date | Given | None = None, prefix: str = "") -> Q:
    """Rows with `starts_on` and `ends_on` that hold on that day."""
    day = on or timezone.localdate()
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": day})
    )


# --- Years ----------------------------------------------------------------------------------------------
def current_year(on: date | None = None) -> SchoolYear | None:
    """The year marked as current, else the one that holds the day, else None."""
    day = on or timezone.localdate()
    return (
        SchoolYear.objects.filter(Q(is_current=True) | Q(starts_on__lte=day, ends_on__gte=day))
        .order_by("-is_current", "-starts_on")
        .first()
    )


def day_of(year: SchoolYear, today: date | None = None) -> date:
    """The day on which a year is read: today within it, else its last or its first one."""
    return min(max(today or timezone.localdate(), year.starts_on), year.ends_on)


def over(prefix: str = "year__") -> Q:
    """Years that are over and not the current one any more."""
    return Q(**{f"{prefix}is_current": False, f"{prefix}ends_on__lt": timezone.localdate()})


# --- Pupils' side ---------------------------------------------------------------------------------------
def class_memberships(on: date | Given | None = None, *, kind: str = PUPIL) -> QuerySet[ClassMembership]:
    return ClassMembership.objects.filter(lasting(on), kind=kind)


def group_memberships(on: date | Given | None = None) -> QuerySet[GroupMembership]:
    return GroupMembership.objects.filter(lasting(on))


def classes_of(person: Person, on: date | None = None) -> QuerySet[SchoolClass]:
    """The classes the person is a pupil of."""
    return SchoolClass.objects.filter(
        pk__in=class_memberships(on).filter(person=person).values("school_class")
    )


def groups_of(person: Person, on: date | None = None) -> QuerySet[Group]:
    """The groups the person belongs to."""
    return Group.objects.filter(pk__in=group_memberships(on).filter(person=person).values("group"))


def places_of(people: Collection[int], on: date | None = None) -> dict[int, Places]:
    """The classes and groups of each of these people, as pupils. One query."""
    if not people:
        return {}
    found: dict[int, Places] = {}
    for person, school_class, group in _places_of(day=on or timezone.localdate(), people=[*people]).rows():
        found[person] = found.get(person, Places()) | _place(school_class, group)
    return found


@prepared
def _places_of(day: Given, people: Given) -> QuerySet[Any, Any]:
    nothing = Value(None, output_field=BigIntegerField())
    classes = class_memberships(day).filter(Among("person", people)).annotate(a=F("school_class"), b=nothing)
    groups = group_memberships(day).filter(Among("person", people)).annotate(a=nothing, b=F("group"))
    columns = ("person_id", "a", "b")
    return classes.order_by().values_list(*columns).union(groups.order_by().values_list(*columns), all=True)


def _place(school_class: int | None, group: int | None) -> Places:
    return Places(
        frozenset() if school_class is None else frozenset({school_class}),
        frozenset() if group is None else frozenset({group}),
    )


def pupils_in(places: Places, key: str = "pk", on: date | None = None) -> Q:
    """The condition on a person's key for being a pupil of one of these classes and groups on that day."""
    if not places:
        return Q(pk__in=())
    day = on or timezone.localdate()
    return Q(**{f"{key}__in": _pupils_in(day=day, classes=[*places.classes], groups=[*places.groups])})


@prepared
def _pupils_in(day: Given, classes: Given, groups: Given) -> QuerySet[Any, Any]:
    of_classes = class_memberships(day).filter(Among("school_class", classes)).order_by().values("person")
    of_groups = group_memberships(day).filter(Among("group", groups)).order_by().values("person")
    return of_classes.union(of_groups, all=True)


def pupils_of_class(school_class: SchoolClass, on: date | None = None) -> QuerySet[Person]:
    return _present().filter(pk__in=class_memberships(on).filter(school_class=school_class).values("person"))


def pupils_of_group(group: Group, on: date | None = None) -> QuerySet[Person]:
    return _present().filter(pk__in=group_memberships(on).filter(group=group).values("person"))


def main_teachers_of_class(school_class: SchoolClass, on: date | None = None) -> QuerySet[Person]:
    members = class_memberships(on, kind=MAIN_TEACHER).filter(school_class=school_class)
    return _present().filter(pk__in=members.values("person"))


def _present() -> QuerySet[Person]:
    return Person.objects.filter(left_on=None).order_by("search_text", "pk")


def rule_choices(year: SchoolYear) -> dict[str, list[tuple[Any, str]]]:
    """What a group's rule may ask for in a year: its levels, classes, and the subjects its pupils study."""
    classes = list(year.classes.values_list("pk", "name", "level"))
    levels = sorted({level for _pk, _name, level in classes if level})
    pupils = Person.objects.filter(
        left_on=None, pk__in=class_memberships().filter(school_class__year=year).values("person")
    )
    codes = sorted(set(pupils.annotate(code=Func(F("studies"), function="unnest")).values_list("code", flat=True)))
    names = dict(Subject.objects.filter(code__in=codes).values_list("code", "name"))
    return {
        "levels": [(level, level) for level in levels],
        "classes": [(pk, name) for pk, name, _level in classes],
        "studies": sorted(((code, names.get(code, code)) for code in codes), key=lambda pair: pair[1]),
    }


# --- Teachers' side -------------------------------------------------------------------------------------
def services_on(on: date | Given | None = None) -> QuerySet[TeachingService]:
    return TeachingService.objects.filter(lasting(on))


def services_taught_by(person: Person | Given, on: date | Given | None = None) -> QuerySet[TeachingService]:
    """The services the person holds, and those the person covers for somebody else on that day."""
    covered = Substitution.objects.filter(lasting(on), substitute=person)
    return services_on(on).filter(Q(teacher=person) | Q(pk__in=covered.values("service")))


def classes_taught_by(person: Person, on: date | None = None) -> QuerySet[SchoolClass]:
    """Classes that the person teaches, substitutes included, or is the main teacher of."""
    services = services_taught_by(person, on).filter(school_class__isnull=False)
    main = class_memberships(on, kind=MAIN_TEACHER).filter(person=person)
    return SchoolClass.objects.filter(
        Q(pk__in=services.values("school_class")) | Q(pk__in=main.values("school_class"))
    )


def groups_taught_by(person: Person, on: date | None = None) -> QuerySet[Group]:
    services = services_taught_by(person, on).filter(group__isnull=False)
    return Group.objects.filter(pk__in=services.values("group"))


def places_taught_by(person: Person, on: date | None = None) -> Places:
    """The keys of the classes and groups that the person teaches. One query."""
    return together(_place(*row) for row in _taught_by(day=on or timezone.localdate(), person=person.pk).rows())


@prepared
def _taught_by(day: Given, person: Given) -> QuerySet[Any, Any]:
    columns = ("school_class_id", "group_id")
    services = services_taught_by(person, day).order_by().values_list(*columns)
    main = class_memberships(day, kind=MAIN_TEACHER).filter(person=person)
    main = main.annotate(group_id=Value(None, output_field=BigIntegerField())).order_by().values_list(*columns)
    return services.union(main, all=True)


def teachers_in(places: Places, on: date | None = None) -> Q:
    """The condition on Person for teaching there on that day: holders, substitutes, main teachers."""
    if not places:
        return Q(pk__in=())
    day = on or timezone.localdate()
    return Q(pk__in=_teachers_in(day=day, classes=[*places.classes], groups=[*places.groups]))


@prepared
def _teachers_in(day: Given, classes: Given, groups: Given) -> QuerySet[Any, Any]:
    services = services_on(day).filter(Among("school_class", classes) | Among("group", groups))
    covering = Substitution.objects.filter(
        lasting(day),
        lasting(day, "service__"),
        Among("service__school_class", classes) | Among("service__group", groups),
    )
    main = class_memberships(day, kind=MAIN_TEACHER).filter(Among("school_class", classes))
    return (
        services.order_by()
        .values("teacher")
        .union(covering.order_by().values("substitute"), main.order_by().values("person"), all=True)
    )


def teachers_of_class(school_class: SchoolClass, on: date | None = None) -> QuerySet[TeachingService]:
    """The services of the class and of its groups, with teacher, subject and the substitutes of that day."""
    groups = school_class.groups.values("pk")
    return (
        services_on(on)
        .filter(Q(school_class=school_class) | Q(group__in=groups))
        .select_related("teacher", "subject", "group", "school_class")
        .prefetch_related(current_substitutions(on))
        .order_by("subject__name", "teacher__search_text", "pk")
    )


def teachers_of_group(group: Group, on: date | None = None) -> QuerySet[TeachingService]:
    """The services of the group, as `teachers_of_class` gives them."""
    return (
        services_on(on)
        .filter(group=group)
        .select_related("teacher", "subject", "group", "school_class")
        .prefetch_related(current_substitutions(on))
        .order_by("subject__name", "teacher__search_text", "pk")
    )


def current_substitutions(on: date | None) -> Prefetch:
    """For `prefetch_related`: `current_substitutions` of that day, each with its substitute."""
    current = Substitution.objects.filter(lasting(on)).select_related("substitute")
    return Prefetch("substitutions", current, to_attr="current_substitutions")


# --- What a viewer may see ------------------------------------------------------------------------------
def followed_places(viewer: Viewer) -> dict[int, Places]:
    """Where the viewer and the children whose record they may see are pupils today, read once a request."""
    me = viewer.person
    keys = [me.pk, *(child.pk for child in children_seen_by(viewer))] if me else []
    return viewer.once("structure.followed", lambda: places_of(keys))


def own_places(viewer: Viewer) -> Places:
    """Where the viewer is a pupil today."""
    return followed_places(viewer).get(viewer.person.pk, Places()) if viewer.person else Places()


def children_places(viewer: Viewer) -> Places:
    """Where the viewer's children are pupils today."""
    known = followed_places(viewer)
    return together(known.get(child.pk, Places()) for child in children_seen_by(viewer))


def taught_places(viewer: Viewer) -> Places:
    """What the viewer teaches today, read once a request."""
    me = viewer.person
    return viewer.once("structure.taught", lambda: places_taught_by(me)) if me else Places()


def together(places: Iterable[Places]) -> Places:
    """All classes and groups of these."""
    whole = Places()
    for one in places:
        whole |= one
    return whole


def classes_visible_to(viewer: Viewer) -> QuerySet[SchoolClass]:
    """All classes for staff; one's own for pupils, one's children's for guardians.

    Of years that are over, teachers and families see those that they had.
    """
    me = viewer.person
    if me is None:
        return SchoolClass.objects.none()
    if viewer.roles & SEES_ALL_YEARS:
        return SchoolClass.objects.all()
    had = Q(pk__in=_classes_had(person=me.pk, children=_children(viewer)))
    if Role.TEACHER in viewer.roles:
        return SchoolClass.objects.filter(~over() | had)
    now = Q(pk__in=together(followed_places(viewer).values()).classes)
    return SchoolClass.objects.filter(now | (over() & had))


def groups_visible_to(viewer: Viewer) -> QuerySet[Group]:
    """All groups for staff; one's own for pupils, one's children's for guardians. Past years as for classes."""
    me = viewer.person
    if me is None:
        return Group.objects.none()
    if viewer.roles & SEES_ALL_YEARS:
        return Group.objects.all()
    had = Q(pk__in=_groups_had(person=me.pk, children=_children(viewer)))
    if Role.TEACHER in viewer.roles:
        return Group.objects.filter(~over() | had)
    now = Q(pk__in=together(followed_places(viewer).values()).groups)
    return Group.objects.filter(now | (over() & had))


def years_visible_to(viewer: Viewer) -> QuerySet[SchoolYear]:
    """The current year, and those of which the viewer may see a class or a group."""
    if viewer.roles & SEES_ALL_YEARS:
        return SchoolYear.objects.all()
    classes, groups = classes_visible_to(viewer).values("year"), groups_visible_to(viewer).values("year")
    return SchoolYear.objects.filter(Q(is_current=True) | Q(pk__in=classes) | Q(pk__in=groups))


def _children(viewer: Viewer) -> list[int]:
    return [child.pk for child in children_seen_by(viewer)]


@prepared
def _classes_had(person: Given, children: Given) -> QuerySet[Any, Any]:
    """Where the person, or the children as pupils, ever were, and what the person ever taught."""
    been = ClassMembership.objects.filter(Q(person=person) | Q(Among("person", children), kind=PUPIL))
    taught = _once_taught(person).filter(school_class__isnull=False)
    return been.order_by().values("school_class").union(taught.values("school_class"), all=True)


@prepared
def _groups_had(person: Given, children: Given) -> QuerySet[Any, Any]:
    been = GroupMembership.objects.filter(Q(person=person) | Among("person", children))
    taught = _once_taught(person).filter(group__isnull=False)
    return been.order_by().values("group").union(taught.values("group"), all=True)


def _once_taught(person: Given) -> QuerySet[TeachingService]:
    """Services that the person ever held or covered."""
    covered = Substitution.objects.filter(substitute=person).values("service")
    return TeachingService.objects.filter(Q(teacher=person) | Q(pk__in=covered)).order_by()


def get_visible_class_or_404(viewer: Viewer, pk: int) -> SchoolClass:
    return _one(classes_visible_to(viewer).select_related("year"), pk)


def get_visible_group_or_404(viewer: Viewer, pk: int) -> Group:
    return _one(groups_visible_to(viewer).select_related("year", "subject"), pk)


def _one(rows: QuerySet[M], pk: int) -> M:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404(rows.model.__name__)
    return found


def counted(classes: QuerySet[SchoolClass], on: date | None = None) -> QuerySet[SchoolClass]:
    """With `pupil_count`, and `current_main_teachers` (memberships with their person); of a past day all of then."""
    here = Q() if on is not None and on < timezone.localdate() else Q(person__left_on=None)
    pupils = class_memberships(on).filter(here, school_class=OuterRef("pk"))
    main = class_memberships(on, kind=MAIN_TEACHER).filter(here).select_related("person")
    number = pupils.order_by().values("school_class").annotate(n=Count("person", distinct=True)).values("n")
    return classes.annotate(pupil_count=Coalesce(Subquery(number), 0)).prefetch_related(
        Prefetch("memberships", main, to_attr="current_main_teachers")
    )


def with_classes(people: QuerySet[Person], on: date | None = None) -> QuerySet[Person]:
    """The same people with `current_class_memberships` as pupils, each with its class, in one more query."""
    memberships = class_memberships(on).select_related("school_class")
    return people.prefetch_related(
        Prefetch("class_memberships", memberships, to_attr="current_class_memberships")
    )
