"""Whatever a source says: twice is once, its order is nothing, and it can be taken back."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.imports.models import Identity, Pairing, Run
from core.imports.services import undo
from core.people.choices import Authority, Kinship
from core.people.models import GuardianLink, Person
from core.structure.models import ClassMembership
from tests.core.imports.feeds import Feed, run
from tests.core.imports.snapshots import snapshot
from tests.factories import make_class, make_guardian, make_person

QUICK = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
FIRST = ("Zoé", "ZOE", "Élie", "Anne", "Jean")
LAST = ("Ferry", "FERRY", "Bœglin", "Klein")
BORN = (date(2014, 5, 3), date(2013, 1, 9), None)
CLASSES = ("6A", "6B", "6C")


@st.composite
def feeds(draw, uai="0579982R"):
    """Up to five pupils and four guardians, with few names, so that homonyms are usual."""
    feed = Feed(uai)
    guardians = draw(st.sets(st.integers(10, 14), max_size=4))
    for number in sorted(draw(st.sets(st.integers(1, 6), max_size=5))):
        linked = draw(st.lists(st.sampled_from(sorted(guardians)), unique=True, max_size=2)) if guardians else []
        feed.pupil(
            str(number), draw(st.sampled_from(FIRST)), draw(st.sampled_from(LAST)), draw(st.sampled_from(CLASSES)),
            born=draw(st.sampled_from(BORN)), regime=draw(st.sampled_from([None, "", "EXTERNE"])),
            guardians=[(str(one), Kinship.MOTHER, draw(st.sampled_from(list(Authority)))) for one in linked],
        )  # fmt: skip
    for number in sorted(guardians):
        feed.guardian(str(number), draw(st.sampled_from(FIRST)), draw(st.sampled_from(LAST)),
                      email=draw(st.sampled_from([None, "", "a@example.org"])))  # fmt: skip
    if draw(st.booleans()):
        feed.staff("20", "Luc", "Humbert", (draw(st.sampled_from(CLASSES)), "061300"))
    return feed


@pytest.fixture
def school_of_hand(inside):
    """Somebody was there before: a pupil and a guardian of names that sources also hold."""
    year = make_class(inside, "6A").year
    pupil = make_person(inside, "pupil", first_name="Zoé", last_name="Ferry", birth_date=BORN[0])
    make_guardian(inside, pupil, make_person(inside, "guardian", first_name="Anne", last_name="Ferry"))
    return year


class _Back(Exception):
    pass


def apart(body):
    """Each example begins with the same school."""
    try:
        with transaction.atomic():
            body()
            raise _Back
    except _Back:
        pass


@QUICK
@given(first=feeds(), second=feeds())
def test_twice_is_once(inside, school_of_hand, first, second):
    def example():
        run(first, inside)
        run(second, inside)
        after = snapshot()
        assert run(second, inside).state == "unchanged"
        assert snapshot() == after

    apart(example)


@QUICK
@given(first=feeds(), second=feeds())
def test_taken_back_it_never_was(inside, school_of_hand, first, second):
    def example():
        run(first, inside)
        before = snapshot()
        earlier = set(Run.objects.values_list("pk", flat=True))
        run(second, inside)
        made = Run.objects.exclude(pk__in=earlier).first()
        if made is not None:
            undo(run=made, actor=None)
        assert _same_but_for_dropped_questions(before, snapshot())

    apart(example)


def _same_but_for_dropped_questions(before, after):
    """A complete source that no longer asks something withdraws the question; taking it back asks it not again."""
    asked = Pairing._meta.db_table
    return before | {asked: []} == after | {asked: []} and {*after[asked]} <= {*before[asked]}


@QUICK
@given(feed=feeds(), seed=st.integers(0, 10**6))
def test_order_of_records_means_nothing(inside, school_of_hand, feed, seed):
    chance = Random(seed)  # noqa: S311 -- shuffles
    results = []

    def example(fed):
        def body():
            run(fed, inside)
            results.append(told())

        return body

    apart(example(feed))
    mixed = {name: chance.sample(some, len(some)) for name in ("pupils", "guardians") for some in [getattr(feed, name)]}
    apart(example(replace(feed, **mixed)))
    assert results[0] == results[1]


def told():
    """The school without ids: who is known by which key, linked to whom, where."""
    names = {person.pk: (person.last_name, person.first_name, person.regime) for person in Person.objects.all()}
    keys = {one.person_id: one.key for one in Identity.objects.filter(main=True)}
    return (
        sorted((keys.get(pk, ""), name) for pk, name in names.items()),
        sorted(
            (keys.get(one.child_id, ""), keys.get(one.guardian_id, ""), one.authority, one.source)
            for one in GuardianLink.objects.all()
        ),
        sorted((keys.get(one.person_id, ""), one.school_class.name) for one in ClassMembership.objects.all()),
        sorted((one.key, names[one.candidate_id]) for one in Pairing.objects.all()),
    )


@QUICK
@given(feed=feeds())
def test_nobody_is_two_people_of_one_source(inside, school_of_hand, feed):
    def example():
        run(feed, inside)
        for kind in ("pupil", "guardian"):
            people = list(Identity.objects.filter(main=True, kind=kind).values_list("person_id", flat=True))
            assert len(people) == len(set(people))

    apart(example)


@QUICK
@given(feed=feeds())
def test_every_record_is_somebody_or_held_back_or_refused(inside, school_of_hand, feed):
    def example():
        kinds = run(feed, inside).kinds()
        for kind in ("pupil", "guardian"):
            numbers = kinds.get(kind)
            if numbers:
                done = sum(numbers[name] for name in ("created", "updated", "unchanged", "returned", "held", "refused"))
                assert done == numbers["read"]

    apart(example)
