"""Whom each role sees, and what of them. The matrix is the law of the directory."""

from typing import Any

import pytest
from django.http import Http404
from django.utils.timezone import localdate

from core.modules.models import ModuleChoice
from core.people import selectors
from core.people.choices import Authority
from core.people.models import GuardianLink, Person
from core.structure.models import ClassMembership, Substitution, TeachingService
from core.structure.selectors import classes_visible_to, groups_visible_to
from tests.core import world as worlds
from tests.factories import make_guardian, make_person

pytestmark = pytest.mark.usefixtures("inside")


def sees(world: worlds.World, who: Person, whom: Person) -> bool:
    return selectors.people_visible_to(worlds.viewer(world.school, who)).filter(pk=whom.pk).exists()


def details(world: worlds.World, who: Person, whom: Person) -> frozenset[str]:
    return selectors.details_visible(worlds.viewer(world.school, who), whom)


@pytest.mark.parametrize(
    ("who", "seen", "unseen"),
    [
        ("head", "referent office cpe teacher partner pupil stranger mother other_parent", ""),
        ("referent", "head office cpe teacher partner pupil stranger mother other_parent", ""),
        ("office", "head referent cpe teacher partner pupil stranger mother other_parent", ""),
        ("cpe", "head referent office teacher partner pupil stranger mother other_parent", ""),
        ("teacher", "head office cpe other_teacher partner pupil stranger mother father", "other_parent"),
        (
            "mother",
            "head cpe teacher pupil father",
            "other_teacher office referent classmate stranger other_parent",
        ),
        (
            "pupil",
            "classmate teacher head cpe office referent mother",
            "stranger other_teacher other_parent partner",
        ),
        ("partner", "head cpe teacher other_teacher", "pupil mother"),
    ],
)
def test_each_role_sees_exactly_its_people(world: Any, who: str, seen: str, unseen: str) -> None:
    me = getattr(world, who)
    assert {name for name in seen.split() if not sees(world, me, getattr(world, name))} == set()
    assert {name for name in unseen.split() if sees(world, me, getattr(world, name))} == set()
    assert sees(world, me, me)


@pytest.mark.parametrize(
    ("who", "whom", "expected"),
    [
        ("head", "pupil", "contact birth address guardians account"),
        ("cpe", "pupil", "contact birth address guardians"),
        ("office", "mother", "contact birth address guardians"),
        ("referent", "pupil", "contact birth guardians account"),
        ("teacher", "pupil", "guardians"),
        ("teacher", "mother", "contact"),
        ("teacher", "stranger", ""),
        ("teacher", "head", ""),
        ("mother", "pupil", "contact birth guardians address"),
        ("father", "pupil", "contact birth guardians"),
        ("mother", "father", ""),
        ("mother", "teacher", ""),
        ("pupil", "classmate", ""),
        ("pupil", "mother", ""),
        ("partner", "teacher", ""),
    ],
)
def test_each_role_sees_exactly_its_details(world: Any, who: str, whom: str, expected: str) -> None:
    assert details(world, getattr(world, who), getattr(world, whom)) == set(expected.split())


def test_separated_parents_never_learn_the_childs_address(world: Any) -> None:
    assert "address" not in details(world, world.father, world.pupil)


def test_only_guardian_sees_the_childs_address(world: Any) -> None:
    assert "address" in details(world, world.other_parent, world.stranger)


def test_guardian_with_the_childs_address_sees_it_however_it_is_written(world: Any) -> None:
    Person.objects.filter(pk=world.mother.pk).update(address="1, Rue du PUITS")
    assert "address" in details(world, Person.objects.get(pk=world.mother.pk), world.pupil)


@pytest.mark.parametrize(
    "role", ["management", "school_life", "teacher", "administrative", "digital_referent"]
)
def test_staff_who_are_a_separated_parent_do_not_see_the_other_parents_contact(world: Any, role: str) -> None:
    Person.objects.filter(pk=world.mother.pk).update(roles=["guardian", role])
    mother = Person.objects.get(pk=world.mother.pk)
    TeachingService.objects.filter(pk=world.service.pk).update(teacher=mother)
    assert not details(world, mother, world.father) & {"contact", "address"}


def test_former_partner_does_not_see_contact_after_the_link_has_ended(world: Any) -> None:
    Person.objects.filter(pk=world.mother.pk).update(roles=["guardian", "school_life"])
    worlds.end_link(world, world.mother)
    assert not details(world, Person.objects.get(pk=world.mother.pk), world.father) & {"contact", "address"}


def test_ended_authority_takes_effect_the_same_day(world: Any) -> None:
    assert sees(world, world.father, world.pupil)
    worlds.end_link(world, world.father)
    assert not sees(world, world.father, world.pupil)


def test_authority_that_begins_tomorrow_opens_nothing_today(world: Any) -> None:
    GuardianLink.objects.filter(guardian=world.father).update(starts_on=worlds.TOMORROW)
    assert not sees(world, world.father, world.pupil)


def test_contact_without_rights_does_not_see_the_child(world: Any) -> None:
    worlds.weaken(world, world.father)
    assert not sees(world, world.father, world.pupil)


def test_person_in_charge_sees_the_child_by_default(world: Any) -> None:
    worlds.weaken(world, world.father, Authority.IN_CHARGE)
    assert sees(world, world.father, world.pupil)


