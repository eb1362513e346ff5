"""Who may write to whom."""

import random
from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.modules.models import ModuleChoice
from core.people.choices import STAFF, Authority, Role
from core.people.models import GuardianLink, Person
from core.structure.models import ClassMembership, Group, GroupMembership, Subject, Substitution, TeachingService
from core.structure.selectors import current_year
from modules.messaging.audience.reach import grid_of, may_write_to, preset, reachable_by
from modules.messaging.choices import Reach
from modules.messaging.models import Block, Rule
from tests.factories import make_class, make_guardian, make_person
from tests.modules.messaging.writing import settle

pytestmark = pytest.mark.django_db
START = date(2026, 9, 1)


def allow(sender, recipient, reach=Reach.RELATED):
    Rule.objects.update_or_create(sender=sender, recipient=recipient, defaults={"reach": reach})


def may(here, sender, recipient):
    return may_write_to(here.viewer(sender), recipient)


def test_a_pupil_writes_to_whoever_teaches_their_class(here):
    assert may(here, here.pupil, here.teacher)


def test_not_to_other_teachers(here):
    assert not may(here, here.pupil, here.colleague)


def test_a_substitute_of_the_day_is_reached(here):
    service, today = TeachingService.objects.get(teacher=here.teacher), timezone.localdate()
    Substitution.objects.create(service=service, substitute=here.colleague, starts_on=today, ends_on=today)
    assert may(here, here.pupil, here.colleague)


def test_one_whose_time_is_over_is_not(here):
    service, today = TeachingService.objects.get(teacher=here.teacher), timezone.localdate()
    over = today - timedelta(days=1)
    Substitution.objects.create(service=service, substitute=here.colleague, starts_on=START, ends_on=over)
    assert not may(here, here.pupil, here.colleague)


def test_a_main_teacher_is_reached(here):
    ClassMembership.objects.create(
        school_class=here.school_class, person=here.colleague, kind="main_teacher", starts_on=START
    )
    assert may(here, here.pupil, here.colleague)


def test_pupils_of_a_lycee_write_to_their_classmates(here):
    assert may(here, here.pupil, here.brother)


def test_the_cap_bounds_them(here):
    settle(pupils_together="none")
    assert not may(here, here.pupil, here.brother)


def test_a_rule_cannot_pass_the_cap(here):
    settle(guardians_together="none")
    allow("guardian", "guardian", Reach.ALL)
    assert not may(here, here.parent, here.outsider)


def test_a_guardian_writes_to_the_teachers_of_their_children(here):
    assert may(here, here.parent, here.teacher)


def test_a_teacher_writes_to_guardians_of_their_pupils_alone(here):
    assert [may(here, here.teacher, one) for one in (here.parent, here.outsider)] == [True, False]


def test_management_writes_to_all_guardians(here):
    assert may(here, here.head, here.outsider)


def test_who_lost_authority_is_not_written_to(here):
    GuardianLink.objects.filter(guardian=here.parent).update(authority=Authority.CONTACT)
    assert not may(here, here.head, here.parent)


def test_who_lost_authority_writes_to_nobody(here):
    GuardianLink.objects.filter(guardian=here.parent).update(ends_on=timezone.localdate())
    assert not reachable_by(here.viewer(here.parent)).exists()


def test_who_has_left_is_not_written_to(here):
    Person.objects.filter(pk=here.colleague.pk).update(left_on=timezone.localdate())
    assert not may(here, here.head, here.colleague)


def test_guardians_of_one_class_may_be_let_write_to_each_other(here):
    other = make_person(here.establishment, "guardian")
    make_guardian(here.establishment, here.brother, other)
    allow("guardian", "guardian")
    assert [may(here, here.parent, one) for one in (other, here.outsider)] == [True, False]


def test_several_roles_may_do_what_any_of_them_may(here):
    Person.objects.filter(pk=here.parent.pk).update(roles=["guardian", "administrative"])
    assert may(here, here.parent, here.outsider)


def test_whoever_is_blocked_does_not_reach(here):
    Block.objects.create(person=here.brother, blocked=here.pupil)
    assert not may(here, here.pupil, here.brother)


def test_staff_cannot_be_blocked(here):
    Block.objects.create(person=here.parent, blocked=here.teacher)
    assert may(here, here.teacher, here.parent)


def test_roles_without_the_messagerie_are_not_reached(here):
    choice = ModuleChoice.objects.get(slug="messaging")
    choice.roles = ["teacher", "management"]
    choice.save()
    assert not may(here, here.head, here.parent)


def test_nobody_writes_to_oneself(here):
    assert not may(here, here.head, here.head)


def test_asking_costs_the_same_for_few_and_many(here, django_assert_max_num_queries):
    viewer = here.viewer(here.teacher)
    assert viewer.can("messaging.write")
    with django_assert_max_num_queries(3):
        list(reachable_by(viewer))


