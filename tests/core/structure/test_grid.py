"""The grid of services: gaps, substitutes, main teachers, the same number of queries for many."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.structure import grid
from core.structure.models import ClassMembership, SchoolClass, Substitution, TeachingService
from tests.core import world as worlds
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def levels(world: Any) -> Any:
    """Both classes are sixièmes; only the teacher's has mathematics."""
    SchoolClass.objects.update(level="6e")
    TeachingService.objects.filter(teacher=world.other_teacher).delete()
    return world


def test_a_subject_that_one_class_has_is_missing_in_the_other(levels: Any) -> None:
    (table,) = grid.by_level(levels.class_a.year, "college")
    assert (table.level, table.gaps) == ("6e", 1)
    cells = {cell.school_class: cell.services for cell in table.rows[0].cells}
    assert cells[levels.class_b] == []
    assert [one.teacher for one in cells[levels.class_a]] == [levels.teacher]


def test_what_a_group_teaches_counts_for_its_classes(levels: Any) -> None:
    levels.group.classes.add(levels.class_b)
    TeachingService.objects.create(
        teacher=levels.other_teacher, subject=levels.service.subject, group=levels.group, starts_on=worlds.START
    )
    assert grid.by_level(levels.class_a.year, "college")[0].gaps == 0


def test_classes_without_main_teacher_are_told(levels: Any) -> None:
    ClassMembership.objects.create(
        school_class=levels.class_a, person=levels.teacher, kind="main_teacher", starts_on=worlds.START
    )
    assert grid.by_level(levels.class_a.year, "college")[0].without_main == [levels.class_b]


def test_teachers_without_service_are_in_the_list(levels: Any) -> None:
    lines = {line.teacher: line for line in grid.by_teacher(levels.class_a.year)}
    assert lines[levels.other_teacher].services == []
    assert lines[levels.teacher].services == [levels.service]


def test_substitutes_are_shown_with_what_they_cover(levels: Any) -> None:
    Substitution.objects.create(
        service=levels.service, substitute=levels.other_teacher, starts_on=worlds.YESTERDAY, ends_on=worlds.TOMORROW
    )
    lines = {line.teacher: line for line in grid.by_teacher(levels.class_a.year)}
    assert lines[levels.other_teacher].covered == [levels.service]


@pytest.mark.parametrize("query", ["", "?par=enseignant"])
def test_pages_take_the_same_queries_for_many(levels: Any, enter: Any, query: str) -> None:
    from tenants.schemas.context import school

    client = enter(levels.head)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/structure/services/{query}").status_code == 200
        return len(seen)

    queries()
    few = queries()
    for _ in range(3):
        teacher = make_person(levels.school, "teacher")
        with school(levels.school):
            one = SchoolClass.objects.create(year=levels.class_a.year, name=f"6e {teacher.pk}", level="6e")
            TeachingService.objects.create(
                teacher=teacher, subject=levels.service.subject, school_class=one, starts_on=worlds.START
            )
    assert queries() == few


def test_gap_leads_to_the_page_that_fills_it(levels: Any, enter: Any) -> None:
    html = enter(levels.head).get("/structure/services/").content.decode()
    assert f"/structure/classes/{levels.class_b.pk}/enseignants/ajouter/" in html
    assert "Personne" in html
