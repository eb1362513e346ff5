"""The permission matrix: every route × every role × every method, against tables that people have read."""

import pytest

from core.modules.routes import routes
from core.permissions.guards import guard_of
from tests.isolation.matrix import route_named, table, who_gets_through
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


@pytest.mark.parametrize("name", table("school"))
def test_a_schools_route_lets_through_whom_the_table_names(name, lycee_a, college_b):
    world = school_world(lycee_a, college_b)
    world.urlconf = URLCONFS["school"]
    assert who_gets_through(route_named(world.urlconf, name), world) == table("school")[name]


@pytest.mark.parametrize("name", table("region"))
def test_a_regions_route_lets_through_whom_the_table_names(name, lycee_a):
    world = region_world(lycee_a)
    world.urlconf = URLCONFS["region"]
    assert who_gets_through(route_named(world.urlconf, name), world) == table("region")[name]
