"""The change of year: what is proposed, what applying does, what undoing leaves."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError
from core.people.models import Person
from core.structure.models import ClassMembership, Group, GroupMembership, SchoolClass, SchoolYear, TeachingService
from core.structure.services import add_to_class
from core.structure.turning import content as plans
from core.structure.turning import services
from core.structure.turning.applying import apply
from core.structure.turning.checks import findings
from core.structure.turning.models import YearPlan
from core.structure.turning.reading import Reading
from core.structure.turning.settling import settle_due
from core.structure.turning.undoing import undo
from tenants.accounts.selectors import account_of
from tests.core.structure.turning.conftest import LAST
from tests.factories import make_person

SUMMER = "2027-07-20 10:00:00+00:00"
SETTLED_LATER = "2027-07-30 10:00:00+00:00"


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def next_class(college: Any, pupil: Person) -> str:
    rows = ClassMembership.objects.filter(person=pupil, school_class__year__label="2027-2028")
    return ", ".join(rows.values_list("school_class__name", flat=True))


def key(college: Any, level: str) -> str:
    return f"k{college.classes[level].pk}"


# --- The proposal ---------------------------------------------------------------------------------------
def test_next_year_follows_the_official_calendar(college: Any) -> None:
    year = college.plan.content["year"]
    assert year["label"] == "2027-2028"
    assert year["starts_on"] == "2027-09-02"


def test_classes_are_copied_and_promoted_by_level(college: Any) -> None:
    ways = college.plan.content["promotions"]
    assert ways[str(college.classes["6e"].pk)] == key(college, "5e")
    assert ways[str(college.classes["3e"].pk)] == plans.LEAVES


def test_starting_twice_goes_on_with_the_same_plan(college: Any) -> None:
    assert services.start(establishment=college.school, actor=college.head).pk == college.plan.pk


def test_starting_without_a_year_is_refused(world: Any, inside: None) -> None:
    SchoolYear.objects.update(is_current=False, starts_on=date(2001, 9, 1), ends_on=date(2002, 7, 1))
    with pytest.raises(DomainError, match="Créez"):
        services.start(establishment=world.school, actor=world.head)


# --- Changing it ----------------------------------------------------------------------------------------
def test_exceptions_win_over_the_class(college: Any) -> None:
    pupil = college.pupils["6e"]
    services.set_pupils(
        plan=college.plan, choices={pupil.pk: key(college, "6e")}, actor=college.head,
        seen=plans.seen_pupils(college.plan.content, [pupil.pk]),
    )  # fmt: skip
    moves = {move.person.pk: move.destination for move in Reading(fresh(college.plan)).moves}
    assert moves[pupil.pk] == key(college, "6e")


def test_two_people_do_not_overwrite_each_other(college: Any) -> None:
    seen = plans.seen(college.plan.content, "services")
    values = {"plan": college.plan, "main_teachers": "none", "left_out": [], "actor": college.head, "seen": seen}
    services.set_services(services="same", **values)
    with pytest.raises(Conflict):
        services.set_services(services="follow", **values)


def test_changing_one_part_leaves_readers_of_another_alone(college: Any) -> None:
    seen_groups = plans.seen(college.plan.content, "groups")
    services.set_services(
        plan=college.plan, services="same", main_teachers="none", left_out=[], actor=college.head,
        seen=plans.seen(college.plan.content, "services"),
    )  # fmt: skip
    groups = {college.group.pk: {"keep": "no", "name": ""}}
    services.set_groups(plan=college.plan, groups=groups, actor=college.head, seen=seen_groups)
    assert fresh(college.plan).content["services"] == "same"


def test_a_class_that_goes_takes_its_promotions_along(college: Any) -> None:
    content = college.plan.content
    kept = [one for one in content["classes"] if one["key"] != key(college, "5e")]
    services.set_classes(
        plan=college.plan, classes=kept, promotions={int(pk): way for pk, way in content["promotions"].items()},
        actor=college.head, seen=plans.seen(content, "classes"),
    )  # fmt: skip
    assert Reading(fresh(college.plan)).promotion(college.classes["6e"].pk) == plans.UNDECIDED


# --- Checks ---------------------------------------------------------------------------------------------
def texts(plan: YearPlan, *, blocking: bool = False) -> str:
    return " ".join(one.text for one in findings(Reading(fresh(plan))) if one.blocks or not blocking)


def test_arrivals_and_missing_main_teachers_are_counted(college: Any) -> None:
    told = texts(college.plan)
    assert "1 élève n’a pas de classe cette année" in told
    assert "4 classes commenceront sans professeur principal" in told


def test_nothing_blocks_the_proposal(college: Any) -> None:
    assert texts(college.plan, blocking=True) == ""


def test_two_destinations_block(college: Any) -> None:
    ClassMembership.objects.create(
        school_class=college.classes["4e"], person=college.pupils["6e"], starts_on=college.year.starts_on
    )
    assert "deux classes" in texts(college.plan, blocking=True)


def test_a_year_that_overlaps_another_blocks(college: Any) -> None:
    SchoolYear.objects.create(label="Été", starts_on=date(2027, 8, 1), ends_on=date(2027, 9, 30))
    assert "recouvre une autre" in texts(college.plan, blocking=True)


def test_blocked_plans_are_not_applied(college: Any) -> None:
    SchoolYear.objects.create(label="Été", starts_on=date(2027, 8, 1), ends_on=date(2027, 9, 30))
    with pytest.raises(DomainError, match="recouvre"):
        apply(plan=college.plan, actor=college.head)
    assert not SchoolYear.objects.filter(label="2027-2028").exists()


# --- Applying -------------------------------------------------------------------------------------------
def test_pupils_enter_their_next_class_on_its_first_day(college: Any) -> None:
    apply(plan=college.plan, actor=college.head)
    assert next_class(college, college.pupils["6e"]) == "5e A"
    row = ClassMembership.objects.get(person=college.pupils["6e"], school_class__year__label="2027-2028")
    assert (row.starts_on, row.ends_on) == (date(2027, 9, 2), None)


def test_the_old_year_ends_on_its_last_day(college: Any) -> None:
    apply(plan=college.plan, actor=college.head)
    old = ClassMembership.objects.filter(school_class__year=college.year)
    assert set(old.values_list("ends_on", flat=True)) == {LAST}
    assert fresh(college.service).ends_on == LAST
    assert GroupMembership.objects.get(group=college.group).ends_on == LAST


def test_applied_in_advance_it_takes_effect_after_the_last_day(college: Any) -> None:
    apply(plan=college.plan, actor=college.head)
    assert fresh(college.year).is_current
    assert fresh(college.pupils["3e"]).left_on is None
    with time_machine.travel(SUMMER, tick=False):
        assert settle_due() == 1
    assert SchoolYear.objects.get(is_current=True).label == "2027-2028"
    assert fresh(college.pupils["3e"]).left_on == LAST


def test_applied_in_summer_it_takes_effect_at_once(college: Any) -> None:
    with time_machine.travel(SUMMER, tick=False):
        apply(plan=college.plan, actor=college.head)
        assert fresh(college.plan).settled_at is not None
    assert fresh(college.pupils["3e"]).left_on == LAST


def test_leavers_and_their_guardians_no_longer_enter(college: Any) -> None:
    with time_machine.travel(SUMMER, tick=False):
        apply(plan=college.plan, actor=college.head)
    assert account_of(college.school.uai, college.pupils["3e"].pk) is None
    assert fresh(college.guardian).left_on == LAST
    assert account_of(college.school.uai, college.pupils["6e"].pk) is not None


def test_guardians_with_another_child_here_stay(college: Any) -> None:
    from tests.factories import make_guardian

    make_guardian(college.school, college.pupils["6e"], college.guardian)
    with time_machine.travel(SUMMER, tick=False):
        apply(plan=college.plan, actor=college.head)
    assert fresh(college.guardian).left_on is None


def test_departures_are_in_the_journal(college: Any) -> None:
    with time_machine.travel(SUMMER, tick=False):
        apply(plan=college.plan, actor=college.head)
    assert AuditEntry.objects.filter(action="people.departure", target_id=str(college.pupils["3e"].pk)).exists()
    told = AuditEntry.objects.get(action="structure.turn_apply").changes
    assert (told["memberships"], told["leavers"]) == ([0, 3], [0, 1])


def test_services_are_not_carried_over_unless_said(college: Any) -> None:
    apply(plan=college.plan, actor=college.head)
    assert not TeachingService.objects.filter(school_class__year__label="2027-2028").exists()


@pytest.mark.parametrize(("policy", "name"), [("same", "6e A"), ("follow", "5e A")])
def test_services_and_main_teachers_go_on_as_said(college: Any, policy: str, name: str) -> None:
    plan = services.set_services(
        plan=college.plan, services=policy, main_teachers=policy, left_out=[], actor=college.head,
        seen=plans.seen(college.plan.content, "services"),
    )  # fmt: skip
    apply(plan=plan, actor=college.head)
    held = TeachingService.objects.get(teacher=college.teacher, school_class__year__label="2027-2028")
    assert (held.school_class.name, held.starts_on) == (name, date(2027, 9, 2))
    main = ClassMembership.objects.get(kind="main_teacher", school_class__year__label="2027-2028")
    assert main.school_class.name == name


def test_services_left_out_end(college: Any) -> None:
    plan = services.set_services(
        plan=college.plan, services="same", main_teachers="none", left_out=[college.service.pk], actor=college.head,
        seen=plans.seen(college.plan.content, "services"),
    )  # fmt: skip
    apply(plan=plan, actor=college.head)
    assert not TeachingService.objects.filter(school_class__year__label="2027-2028").exists()


@pytest.mark.parametrize(("keep", "members", "class_name"), [("empty", 0, "4e A"), ("pupils", 1, "3e A")])
def test_groups_go_on_with_or_without_pupils(college: Any, keep: str, members: int, class_name: str) -> None:
    plan = services.set_groups(
        plan=college.plan, groups={college.group.pk: {"keep": keep, "name": "Allemand"}}, actor=college.head,
        seen=plans.seen(college.plan.content, "groups"),
    )  # fmt: skip
    apply(plan=plan, actor=college.head)
    group = Group.objects.get(year__label="2027-2028")
    assert (group.name, group.memberships.count()) == ("Allemand", members)
    assert [one.name for one in group.classes.all()] == [class_name]


def test_classes_that_an_import_made_are_filled_not_doubled(college: Any) -> None:
    year = SchoolYear.objects.create(label="2027-2028", starts_on=date(2027, 9, 1), ends_on=date(2028, 7, 7))
    imported = SchoolClass.objects.create(year=year, name="5EA", code="5A")
    apply(plan=college.plan, actor=college.head)
    assert ClassMembership.objects.get(person=college.pupils["6e"], school_class__year=year).school_class == imported
    assert SchoolClass.objects.filter(year=year).count() == 4


def test_pupils_whom_an_import_has_placed_stay_there(college: Any) -> None:
    year = SchoolYear.objects.create(label="2027-2028", starts_on=date(2027, 9, 1), ends_on=date(2028, 7, 7))
    other = SchoolClass.objects.create(year=year, name="5e B")
    ClassMembership.objects.create(school_class=other, person=college.pupils["6e"], starts_on=date(2027, 9, 1))
    apply(plan=college.plan, actor=college.head)
    assert next_class(college, college.pupils["6e"]) == "5e B"


def test_moving_a_pupil_this_year_leaves_next_year_alone(college: Any) -> None:
    apply(plan=college.plan, actor=college.head)
    add_to_class(school_class=college.classes["5e"], pupil=college.pupils["6e"], actor=college.head)
    assert next_class(college, college.pupils["6e"]) == "5e A"


def test_a_leaver_who_was_given_a_class_since_stays(college: Any) -> None:
    apply(plan=college.plan, actor=college.head)
    third = SchoolClass.objects.get(year__label="2027-2028", name="3e A")
    add_to_class(school_class=third, pupil=college.pupils["3e"], actor=college.head, starts_on=date(2027, 9, 2))
    with time_machine.travel(SUMMER, tick=False):
        settle_due()
    assert fresh(college.pupils["3e"]).left_on is None


def statements(college: Any) -> int:
    with time_machine.travel(SUMMER, tick=False), CaptureQueriesContext(connection) as seen:
        apply(plan=fresh(college.plan), actor=college.head)
    undo_at = "2027-07-21 10:00:00+00:00"
    with time_machine.travel(undo_at, tick=False), CaptureQueriesContext(connection) as back:
        undo(plan=fresh(college.plan), actor=college.head)
    return len(seen) * 1000 + len(back)


def test_statements_do_not_grow_with_the_school(college: Any) -> None:
    few = statements(college)
    for level, school_class in college.classes.items():
        for _ in range(5):
            pupil = make_person(college.school, "pupil", account=True)
            ClassMembership.objects.create(school_class=school_class, person=pupil, starts_on=college.year.starts_on)
            GroupMembership.objects.create(group=college.group, person=pupil, starts_on=college.year.starts_on)
            assert level
    assert statements(college) == few


# --- Undoing --------------------------------------------------------------------------------------------
def picture(college: Any) -> list[Any]:
    """All that a change of year may touch."""
    tables: tuple[Any, ...] = (ClassMembership, GroupMembership, TeachingService, SchoolClass, Group, SchoolYear)
    rows: list[Any] = [list(table.objects.order_by("pk").values_list()) for table in tables]
    return [*rows, list(Person.objects.order_by("pk").values_list("pk", "left_on", "account_id"))]


def undone(college: Any) -> list[str]:
    with time_machine.travel("2027-07-21 10:00:00+00:00", tick=False):
        return undo(plan=fresh(college.plan), actor=college.head)


def test_undoing_puts_everything_back(college: Any) -> None:
    before = picture(college)
    with time_machine.travel(SUMMER, tick=False):
        apply(plan=college.plan, actor=college.head)
    assert undone(college) == []
    assert picture(college) == before
    assert account_of(college.school.uai, college.pupils["3e"].pk) is not None


def test_undone_plans_may_be_applied_again(college: Any) -> None:
    with time_machine.travel(SUMMER, tick=False):
        apply(plan=college.plan, actor=college.head)
    undone(college)
    with time_machine.travel(SUMMER, tick=False):
        apply(plan=fresh(college.plan), actor=college.head)
    assert next_class(college, college.pupils["6e"]) == "5e A"


def test_undoing_in_advance_puts_everything_back(college: Any) -> None:
    before = picture(college)
    apply(plan=college.plan, actor=college.head)
    assert undo(plan=fresh(college.plan), actor=college.head) == []
    assert picture(college) == before


def test_undoing_keeps_what_somebody_has_changed_since(college: Any) -> None:
    with time_machine.travel(SUMMER, tick=False):
        apply(plan=college.plan, actor=college.head)
        third = SchoolClass.objects.get(year__label="2027-2028", name="3e A")
        add_to_class(school_class=third, pupil=college.pupils["6e"], actor=college.head, starts_on=date(2027, 9, 6))
    told = " ".join(undone(college))
    assert "1 appartenance" in told
    assert "3e A" in next_class(college, college.pupils["6e"])


def test_a_week_after_it_is_too_late(college: Any) -> None:
    with time_machine.travel(SUMMER, tick=False):
        apply(plan=college.plan, actor=college.head)
    with time_machine.travel(SETTLED_LATER, tick=False), pytest.raises(Conflict, match="ne peut plus"):
        undo(plan=fresh(college.plan), actor=college.head)


def test_after_the_week_the_plan_forgets_the_pupils(college: Any) -> None:
    with time_machine.travel(SUMMER, tick=False):
        apply(plan=college.plan, actor=college.head)
    with time_machine.travel(SETTLED_LATER, tick=False):
        settle_due()
    plan = fresh(college.plan)
    assert (plan.done, plan.content["pupils"]) == ({}, {})


def test_applied_plans_are_no_longer_edited(college: Any) -> None:
    apply(plan=college.plan, actor=college.head)
    with pytest.raises(Conflict, match="déjà appliqué"):
        services.drop(plan=college.plan, actor=college.head)


def test_dropping_a_plan_changes_nothing_of_the_school(college: Any) -> None:
    before = picture(college)
    services.drop(plan=college.plan, actor=college.head)
    assert picture(college) == before
    assert not YearPlan.objects.exists()
