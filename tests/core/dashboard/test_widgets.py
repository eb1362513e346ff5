"""A slow or broken widget never holds the page; each part can be fetched alone."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from core.dashboard import widgets
from tenants.schemas.context import school

PART = "/accueil/parties/structure/my_classes/"
HTMX = {"hx-request": "true"}


def text(response: Any) -> str:
    return response.content.decode()


@pytest.fixture
def slow_classes(monkeypatch: Any) -> None:
    """The teacher's classes ask PostgreSQL something that takes ten seconds."""

    def sleep(request: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(10)")

    replace_render(monkeypatch, "core.structure.hooks.my_classes_widget", sleep)


@pytest.fixture
def broken_classes(monkeypatch: Any) -> None:
    def fail(request: Any) -> Any:
        raise RuntimeError("broken widget")

    replace_render(monkeypatch, "core.structure.hooks.my_classes_widget", fail)


def replace_render(monkeypatch: Any, path: str, render: Any) -> None:
    real = widgets.import_string
    monkeypatch.setattr(widgets, "import_string", lambda dotted: render if dotted == path else real(dotted))


def waiting(page: str) -> list[str]:
    return re.findall(r'hx-get="(/accueil/parties/[^"]*)" hx-trigger="load"', page)


@pytest.mark.usefixtures("slow_classes")
def test_statement_that_takes_too_long_is_given_up(world: Any, enter: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(widgets, "EACH", 50)
    page = text(enter(world.teacher).get("/"))
    assert "Cette partie n’a pas répondu" in page
    assert "Mes classes" in page


@pytest.mark.usefixtures("broken_classes")
def test_broken_part_offers_to_try_again(world: Any, enter: Any) -> None:
    page = text(enter(world.teacher).get("/"))
    assert f'href="{PART}" hx-get="{PART}"' in page


@pytest.mark.usefixtures("broken_classes")
def test_broken_part_leaves_the_others(world: Any, enter: Any) -> None:
    from core.structure.models import SchoolYear

    client = enter(world.head)
    with school(world.school):
        SchoolYear.objects.update(is_current=False, starts_on="2020-09-01", ends_on="2021-07-01")
    assert "Aucune année scolaire" in text(client.get("/"))


@pytest.mark.usefixtures("broken_classes")
def test_part_that_failed_is_fetched_after_the_page_next_time(world: Any, enter: Any) -> None:
    client = enter(world.teacher)
    client.get("/")
    assert waiting(text(client.get("/"))) == [PART]


def test_part_that_was_slow_comes_after_the_page(world: Any, enter: Any) -> None:
    client = enter(world.teacher)
    with school(world.school):
        cache.set("dashboard-slow:structure.my_classes", 1)
    page = text(client.get("/"))
    assert waiting(page) == [PART]
    assert world.class_a.name not in page


def test_part_that_waits_has_a_link_without_scripts(world: Any, enter: Any) -> None:
    client = enter(world.teacher)
    with school(world.school):
        cache.set("dashboard-slow:structure.my_classes", 1)
    assert f'<a class="no-js-only" href="{PART}">' in text(client.get("/"))


def test_slowness_in_one_school_is_not_anothers(world: Any, as_person: Any, college_b: Any) -> None:
    with school(world.school):
        cache.set("dashboard-slow:structure.my_classes", 1)
    client, _person = as_person(college_b, "teacher")
    assert PART not in waiting(text(client.get("/")))


def test_no_time_left_means_fetched_after_the_page(world: Any, enter: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(widgets, "TOGETHER", 0)
    assert len(waiting(text(enter(world.teacher).get("/")))) >= 1


def test_more_than_a_few_are_fetched_only_when_seen(world: Any, enter: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(widgets, "TOGETHER", 0)
    monkeypatch.setattr(widgets, "AT_ONCE", 1)
    page = text(enter(world.teacher).get("/"))
    assert len(waiting(page)) == 1
    assert 'hx-trigger="revealed"' in page


def test_part_alone_is_a_fragment_for_the_page(world: Any, enter: Any) -> None:
    fragment = text(enter(world.teacher).get(PART, headers=HTMX))
    assert "<html" not in fragment
    assert 'id="part-structure-my_classes"' in fragment
    assert world.class_a.name in fragment


def test_part_alone_is_a_page_without_scripts(world: Any, enter: Any) -> None:
    page = text(enter(world.teacher).get(PART))
    assert "<html" in page
    assert world.class_a.name in page


def test_part_alone_with_nothing_says_so(world: Any, enter: Any) -> None:
    client = enter(world.teacher)
    with school(world.school):
        world.service.delete()
    assert "Rien pour l’instant" in text(client.get(PART, headers=HTMX))


@pytest.mark.parametrize("path", ["people/children", "structure/nothing", "nowhere/latest"])
def test_part_of_others_is_not_there(world: Any, enter: Any, path: str) -> None:
    assert enter(world.teacher).get(f"/accueil/parties/{path}/").status_code == 404


@pytest.mark.usefixtures("slow_classes")
def test_time_given_to_a_part_ends_with_it(world: Any, enter: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(widgets, "EACH", 50)
    enter(world.teacher).get("/")
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def test_time_of_each_part_is_logged(world: Any, enter: Any) -> None:
    from structlog.testing import capture_logs

    with capture_logs() as logs:
        enter(world.teacher).get("/")
    (line,) = [line for line in logs if line["event"] == "dashboard"]
    assert line["parts"]["structure.my_classes"][0] == "ready"


# --- One child or all of them ----------------------------------------------------------------------------
@pytest.fixture
def mother_of_two(world: Any) -> Any:
    from tests.factories import make_guardian

    make_guardian(world.school, world.stranger, world.mother)
    return world.mother


def test_all_children_are_shown_with_their_chips(world: Any, enter: Any, mother_of_two: Any) -> None:
    page = text(enter(mother_of_two).get("/"))
    main = page[page.index("<main") :]
    assert world.class_a.name in main
    assert world.class_b.name in main
    assert 'class="child c1"' in main
    assert 'class="child c2"' in main


def test_chosen_child_is_the_only_one_shown(world: Any, enter: Any, mother_of_two: Any) -> None:
    page = text(enter(mother_of_two).get(f"/?enfant={world.stranger.pk}"))
    main = page[page.index("<main") :]
    assert world.class_b.name in main
    assert world.class_a.name not in main
    assert "Voir tous mes enfants" in main


def test_choice_of_a_child_holds_for_parts_fetched_later(world: Any, enter: Any, mother_of_two: Any) -> None:
    client = enter(mother_of_two)
    client.get(f"/?enfant={world.stranger.pk}")
    fragment = text(client.get("/accueil/parties/people/children/", headers=HTMX))
    assert world.class_b.name in fragment
    assert world.class_a.name not in fragment