def test_person_in_charge_sees_nothing_where_the_school_says_so(world: Any) -> None:
    ModuleChoice.objects.update_or_create(slug="people", defaults={"settings": {"in_charge_sees": False}})
    worlds.weaken(world, world.father, Authority.IN_CHARGE)
    assert not sees(world, world.father, world.pupil)
    assert not selectors.children_of(world.father).exists()


def test_substitute_sees_the_families_between_the_two_days_only(world: Any) -> None:
    today = localdate()
    assert not sees(world, world.other_teacher, world.mother)
    row = Substitution.objects.create(
        service=world.service, substitute=world.other_teacher, starts_on=today, ends_on=today
    )
    assert sees(world, world.other_teacher, world.mother)
    Substitution.objects.filter(pk=row.pk).update(starts_on=worlds.START, ends_on=worlds.YESTERDAY)
    assert not sees(world, world.other_teacher, world.mother)


def test_teacher_of_a_group_sees_the_families_of_its_pupils(world: Any) -> None:
    parent = make_person(world.school, "guardian")
    make_guardian(world.school, world.classmate, parent)
    assert not sees(world, world.other_teacher, parent)
    TeachingService.objects.create(
        teacher=world.other_teacher, subject=world.service.subject, group=world.group, starts_on=worlds.START
    )
    assert sees(world, world.other_teacher, parent)


def test_pupil_who_left_the_class_is_no_classmate(world: Any) -> None:
    ClassMembership.objects.filter(person=world.classmate).update(ends_on=worlds.YESTERDAY)
    assert not sees(world, world.pupil, world.classmate)


@pytest.mark.parametrize("who", ["cpe", "office", "teacher", "pupil", "mother"])
def test_people_who_left_are_seen_by_nobody(world: Any, who: str) -> None:
    Person.objects.filter(pk=world.cpe.pk if who != "cpe" else world.head.pk).update(left_on=localdate())
    gone = world.cpe if who != "cpe" else world.head
    viewer = worlds.viewer(world.school, getattr(world, who))
    assert not selectors.people_visible_to(viewer).filter(pk=gone.pk).exists()
    assert not selectors.people_visible_to(viewer, departed=True).exists()


@pytest.mark.parametrize("who", ["head", "referent"])
def test_management_and_referents_find_people_who_left(world: Any, who: str) -> None:
    Person.objects.filter(pk=world.pupil.pk).update(left_on=localdate())
    viewer = worlds.viewer(world.school, getattr(world, who))
    assert not selectors.people_visible_to(viewer).filter(pk=world.pupil.pk).exists()
    assert selectors.get_visible_or_404(viewer, world.pupil.pk) == world.pupil


def test_get_visible_refuses_what_is_out_of_sight(world: Any) -> None:
    with pytest.raises(Http404):
        selectors.get_visible_or_404(worlds.viewer(world.school, world.pupil), world.stranger.pk)


def test_get_visible_refuses_numbers_beyond_the_database(world: Any) -> None:
    with pytest.raises(Http404):
        selectors.get_visible_or_404(worlds.viewer(world.school, world.head), 10**30)


def test_somebody_without_a_person_sees_nobody(world: Any) -> None:
    stranger = Person(account_id=0)
    assert not selectors.people_visible_to(worlds.viewer(world.school, stranger)).exists()


def test_guardians_come_in_the_order_of_calls(world: Any) -> None:
    GuardianLink.objects.filter(guardian=world.mother).update(priority=2)
    assert list(selectors.guardians_of(world.pupil)) == [world.father, world.mother]


@pytest.mark.parametrize("words", ["eloise", "ÉLOÏSE", "oeglin  elo", "bœglin-éloïse"])
def test_search_forgives_accents_case_and_ligatures(world: Any, words: str) -> None:
    from core.people.services import create_person

    made = create_person(actor=None, roles=["pupil"], first_name="Éloïse", last_name="Bœglin")
    assert made in selectors.search(Person.objects.all(), words)


@pytest.mark.parametrize("count", [1, 3])
def test_details_cost_the_same_for_any_number(
    world: Any, count: int, django_assert_max_num_queries: Any
) -> None:
    viewer = worlds.viewer(world.school, world.teacher)
    people = [world.pupil, world.mother, world.stranger][:count]
    viewer.codes  # noqa: B018 -- the request has read the modules already
    with django_assert_max_num_queries(4):
        selectors.details_for(viewer, people)


def test_what_sight_rests_on_is_read_once_a_request(world: Any, django_assert_num_queries: Any) -> None:
    viewer = worlds.viewer(world.school, world.mother)
    list(selectors.people_visible_to(viewer))
    with django_assert_num_queries(3):
        list(selectors.people_visible_to(viewer))
        list(classes_visible_to(viewer))
        list(groups_visible_to(viewer))


def test_what_was_read_holds_for_its_day_alone(world: Any, monkeypatch: Any) -> None:
    """The link ends tomorrow: whoever is still looking then sees the child no more."""
    GuardianLink.objects.filter(guardian=world.mother).update(ends_on=worlds.TOMORROW)
    viewer = worlds.viewer(world.school, world.mother)
    assert selectors.people_visible_to(viewer).filter(pk=world.pupil.pk).exists()
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: worlds.TOMORROW)
    assert not selectors.people_visible_to(viewer).filter(pk=world.pupil.pk).exists()
