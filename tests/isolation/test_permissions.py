"""The permission matrix: every route × every role × every method, against tables that people have read."""

from types import SimpleNamespace

import pytest

from core.modules.routes import routes
from core.permissions.guards import guard_of
from tests.isolation.matrix import areas, names_in, route_named, table, who_gets_through
from tests.isolation.world import region_world, school_world

pytestmark = pytest.mark.django_db
URLCONFS = {"school": "config.urls_school", "region": "config.urls_region"}


@pytest.mark.parametrize("side", URLCONFS)
def test_every_route_is_in_the_table_and_nothing_else(side):
    ours = {route.name for route in routes(URLCONFS[side]) if not route.view.__module__.startswith("tests.")}
    assert ours == set(table(side))


@pytest.mark.parametrize("side", URLCONFS)
def test_every_route_bears_a_guard(side):
    assert [route.name for route in routes(URLCONFS[side]) if guard_of(route.view) is None] == []


def _differences(side: str, area: str, world: SimpleNamespace) -> dict[str, tuple[dict, dict]]:
    """Route to (what happens, what the table says), where they differ."""
    world.urlconf = URLCONFS[side]
    found = {name: who_gets_through(route_named(world.urlconf, name), world) for name in names_in(side, area)}
    return {name: (got, table(side)[name]) for name, got in found.items() if got != table(side)[name]}


@pytest.mark.parametrize("area", areas("school"))
def test_a_schools_routes_let_through_whom_the_table_names(area, lycee_a, college_b):
    assert _differences("school", area, school_world(lycee_a, college_b)) == {}


@pytest.mark.parametrize("area", areas("region"))
def test_the_regions_routes_let_through_whom_the_table_names(area, lycee_a):
    assert _differences("region", area, region_world(lycee_a)) == {}
