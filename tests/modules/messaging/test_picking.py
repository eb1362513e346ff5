"""Finding recipients, and what is shown of them before sending."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.people.models import Person
from modules.messaging.audience.finding import candidates
from modules.messaging.audience.lines import Line
from modules.messaging.audience.preview import preview
from modules.messaging.models import Correspondent
from tests.factories import make_guardian, make_person
from tests.modules.messaging.writing import of_class, settle, to

pytestmark = pytest.mark.django_db


def seen(here, person, *lines):
    return preview(here.viewer(person), lines)


def found(here, person, words):
    return [(one.kind, one.who, one.label) for one in candidates(here.viewer(person), words)]


# --- The preview ------------------------------------------------------------------------------------------
def test_it_counts_each_once_by_role(here):
    shown = seen(here, here.teacher, of_class(here, "guardians"), of_class(here, "pupils"), to(here.parent))
    assert (shown.total, dict(shown.by_role)) == (3, {"pupil": 2, "guardian": 1})


def test_it_says_who_never_came(here):
    late = make_person(here.establishment, "guardian", first_name="Iris")
    make_guardian(here.establishment, here.pupil, late)
    assert late.full_name in seen(here, here.teacher, of_class(here, "guardians")).never_activated.names


def test_it_says_whom_nothing_reaches(here):
    lost = make_person(here.establishment, "guardian")
    make_guardian(here.establishment, here.pupil, lost)
    assert seen(here, here.teacher, of_class(here, "guardians")).without_channel.names == (lost.full_name,)


def test_an_address_is_a_channel(here):
    make_guardian(here.establishment, here.pupil, make_person(here.establishment, "guardian", email="a@example.org"))
    assert seen(here, here.teacher, of_class(here, "guardians")).without_channel.count == 0


def test_lines_that_may_not_be_used_are_named(here):
    shown = seen(here, here.teacher, of_class(here, "guardians"), to(here.outsider))
    assert ([line.id for line, _why in shown.refused], shown.total) == ([here.outsider.pk], 1)


def test_it_counts_who_is_left_out(here):
    shown = seen(here, here.parent, Line(kind="teachers_of", id=here.pupil.pk))
    assert (shown.total, shown.left_out) == (1, 0)


def test_it_says_who_is_away_and_to_whom_to_write(here):
    today = timezone.localdate()
    Correspondent.objects.create(
        person=here.teacher, away_from=today, away_until=today + timedelta(days=2), substitute=here.colleague
    )
    (row,) = seen(here, here.parent, to(here.teacher)).away
    assert (row.name, row.substitute) == (here.teacher.full_name, here.colleague.full_name)


def test_it_says_what_is_too_much(here):
    settle(staff_recipients=1)
    assert not seen(here, here.teacher, of_class(here, "pupils")).may_leave


def test_many_lines_cost_what_few_do(here):
    lines = [of_class(here, "guardians"), to(here.parent), Line(kind="guardians_of", id=here.pupil.pk)]
    counts = []
    for several in (lines, [*lines, to(here.pupil), Line(kind="guardians_of", id=here.brother.pk)]):
        viewer = here.viewer(here.teacher)
        assert viewer.can("messaging.write")
        with CaptureQueriesContext(connection) as queries:
            preview(viewer, several)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 18


# --- The picker -------------------------------------------------------------------------------------------
def test_a_class_is_found_with_those_who_belong_to_it(here):
    assert ("class", "guardians", "Responsables de 5e B") in found(here, here.teacher, "5eb")


def test_not_by_those_who_may_not_write_to_one(here):
    assert all(kind != "class" for kind, _who, _label in found(here, here.parent, "5e"))


def test_a_guardian_is_found_by_the_childs_name(here):
    (one,) = [one for one in candidates(here.viewer(here.teacher), "hugo") if one.child]
    assert (one.id, one.child) == (here.parent.pk, here.brother.pk)


def test_so_are_the_teachers(here):
    assert ("teachers_of", "", f"Enseignants de {here.pupil.full_name}") in found(here, here.parent, "léa")


def test_nobody_is_found_to_whom_one_may_not_write(here):
    assert found(here, here.pupil, "Didelot") == []


def test_a_role_is_found(here):
    assert ("role", "", "Tous les enseignants") in found(here, here.head, "enseignants")


def test_the_number_of_queries_does_not_grow(here):
    def queries():
        viewer = here.viewer(here.teacher)
        assert viewer.can("messaging.write")
        with CaptureQueriesContext(connection) as seen_queries:
            candidates(viewer, "pet")
        return len(seen_queries)

    few = queries()
    for _n in range(6):
        person = make_person(here.establishment, "guardian", last_name="Petit")
        Person.objects.filter(pk=person.pk).update(search_text="petit")
        make_guardian(here.establishment, here.pupil, person)
    assert queries() <= few + 1  # the classes of those who are found
