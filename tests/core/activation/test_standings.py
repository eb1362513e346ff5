"""How far people are with their account: right numbers, in as many queries for a school as for one person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.activation import selectors, standings
from core.activation.standings import State
from core.modules.state import Modules
from core.people.choices import Authority
from core.people.models import Person
from core.people.standing import never_activated
from tenants.accounts import codes
from tenants.accounts.models import Account
from tenants.schemas.context import region, school
from tests.core import world as worlds
from tests.factories import make_guardian, make_person

pytestmark = pytest.mark.django_db


def signed_in(person, ago=timedelta()):
    with region():
        Account.objects.filter(pk=person.account_id).update(signed_in_at=timezone.now() - ago)


def roster(establishment):
    with school(establishment):
        return {member.person.pk: member for member in standings.roster(Modules(establishment))}


@pytest.fixture
def newcomer(lycee_a):
    return make_person(lycee_a, "pupil")


def test_who_has_no_account_was_never_invited(lycee_a, newcomer):
    assert roster(lycee_a)[newcomer.pk].state == State.NEVER


def test_who_has_a_code_is_invited(lycee_a, newcomer):
    codes.issue(lycee_a.uai, [newcomer.pk], purpose=codes.Purpose.ACTIVATE, way=codes.Way.LETTER)
    assert roster(lycee_a)[newcomer.pk].state == State.INVITED


def test_an_account_that_was_never_used_is_not_open(lycee_a, world):
    assert roster(lycee_a)[world.pupil.pk].state == State.INVITED


def test_whoever_signed_in_is_open(lycee_a, world):
    signed_in(world.pupil)
    assert roster(lycee_a)[world.pupil.pk].state == State.ACTIVE


def test_after_three_months_an_account_sleeps(lycee_a, world):
    signed_in(world.pupil, timedelta(days=100))
    assert roster(lycee_a)[world.pupil.pk].state == State.ASLEEP


def test_a_guardian_without_authority_is_not_invited(lycee_a, world):
    contact = make_person(lycee_a, "guardian")
    make_guardian(lycee_a, world.pupil, contact, authority=Authority.CONTACT)
    assert contact.pk not in roster(lycee_a)


def test_whose_authority_ended_is_not_invited(lycee_a, world):
    worlds.end_link(world, world.mother)
    assert world.mother.pk not in roster(lycee_a)


def test_whoever_left_is_not_there(lycee_a, newcomer):
    with school(lycee_a):
        Person.objects.filter(pk=newcomer.pk).update(left_on=timezone.localdate())
    assert newcomer.pk not in roster(lycee_a)


def test_classes_count_their_pupils_and_guardians(lycee_a, world):
    signed_in(world.pupil)
    signed_in(world.mother)
    with school(lycee_a):
        lines = {line.school_class.pk: line for line in standings.by_class(standings.roster(Modules(lycee_a)))}
    line = lines[world.class_a.pk]
    assert (line.pupils.opened, line.pupils.total) == (1, 2)
    assert (line.guardians.opened, line.guardians.total) == (1, 2)


def test_the_numbers_of_a_line_are_all_its_people(lycee_a, world):
    with school(lycee_a):
        for line in standings.by_role(standings.roster(Modules(lycee_a))):
            count = line.count
            assert count.never + count.invited + count.active + count.asleep == count.total


@pytest.mark.parametrize("more", [1, 12])
def test_the_whole_school_takes_as_many_queries_as_a_few(lycee_a, world, more, django_assert_max_num_queries):
    for _n in range(more):
        make_guardian(lycee_a, make_person(lycee_a, "pupil"), make_person(lycee_a, "guardian", account=True))
    with school(lycee_a):
        modules = Modules(lycee_a)
        modules["people"]  # read once a request
        with django_assert_max_num_queries(8):
            standings.roster(modules)


def test_filters_say_whom_they_mean(lycee_a, world, newcomer):
    with school(lycee_a):
        members = standings.roster(Modules(lycee_a))
        asked = selectors.wanted({"role": "pupil", "etat": "never"})
        assert newcomer.pk in [member.person.pk for member in selectors.listed(asked, members)]
        assert world.pupil.pk not in [member.person.pk for member in selectors.listed(asked, members)]


def test_filters_that_mean_nothing_are_passed_over():
    assert selectors.wanted({"role": "king", "classe": "x", "etat": "happy"}) == standings.Wanted()


def test_a_referent_does_not_invite_the_head(lycee_a, world):
    head = make_person(lycee_a, "management")
    with school(lycee_a):
        found = selectors.recipients({}, actor=world.referent, modules=Modules(lycee_a))
        assert head.pk not in [member.person.pk for member in found]


def test_never_activated_names_those_who_never_signed_in(lycee_a, world, newcomer):
    signed_in(world.pupil)
    with school(lycee_a):
        found = never_activated([world.pupil.pk, world.mother.pk, newcomer.pk])
    assert found == {world.mother.pk, newcomer.pk}


def test_never_activated_asks_once(lycee_a, world, django_assert_num_queries):
    with school(lycee_a):
        never_activated([world.pupil.pk])
        with django_assert_num_queries(1):
            never_activated([world.pupil.pk, world.mother.pk])
