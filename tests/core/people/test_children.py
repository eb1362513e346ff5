"""Which child a guardian is looking at."""

from typing import Any

import pytest

from tests.core import world as worlds
from tests.factories import make_guardian


@pytest.fixture
def two(world: Any) -> worlds.World:
    make_guardian(world.school, world.classmate, world.mother)
    return world


def chosen(client: Any) -> Any:
    return client.session.get("child")


def test_choice_is_remembered(two: Any, enter: Any) -> None:
    client = enter(two.mother)
    client.get("/", {"enfant": two.classmate.pk})
    page = client.get("/").content.decode()
    assert 'aria-current="true"' in page


@pytest.mark.parametrize("value", ["abc", "\x00", "99999999999999999999", "-1"])
def test_nonsense_chooses_nobody(two: Any, enter: Any, value: str) -> None:
    assert enter(two.mother).get("/", {"enfant": value}).status_code == 200


def test_child_of_others_cannot_be_chosen(two: Any, enter: Any) -> None:
    client = enter(two.mother)
    client.get("/", {"enfant": two.stranger.pk})
    assert two.stranger.first_name + "<" not in client.get("/").content.decode()


def test_only_child_is_chosen_without_asking(world: Any, lycee_a: Any) -> None:
    from types import SimpleNamespace

    from core.people.children import selected_child
    from tenants.schemas.context import school

    with school(lycee_a):
        viewer = worlds.viewer(lycee_a, world.mother)
        request = SimpleNamespace(viewer=viewer, GET={}, session={}, school=lycee_a)
        assert selected_child(request) == world.pupil
