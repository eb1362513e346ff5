"""A collège with a class at each level, a plan for its next year."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from core.people.models import Person
from core.structure.models import ClassMembership, Group, GroupMembership, SchoolClass, SchoolYear, TeachingService
from core.structure.turning import services
from core.structure.turning.models import YearPlan
from tests.factories import make_guardian, make_person

LAST = date(2027, 7, 3)


@dataclass
class College:
    school: Any
    head: Person
    year: SchoolYear
    plan: YearPlan
    classes: dict[str, SchoolClass]
    pupils: dict[str, Person]
    teacher: Person
    group: Group
    service: TeachingService
    guardian: Person  # of the pupil in 3e alone


@pytest.fixture
def college(world: Any, inside: None) -> College:
    """World's two classes are of no level; here are 6e to 3e A, one pupil each, an arrival, a German group."""
    year = world.class_a.year
    SchoolClass.objects.filter(year=year).delete()
    Person.objects.filter(pk__in=[world.pupil.pk, world.classmate.pk, world.stranger.pk]).delete()
    levels = ("6e", "5e", "4e", "3e")
    classes = {level: SchoolClass.objects.create(year=year, name=f"{level} A", level=level) for level in levels}
    pupils = {level: make_person(world.school, "pupil", account=True) for level in (*levels, "")}
    for level, school_class in classes.items():
        ClassMembership.objects.create(school_class=school_class, person=pupils[level], starts_on=year.starts_on)
    group = Group.objects.create(year=year, name="4e Allemand", subject=world.service.subject)
    group.classes.add(classes["4e"])
    GroupMembership.objects.create(group=group, person=pupils["4e"], starts_on=year.starts_on)
    service = TeachingService.objects.create(
        teacher=world.teacher, subject=world.service.subject, school_class=classes["6e"], starts_on=year.starts_on
    )
    ClassMembership.objects.create(
        school_class=classes["6e"], person=world.teacher, kind="main_teacher", starts_on=year.starts_on
    )
    guardian = make_person(world.school, "guardian", account=True)
    make_guardian(world.school, pupils["3e"], guardian)
    plan = services.start(establishment=world.school, actor=world.head)
    return College(
        world.school, world.head, year, plan, classes, pupils, world.teacher, group, service, guardian
    )
