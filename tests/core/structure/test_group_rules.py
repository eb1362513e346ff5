"""Groups that follow a rule: who enters and leaves by itself, and whom people chose by hand."""

from contextlib import nullcontext
from datetime import date

import pytest
import time_machine

from core.errors import Conflict, DomainError
from core.people.models import Person
from core.structure import services
from core.structure.models import Group, GroupMembership, SchoolClass
from core.structure.selectors import group_memberships
from tenants.schemas.context import school
from tests.factories import make_class, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_november")]


@pytest.fixture
def in_november():
    with time_machine.travel("2026-11-10T09:00:00+01:00", tick=False):
        yield


@pytest.fixture
def german(lycee_a):
    """Two pupils of two classes study German, one does not; a group in their year stands empty."""
    pupils = [make_person(lycee_a, "pupil", studies=codes) for codes in (["030102"], ["030102"], ["030602"])]
    first, second = make_class(lycee_a, "2de A", *pupils[:1]), make_class(lycee_a, "2de B", *pupils[1:])
    with school(lycee_a):
        SchoolClass.objects.filter(pk__in=[first.pk, second.pk]).update(level="Seconde")
        group = services.create_group(year=first.year, name="Allemand", actor=None)
        yield group, pupils, (first, second)


def members(group, establishment=None):
    """Who is in it today; the school is named where a request has just left it."""
    with school(establishment) if establishment else nullcontext():
        return set(group_memberships().filter(group=group).values_list("person", flat=True))


def test_rule_by_subject_takes_who_studies_it(german):
    group, pupils, _classes = german
    services.set_group_rule(group=group, studies=["030102"], actor=None)
    assert members(group) == {pupils[0].pk, pupils[1].pk}


def test_all_parts_of_a_rule_must_be_met(german):
    group, pupils, classes = german
    services.set_group_rule(group=group, studies=["030102"], classes=[classes[1].pk], levels=["Seconde"], actor=None)
    assert members(group) == {pupils[1].pk}


def test_pupil_who_changes_subject_leaves_at_the_next_refresh(german):
    group, pupils, _classes = german
    services.set_group_rule(group=group, studies=["030102"], actor=None)
    Person.objects.filter(pk=pupils[0].pk).update(studies=["030602"])
    services.refresh_rule_groups()
    assert members(group) == {pupils[1].pk}


def test_past_membership_stays_in_history(german):
    group, pupils, _classes = german
    with time_machine.travel("2026-10-05T09:00:00+02:00", tick=False):
        services.set_group_rule(group=group, studies=["030102"], actor=None)
    Person.objects.filter(pk=pupils[0].pk).update(studies=[])
    services.refresh_rule_groups()
    row = GroupMembership.objects.get(group=group, person=pupils[0])
    assert (row.starts_on, row.ends_on) == (date(2026, 10, 5), date(2026, 11, 9))


def test_member_added_by_hand_stays_without_meeting_the_rule(german):
    group, pupils, _classes = german
    services.add_to_group(group=group, pupil=pupils[2], actor=None)
    services.set_group_rule(group=group, studies=["030102"], actor=None)
    services.refresh_rule_groups()
    assert members(group) == {pupil.pk for pupil in pupils}


def test_member_taken_out_by_hand_is_not_brought_back(german):
    group, pupils, _classes = german
    services.set_group_rule(group=group, studies=["030102"], actor=None)
    row = GroupMembership.objects.get(group=group, person=pupils[0])
    services.end_group_membership(membership=row, actor=None)
    services.refresh_rule_groups()
    assert members(group) == {pupils[1].pk}


def test_member_put_back_by_hand_follows_the_rule_again(german):
    group, pupils, _classes = german
    services.set_group_rule(group=group, studies=["030102"], actor=None)
    services.end_group_membership(membership=GroupMembership.objects.get(group=group, person=pupils[0]), actor=None)
    services.add_to_group(group=Group.objects.get(pk=group.pk), pupil=pupils[0], actor=None)
    assert Group.objects.get(pk=group.pk).rule == {"studies": ["030102"]}


def test_dropping_the_rule_keeps_the_members(german):
    group, pupils, _classes = german
    services.set_group_rule(group=group, studies=["030102"], actor=None)
    services.drop_group_rule(group=group, actor=None)
    Person.objects.filter(pk=pupils[0].pk).update(studies=[])
    services.refresh_rule_groups()
    assert members(group) == {pupils[0].pk, pupils[1].pk}


def test_empty_rule_is_refused(german):
    with pytest.raises(DomainError, match="au moins un niveau"):
        services.set_group_rule(group=german[0], actor=None)


def test_rule_over_what_another_has_just_changed_is_a_conflict(german):
    with pytest.raises(Conflict):
        services.set_group_rule(group=german[0], studies=["030102"], actor=None, version="of-yesterday")


def test_following_twice_changes_nothing(german):
    services.set_group_rule(group=german[0], studies=["030102"], actor=None)
    assert services.refresh_rule_groups() == 0


@pytest.mark.parametrize("number", [1, 4])
def test_refresh_costs_the_same_whatever_the_number_of_pupils(lycee_a, german, number, django_assert_num_queries):
    group, _pupils, _classes = german
    services.set_group_rule(group=group, studies=["030102"], actor=None)
    make_class(lycee_a, "", *[make_person(lycee_a, "pupil", studies=["030102"]) for _ in range(number)])
    with school(lycee_a), django_assert_num_queries(8):
        services.refresh_rule_groups()


def test_page_names_who_would_enter_and_keeps_nothing(lycee_a, german, as_person):
    group, pupils, _classes = german
    client, _ = as_person(lycee_a, "management")
    answer = client.post(f"/structure/groupes/{group.pk}/regle/", {"studies": "030102", "preview": "1", "version": ""})
    assert pupils[0].sort_name in answer.content.decode()
    assert members(group, lycee_a) == set()


def test_page_keeps_the_rule(lycee_a, german, as_person):
    group, pupils, _classes = german
    client, _ = as_person(lycee_a, "management")
    page = client.get(f"/structure/groupes/{group.pk}/regle/")
    version = page.context["form"]["version"].value()
    answer = client.post(f"/structure/groupes/{group.pk}/regle/", {"studies": "030102", "version": version})
    assert answer.status_code == 302
    assert members(group, lycee_a) == {pupils[0].pk, pupils[1].pk}
