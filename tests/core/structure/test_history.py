"""What stays readable of a year that is over, and by whom."""

from datetime import date
from typing import Any

import pytest

from core.people.models import Person
from core.structure.models import ClassMembership, SchoolClass, SchoolYear, TeachingService
from core.structure.selectors import classes_visible_to, day_of, groups_visible_to, years_visible_to
from tenants.schemas.context import school
from tests.core import world as worlds
from tests.factories import make_person


@pytest.fixture
def past(world: Any) -> Any:
    """Last year's 7e: the teacher taught it, the pupil and somebody who has left were in it."""
    gone = make_person(world.school, "pupil", left_on=date(2026, 7, 3))
    with school(world.school):
        year = SchoolYear.objects.create(label="2025-2026", starts_on=date(2025, 9, 1), ends_on=date(2026, 7, 3))
        before = SchoolClass.objects.create(year=year, name="7e")
        for person in (world.pupil, gone):
            ClassMembership.objects.create(
                school_class=before, person=person, starts_on=year.starts_on, ends_on=year.ends_on
            )
        TeachingService.objects.create(
            teacher=world.teacher, subject=world.service.subject, school_class=before, starts_on=year.starts_on,
            ends_on=year.ends_on,
        )  # fmt: skip
    before.gone = gone
    return before


def page(client: Any, past: Any) -> Any:
    return client.get(f"/structure/classes/{past.pk}/")


def test_year_is_read_on_its_last_day_once_over(past: Any) -> None:
    assert day_of(past.year, date(2026, 11, 22)) == date(2026, 7, 3)
    assert day_of(past.year, date(2025, 11, 22)) == date(2025, 11, 22)
    assert day_of(past.year, date(2025, 1, 1)) == date(2025, 9, 1)


def test_teacher_reads_the_class_of_last_year(world: Any, enter: Any, past: Any) -> None:
    html = page(enter(world.teacher), past).content.decode()
    assert world.pupil.sort_name in html
    assert past.gone.sort_name in html
    assert f"/annuaire/{past.gone.pk}/" not in html


def test_teacher_of_this_year_does_not_read_the_one_before(world: Any, enter: Any, past: Any) -> None:
    assert page(enter(world.other_teacher), past).status_code == 404


def test_class_of_this_year_is_not_shown_as_past(world: Any, enter: Any, past: Any) -> None:
    html = enter(world.teacher).get(f"/structure/classes/{world.class_a.pk}/").content.decode()
    assert "Cette année est finie" not in html
    assert past.gone.sort_name not in html


def test_last_years_teacher_does_not_read_this_years_families(world: Any, enter: Any, past: Any) -> None:
    with school(world.school):
        TeachingService.objects.filter(pk=world.service.pk).delete()
    assert enter(world.teacher).get(f"/annuaire/{world.mother.pk}/").status_code == 404


def test_pupil_reads_the_class_they_were_in(world: Any, enter: Any, past: Any) -> None:
    assert past.gone.sort_name in page(enter(world.pupil), past).content.decode()
    assert page(enter(world.stranger), past).status_code == 404


def test_guardian_reads_of_it_only_their_child(world: Any, enter: Any, past: Any) -> None:
    html = page(enter(world.mother), past).content.decode()
    assert world.pupil.sort_name in html
    assert past.gone.sort_name not in html


def test_guardian_whose_link_has_ended_reads_nothing(world: Any, enter: Any, past: Any) -> None:
    worlds.end_link(world, world.mother)
    assert page(enter(world.mother), past).status_code == 404


@pytest.mark.parametrize(("who", "years"), [("teacher", 2), ("other_teacher", 1), ("pupil", 2), ("head", 2)])
def test_years_to_choose_are_those_one_had(world: Any, past: Any, who: str, years: int) -> None:
    with school(world.school):
        assert years_visible_to(worlds.viewer(world.school, getattr(world, who))).count() == years


def test_class_list_of_a_past_year_counts_those_of_then(world: Any, enter: Any, past: Any) -> None:
    html = enter(world.teacher).get(f"/structure/?annee={past.year_id}").content.decode()
    assert "7e" in html
    assert "2\u00a0élèves" in html


def test_next_years_class_is_not_there_for_pupils_before_it_begins(world: Any) -> None:
    with school(world.school):
        year = SchoolYear.objects.create(label="2027-2028", starts_on=date(2027, 9, 1), ends_on=date(2028, 7, 3))
        after = SchoolClass.objects.create(year=year, name="5e")
        ClassMembership.objects.create(school_class=after, person=world.pupil, starts_on=year.starts_on)
        assert after not in classes_visible_to(worlds.viewer(world.school, world.pupil))
        assert after in classes_visible_to(worlds.viewer(world.school, world.teacher))
        assert not groups_visible_to(worlds.viewer(world.school, world.pupil)).filter(year=year).exists()
        assert Person.objects.filter(pk=world.pupil.pk).exists()
