"""Years, classes, groups, services and substitutions: what is written and what is refused."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate

from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError
from core.people.records import version_of
from core.structure import selectors, services
from core.structure.models import (
    ClassMembership,
    GroupMembership,
    SchoolYear,
    Subject,
    Substitution,
    TeachingService,
)
from tests.core import world as worlds

pytestmark = pytest.mark.usefixtures("inside")
TODAY = localdate()


# --- Years ----------------------------------------------------------------------------------------------
def test_next_year_closes_what_was_open(world: Any) -> None:
    after = services.create_year(
        label="2027-2028", starts_on=date(2027, 9, 1), ends_on=date(2028, 7, 1), actor=world.head
    )
    services.set_current_year(year=after, actor=world.head)
    assert ClassMembership.objects.get(person=world.pupil).ends_on == worlds.END
    assert SchoolYear.objects.filter(is_current=True).get() == after


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2027, 9, 1), date(2027, 8, 1)),
        (date(2027, 9, 1), date(2030, 1, 1)),
        (date(9999, 1, 1), date(9999, 2, 1)),
    ],
)
def test_year_refuses_impossible_dates(world: Any, starts_on: date, ends_on: date) -> None:
    with pytest.raises(DomainError):
        services.create_year(label="x", starts_on=starts_on, ends_on=ends_on, actor=world.head)


def test_year_label_is_used_once(world: Any) -> None:
    with pytest.raises(DomainError) as caught:
        services.create_year(
            label="2026-2027", starts_on=date(2027, 9, 1), ends_on=date(2028, 7, 1), actor=world.head
        )
    assert "label" in caught.value.fields


def test_periods_neither_overlap_nor_leave_their_year(world: Any) -> None:
    year = world.class_a.year
    values = {"year": year, "actor": world.head, "name": "Trimestre"}
    services.create_period(number=1, starts_on=worlds.START, ends_on=date(2026, 11, 30), **values)
    with pytest.raises(DomainError):
        services.create_period(number=2, starts_on=date(2026, 11, 30), ends_on=date(2027, 2, 1), **values)
    with pytest.raises(DomainError):
        services.create_period(number=3, starts_on=date(2027, 6, 1), ends_on=date(2027, 8, 1), **values)


# --- Classes and groups ---------------------------------------------------------------------------------
def test_changing_class_ends_the_one_before_the_day_before(world: Any) -> None:
    services.add_to_class(school_class=world.class_b, pupil=world.pupil, actor=world.head, starts_on=TODAY)
    before = ClassMembership.objects.get(person=world.pupil, school_class=world.class_a)
    assert before.ends_on == TODAY - timedelta(days=1)
    assert list(selectors.classes_of(world.pupil)) == [world.class_b]


def test_class_is_entered_once(world: Any) -> None:
    with pytest.raises(DomainError):
        services.add_to_class(school_class=world.class_a, pupil=world.pupil, actor=world.head)


def test_several_pupils_enter_all_or_none(world: Any) -> None:
    with pytest.raises(DomainError):
        services.add_pupils_to_class(
            school_class=world.class_b, pupils=[world.pupil, world.stranger], actor=world.head
        )
    assert list(selectors.classes_of(world.pupil)) == [world.class_a]


@pytest.mark.parametrize("who", ["teacher", "mother"])
def test_only_pupils_enter_a_class(world: Any, who: str) -> None:
    with pytest.raises(DomainError):
        services.add_to_class(school_class=world.class_a, pupil=getattr(world, who), actor=world.head)


def test_class_is_not_entered_outside_its_year(world: Any) -> None:
    with pytest.raises(DomainError) as caught:
        services.add_to_class(
            school_class=world.class_b, pupil=world.pupil, actor=world.head, starts_on=date(2020, 1, 1)
        )
    assert "starts_on" in caught.value.fields


def test_leaving_a_class_takes_effect_at_once(world: Any) -> None:
    row = ClassMembership.objects.get(person=world.pupil)
    services.end_class_membership(membership=row, actor=world.head)
    assert not selectors.classes_of(world.pupil).exists()


def test_stay_that_would_end_before_it_began_is_removed(world: Any) -> None:
    row = ClassMembership.objects.get(person=world.pupil)
    ClassMembership.objects.filter(pk=row.pk).update(starts_on=TODAY)
    services.end_class_membership(membership=row, actor=world.head)
    assert not ClassMembership.objects.filter(pk=row.pk).exists()


def test_class_that_was_used_is_kept(world: Any) -> None:
    with pytest.raises(DomainError):
        services.delete_class(school_class=world.class_a, actor=world.head)


def test_unused_class_is_deleted_and_journalled(world: Any) -> None:
    made = services.create_class(year=world.class_a.year, name="6e Z", actor=world.head)
    services.delete_class(school_class=made, actor=world.head)
    assert AuditEntry.objects.get(action="structure.delete_class").target_label == "6e Z"


def test_class_name_is_used_once_a_year(world: Any) -> None:
    with pytest.raises(DomainError) as caught:
        services.create_class(year=world.class_a.year, name=world.class_a.name, actor=world.head)
    assert caught.value.status == 422


def test_stale_class_is_refused(world: Any) -> None:
    seen = version_of(world.class_a)
    services.update_class(school_class=world.class_a, actor=world.head, version=seen, level="Sixième")
    with pytest.raises(Conflict):
        services.update_class(school_class=world.class_a, actor=world.head, version=seen, level="Autre")


def test_group_takes_classes_of_its_year_only(world: Any) -> None:
    after = services.create_year(
        label="2027-2028", starts_on=date(2027, 9, 1), ends_on=date(2028, 7, 1), actor=world.head
    )
    other = services.create_class(year=after, name="5e A", actor=world.head)
    with pytest.raises(DomainError):
        services.update_group(group=world.group, classes=[other], actor=world.head)


def test_group_membership_ends(world: Any) -> None:
    row = GroupMembership.objects.get(person=world.classmate)
    services.end_group_membership(membership=row, actor=world.head, last_day=TODAY)
    assert GroupMembership.objects.get(pk=row.pk).ends_on == TODAY


# --- Services -------------------------------------------------------------------------------------------
def test_service_lasts_the_year_by_default(world: Any) -> None:
    made = services.create_service(
        teacher=world.teacher, subject=world.service.subject, group=world.group, actor=world.head
    )
    assert (made.starts_on, made.ends_on) == (worlds.START, worlds.END)


def test_service_is_not_doubled(world: Any) -> None:
    with pytest.raises(DomainError):
        services.create_service(
            teacher=world.teacher, subject=world.service.subject, school_class=world.class_a, actor=world.head
        )


def test_service_needs_a_teacher_and_one_class_or_group(world: Any) -> None:
    subject = world.service.subject
    with pytest.raises(DomainError):
        services.create_service(
            teacher=world.cpe, subject=subject, school_class=world.class_a, actor=world.head
        )
    with pytest.raises(DomainError):
        services.create_service(teacher=world.teacher, subject=subject, actor=world.head)


def test_ending_a_service_ends_its_substitutions(world: Any) -> None:
    row = services.add_substitution(
        service=world.service,
        substitute=world.other_teacher,
        starts_on=TODAY,
        ends_on=worlds.END,
        actor=world.head,
    )
    services.end_service(service=world.service, actor=world.head, last_day=TODAY)
    assert Substitution.objects.get(pk=row.pk).ends_on == TODAY
    assert TeachingService.objects.get(pk=world.service.pk).ends_on == TODAY


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [(date(2020, 1, 1), TODAY), (TODAY, date(2030, 1, 1)), (TODAY, worlds.YESTERDAY)],
)
def test_substitution_fits_its_service(world: Any, starts_on: date, ends_on: date) -> None:
    with pytest.raises(DomainError):
        services.add_substitution(
            service=world.service,
            substitute=world.other_teacher,
            starts_on=starts_on,
            ends_on=ends_on,
            actor=world.head,
        )


def test_substitutions_do_not_overlap(world: Any) -> None:
    values = {"service": world.service, "substitute": world.other_teacher, "actor": world.head}
    services.add_substitution(starts_on=TODAY, ends_on=TODAY, **values)
    with pytest.raises(DomainError):
        services.add_substitution(starts_on=TODAY, ends_on=worlds.TOMORROW, **values)


def test_nobody_replaces_themselves(world: Any) -> None:
    with pytest.raises(DomainError):
        services.add_substitution(
            service=world.service, substitute=world.teacher, starts_on=TODAY, ends_on=TODAY, actor=world.head
        )


def test_stopped_substitution_gives_nothing_any_more(world: Any) -> None:
    row = services.add_substitution(
        service=world.service,
        substitute=world.other_teacher,
        starts_on=worlds.START,
        ends_on=TODAY,
        actor=world.head,
    )
    assert world.class_a in selectors.classes_taught_by(world.other_teacher)
    services.end_substitution(substitution=row, actor=world.head)
    assert world.class_a not in selectors.classes_taught_by(world.other_teacher)


def test_subject_that_is_taught_is_kept(world: Any) -> None:
    with pytest.raises(DomainError):
        services.delete_subject(subject=world.service.subject, actor=world.head)
    assert Subject.objects.filter(pk=world.service.subject.pk).exists()


def test_subjects_and_rooms_bear_one_name(world: Any) -> None:
    services.create_room(name="B12", building="B", capacity=30, actor=world.head)
    with pytest.raises(DomainError):
        services.create_room(name="B12", building="B", actor=world.head)
    with pytest.raises(DomainError):
        services.create_subject(name="Mathématiques", actor=world.head)


def test_main_teacher_teaches_the_class(world: Any) -> None:
    services.add_main_teacher(school_class=world.class_b, teacher=world.teacher, actor=world.head)
    assert set(selectors.classes_taught_by(world.teacher)) == {world.class_a, world.class_b}
    assert world.teacher in selectors.main_teachers_of_class(world.class_b)