@pytest.mark.parametrize("kind", ["ecole", "college", "lycee"])
def test_a_preset_names_every_pair(kind):
    assert len(preset(kind)) == len(Role) ** 2


def test_pupils_of_a_college_find_an_adult_and_never_each_other():
    chosen = preset("college")
    assert (chosen["pupil", "school_life"], chosen["pupil", "pupil"]) == (Reach.ALL, Reach.NONE)


# --- In worlds made by chance: the sets of the database are those of the words --------------------------------
def related(world, me, other, sender, recipient):
    """The table of `reach`, read naïvely for two people."""
    office = STAFF - {Role.TEACHER}
    if sender in office or recipient in office:
        return True
    if "partner" in (sender, recipient):
        return sender == "teacher"
    mine = {
        "pupil": world.attends[me.pk],
        "guardian": set().union(*(world.attends[child] for child in world.children[me.pk]), set()),
        "teacher": world.teaches[me.pk],
    }[sender]
    if recipient == "teacher":
        return bool(mine & world.teaches[other.pk])
    if recipient == "pupil":
        return other.pk in world.children[me.pk] if sender == "guardian" else bool(mine & world.attends[other.pk])
    if sender == "pupil":
        return me.pk in world.children[other.pk]
    classes = {place for place in mine if place[0] == "class"} if sender == "guardian" else mine
    return any(classes & world.attends[child] for child in world.children[other.pk])


class World:
    """A few people in a few classes and groups, each in a role or two, by chance."""

    def __init__(self, establishment, seed):
        rng = self.rng = random.Random(seed)  # noqa: S311 -- worlds that come back, not secrets
        roles = ["pupil"] * 5 + ["guardian"] * 4 + ["teacher"] * 3 + ["management", "partner", "school_life"]
        self.people = [make_person(establishment, role) for role in roles]
        for person in rng.sample(self.people[5:], 3):  # no pupil is a guardian too
            person.roles = [*person.roles, rng.choice(["guardian", "teacher", "administrative"])]
            person.save()
        self.attends, self.teaches = ({p.pk: set() for p in self.people} for _ in range(2))
        self.children = {p.pk: set() for p in self.people}
        places = [make_class(establishment) for _ in range(3)]
        places += [Group.objects.create(year=current_year(), name=f"Groupe {n}") for n in range(2)]
        subject = Subject.objects.create(name=f"Matière {seed}")
        for person in self.of("pupil"):
            for place in rng.sample(places, rng.randint(0, 2)):
                self.attend(person, place)
        for person in self.of("teacher"):
            for place in rng.sample(places, rng.randint(0, 2)):
                self.teach(person, place, subject)
        self.make_families(establishment)

    def of(self, role):
        return [person for person in self.people if role in person.roles]

    def attend(self, person, place):
        if isinstance(place, Group):
            GroupMembership.objects.create(group=place, person=person, starts_on=START)
            self.attends[person.pk].add(("group", place.pk))
        else:
            ClassMembership.objects.create(school_class=place, person=person, starts_on=START)
            self.attends[person.pk].add(("class", place.pk))

    def teach(self, person, place, subject):
        kind = "group" if isinstance(place, Group) else "class"
        where = {"group": place} if kind == "group" else {"school_class": place}
        TeachingService.objects.create(teacher=person, subject=subject, starts_on=START, **where)
        self.teaches[person.pk].add((kind, place.pk))

    def make_families(self, establishment):
        for person in self.of("guardian"):
            for child in self.rng.sample(self.of("pupil"), self.rng.randint(0, 2)):
                authority = self.rng.choice([Authority.LEGAL, Authority.LEGAL, Authority.CONTACT])
                make_guardian(establishment, child, person, authority=authority)
                if authority == Authority.LEGAL:
                    self.children[person.pk].add(child.pk)

    def roles(self, person):
        return [role for role in person.roles if role != "guardian" or self.children[person.pk]]


@pytest.mark.parametrize("seed", range(4))
def test_in_any_world_the_sets_are_those_of_the_table(here, seed):
    world = World(here.establishment, seed)
    for sender in Role:
        for recipient in Role:
            allow(sender, recipient, world.rng.choice(Reach.values))
    for me in world.people:
        viewer = here.viewer(me)
        table = grid_of(viewer)
        expected = {
            other.pk
            for other in world.people
            if other.pk != me.pk
            and any(
                table[s, r] == Reach.ALL or (table[s, r] == Reach.RELATED and related(world, me, other, s, r))
                for s in world.roles(me)
                for r in world.roles(other)
            )
        }
        found = set(reachable_by(viewer).filter(pk__in=[p.pk for p in world.people]).values_list("pk", flat=True))
        assert found == expected, me.roles
