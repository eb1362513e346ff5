"""The permission matrix: every route × every role × every method, against tables that people have read."""

import pytest
from django.db import connection, transaction

from core.modules.routes import routes
from core.permissions.guards import guard_of
from tests.isolation.matrix import areas, names_in, route_named, table, who_gets_through
from tests.isolation.world import region_world, school_world
from tests.schools import COLLEGE_B, LYCEE_A, get

pytestmark = pytest.mark.django_db
URLCONFS = {"school": "config.urls_school", "region": "config.urls_region"}


@pytest.mark.parametrize("side", URLCONFS)
def test_every_route_is_in_the_table_and_nothing_else(side):
    ours = {route.name for route in routes(URLCONFS[side]) if not route.view.__module__.startswith("tests.")}
    assert ours == set(table(side))


@pytest.mark.parametrize("side", URLCONFS)
def test_every_route_bears_a_guard(side):
    assert [route.name for route in routes(URLCONFS[side]) if guard_of(route.view) is None] == []


@pytest.fixture(scope="module")
def world(request, django_db_setup, django_db_blocker):
    """Made once for all routes of a side: each request is undone before the next. Undone itself at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        connection.set_schema_to_public()
        lycee = get(LYCEE_A)
        made = region_world(lycee) if request.param == "region" else school_world(lycee, get(COLLEGE_B))
        made.side, made.urlconf = request.param, URLCONFS[request.param]
        yield made
        transaction.set_rollback(True)


def _differences(world, area):
    """Route to (what happens, what the table says), where they differ."""
    found = {name: who_gets_through(route_named(world.urlconf, name), world) for name in names_in(world.side, area)}
    written = table(world.side)
    return {name: (got, written[name]) for name, got in found.items() if got != written[name]}


@pytest.mark.parametrize("area", areas("school"))
@pytest.mark.parametrize("world", ["school"], indirect=True)
def test_a_schools_routes_let_through_whom_the_table_names(world, area):
    assert _differences(world, area) == {}


@pytest.mark.parametrize("area", areas("region"))
@pytest.mark.parametrize("world", ["region"], indirect=True)
def test_the_regions_routes_let_through_whom_the_table_names(world, area):
    assert _differences(world, area) == {}
