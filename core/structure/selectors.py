"""Reading classes, groups and services. First and last days are included; `on` is today by default."""

from datetime import date
from typing import TypeVar

from django.db.models import Count, Model, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils import timezone

from core.people.choices import Role
from core.people.families import children_of
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.structure.models import (
    ClassMembership,
    Group,
    GroupMembership,
    SchoolClass,
    SchoolYear,
    Substitution,
    TeachingService,
)

M = TypeVar("M", bound=Model)
PUPIL, MAIN_TEACHER = ClassMembership.Kind.PUPIL, ClassMembership.Kind.MAIN_TEACHER
# These see all classes; pupils and guardians see theirs.
SEES_ALL_CLASSES = frozenset(
    {Role.MANAGEMENT, Role.DIGITAL_REFERENT, Role.ADMINISTRATIVE, Role.SCHOOL_LIFE, Role.TEACHER}
)


def lasting(on: date | None = None, prefix: str = "") -> Q:
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


# --- Pupils' side ---------------------------------------------------------------------------------------
def class_memberships(on: date | None = None, *, kind: str = PUPIL) -> QuerySet[ClassMembership]:
    return ClassMembership.objects.filter(lasting(on), kind=kind)


def group_memberships(on: date | None = None) -> QuerySet[GroupMembership]:
    return GroupMembership.objects.filter(lasting(on))


def classes_of(person: Person, on: date | None = None) -> QuerySet[SchoolClass]:
    """The classes the person is a pupil of."""
    return SchoolClass.objects.filter(
        pk__in=class_memberships(on).filter(person=person).values("school_class")
    )


def groups_of(person: Person, on: date | None = None) -> QuerySet[Group]:
    """The groups the person belongs to."""
    return Group.objects.filter(pk__in=group_memberships(on).filter(person=person).values("group"))


def pupils_of_class(school_class: SchoolClass, on: date | None = None) -> QuerySet[Person]:
    return _present().filter(pk__in=class_memberships(on).filter(school_class=school_class).values("person"))


def pupils_of_group(group: Group, on: date | None = None) -> QuerySet[Person]:
    return _present().filter(pk__in=group_memberships(on).filter(group=group).values("person"))


def main_teachers_of_class(school_class: SchoolClass, on: date | None = None) -> QuerySet[Person]:
    members = class_memberships(on, kind=MAIN_TEACHER).filter(school_class=school_class)
    return _present().filter(pk__in=members.values("person"))


def _present() -> QuerySet[Person]:
    return Person.objects.filter(left_on=None).order_by("search_text", "pk")


# --- Teachers' side -------------------------------------------------------------------------------------
def services_on(on: date | None = None) -> QuerySet[TeachingService]:
    return TeachingService.objects.filter(lasting(on))


def services_taught_by(person: Person, on: date | None = None) -> QuerySet[TeachingService]:
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


def pupils_taught_by(person: Person, on: date | None = None) -> QuerySet[Person]:
    """The pupils of the classes and groups that the person teaches."""
    in_classes = class_memberships(on).filter(school_class__in=classes_taught_by(person, on).values("pk"))
    in_groups = group_memberships(on).filter(group__in=groups_taught_by(person, on).values("pk"))
    return _present().filter(Q(pk__in=in_classes.values("person")) | Q(pk__in=in_groups.values("person")))


def teachers_of(pupils: QuerySet[Person], on: date | None = None) -> QuerySet[Person]:
    """Who teaches these pupils on that day: holders, substitutes, main teachers."""
    classes = class_memberships(on).filter(person__in=pupils.values("pk")).values("school_class")
    groups = group_memberships(on).filter(person__in=pupils.values("pk")).values("group")
    services = services_on(on).filter(Q(school_class__in=classes) | Q(group__in=groups))
    covering = Substitution.objects.filter(lasting(on), service__in=services.values("pk"))
    main = class_memberships(on, kind=MAIN_TEACHER).filter(school_class__in=classes)
    return _present().filter(
        Q(pk__in=services.values("teacher"))
        | Q(pk__in=covering.values("substitute"))
        | Q(pk__in=main.values("person"))
    )


def teachers_of_class(school_class: SchoolClass, on: date | None = None) -> QuerySet[TeachingService]:
    """The services of the class and of its groups, with teacher, subject and the substitutes of that day."""
    groups = school_class.groups.values("pk")
    return (
        services_on(on)
        .filter(Q(school_class=school_class) | Q(group__in=groups))
        .select_related("teacher", "subject", "group", "school_class")
        .prefetch_related(_current_substitutions(on))
        .order_by("subject__name", "teacher__search_text", "pk")
    )


def teachers_of_group(group: Group, on: date | None = None) -> QuerySet[TeachingService]:
    """The services of the group, as `teachers_of_class` gives them."""
    return (
        services_on(on)
        .filter(group=group)
        .select_related("teacher", "subject", "group", "school_class")
        .prefetch_related(_current_substitutions(on))
        .order_by("subject__name", "teacher__search_text", "pk")
    )


def _current_substitutions(on: date | None) -> Prefetch:
    current = Substitution.objects.filter(lasting(on)).select_related("substitute")
    return Prefetch("substitutions", current, to_attr="current_substitutions")


# --- What a viewer may see ------------------------------------------------------------------------------
def pupils_followed_by(viewer: Viewer) -> Q:
    """On a membership: oneself, and the children whose record one may see."""
    children = children_of(viewer.person, modules=viewer.modules) if viewer.person else Person.objects.none()
    return Q(person=viewer.person) | Q(person__in=children.values("pk"))


def classes_visible_to(viewer: Viewer) -> QuerySet[SchoolClass]:
    """All classes for staff; one's own for pupils, one's children's for guardians."""
    if viewer.person is None:
        return SchoolClass.objects.none()
    if viewer.roles & SEES_ALL_CLASSES:
        return SchoolClass.objects.all()
    own = class_memberships().filter(pupils_followed_by(viewer))
    return SchoolClass.objects.filter(pk__in=own.values("school_class"))


def groups_visible_to(viewer: Viewer) -> QuerySet[Group]:
    """All groups for staff; one's own for pupils, one's children's for guardians."""
    if viewer.person is None:
        return Group.objects.none()
    if viewer.roles & SEES_ALL_CLASSES:
        return Group.objects.all()
    return Group.objects.filter(pk__in=group_memberships().filter(pupils_followed_by(viewer)).values("group"))


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
    """With `pupil_count`, and `current_main_teachers` (memberships with their person)."""
    pupils = class_memberships(on).filter(school_class=OuterRef("pk"), person__left_on=None)
    main = class_memberships(on, kind=MAIN_TEACHER).filter(person__left_on=None).select_related("person")
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
