"""A small school to look at: two classes, a few teachers, a separated couple, and who signs in as whom."""

from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.utils.timezone import localdate

from core.people.choices import Authority
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.structure.models import Group, GroupMembership, SchoolClass, Subject, TeachingService
from tenants.schemas.context import school
from tests.factories import make_class, make_guardian, make_person

START, END = date(2026, 9, 1), date(2027, 7, 3)


@dataclass
class World:
    school: Any
    head: Person
    referent: Person
    office: Person  # administrative
    cpe: Person
    teacher: Person  # of 6e A
    other_teacher: Person  # of 6e B
    partner: Person
    pupil: Person  # in 6e A
    classmate: Person
    stranger: Person  # a pupil in 6e B
    mother: Person  # of pupil; separated from
    father: Person
    other_parent: Person  # of stranger
    class_a: SchoolClass
    class_b: SchoolClass
    service: TeachingService
    group: Group


def viewer(establishment: Any, person: Person) -> Viewer:
    user = SimpleNamespace(is_authenticated=True, pk=person.account_id)
    return Viewer(SimpleNamespace(user=user, school=establishment))  # type: ignore[arg-type]


def build(establishment: Any) -> World:
    def somebody(*roles: str, **fields: Any) -> Person:
        return make_person(establishment, *roles, account=True, **fields)

    pupil, classmate, stranger = (
        somebody("pupil", address="1 rue du Puits", birth_date=date(2014, 5, 3), phone=f"060000000{n}")
        for n in range(3)
    )
    teacher, other_teacher = somebody("teacher", phone="0611111111"), somebody("teacher")
    mother = somebody("guardian", phone="0622222222", email="mere@example.org", address="1 rue du Puits")
    father = somebody("guardian", phone="0633333333", email="pere@example.org", address="9 rue Haute")
    other_parent = somebody("guardian", phone="0644444444", email="autre@example.org", address="5 rue Basse")
    class_a = make_class(establishment, "", pupil, classmate)
    class_b = make_class(establishment, "", stranger)
    for child, guardian in ((pupil, mother), (pupil, father), (stranger, other_parent)):
        make_guardian(establishment, child, guardian)
    with school(establishment):
        subject, _ = Subject.objects.get_or_create(name="Mathématiques")
        service = TeachingService.objects.create(
            teacher=teacher, subject=subject, school_class=class_a, starts_on=START, ends_on=END
        )
        TeachingService.objects.create(
            teacher=other_teacher, subject=subject, school_class=class_b, starts_on=START, ends_on=END
        )
        group = Group.objects.create(year=class_a.year, name="Chorale", subject=subject)
        GroupMembership.objects.create(group=group, person=classmate, starts_on=START)
    return World(
        establishment,
        somebody("management"),
        somebody("digital_referent"),
        somebody("administrative"),
        somebody("school_life"),
        teacher,
        other_teacher,
        somebody("partner"),
        pupil,
        classmate,
        stranger,
        mother,
        father,
        other_parent,
        class_a,
        class_b,
        service,
        group,
    )


def end_link(world: World, guardian: Person, *, on: date | None = None) -> None:
    from core.people.models import GuardianLink

    with school(world.school):
        GuardianLink.objects.filter(guardian=guardian).update(ends_on=on or localdate())


def weaken(world: World, guardian: Person, authority: str = Authority.CONTACT) -> None:
    from core.people.models import GuardianLink

    with school(world.school):
        GuardianLink.objects.filter(guardian=guardian).update(authority=authority)


YESTERDAY = localdate() - timedelta(days=1)
TOMORROW = localdate() + timedelta(days=1)
