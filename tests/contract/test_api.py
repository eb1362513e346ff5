"""What every module that offers something to programs owes them."""

import pytest

from core.api.viewer import known_scopes
from core.modules.routes import routes
from core.people.choices import Role
from tenants.api.operations import operations_of
from tests.contract.helpers import address, roles_with, suited, switch
from tests.factories import give_account, make_account, make_person
from tests.isolation.tokens import open_to_all_roles, program
from tests.isolation.tokens import token as make_token

pytestmark = pytest.mark.django_db


def endpoints(module):
    """(address, method, operation) of what the module offers."""
    for route in routes():
        if route.name.startswith(f"api:{module.slug}:"):
            for method, operation in operations_of(route.view).items():
                yield address(route), method, operation


@pytest.fixture
def place(module, lycee_a, college_b):
    place = suited(module, lycee_a, college_b)
    open_to_all_roles(place)
    return place


@pytest.fixture
def as_program(place):
    def make(*roles, scopes=None):
        person = make_person(place, *roles)
        give_account(place, person, make_account(password=None))
        return program(f"{place.slug}.localhost", make_token(place, person, scopes))

    return make


def test_api_of_a_module_that_is_off_is_not_there(module, place, as_program):
    switch(place, module.slug, on=False)
    client = as_program(*Role.values)
    assert {url: client.generic(method, url).status_code for url, method, _op in endpoints(module)} == {
        url: 404 for url, _method, _op in endpoints(module)
    }


def test_api_takes_no_stranger(module, place):
    client = program(f"{place.slug}.localhost", "")
    for url, method, _operation in endpoints(module):
        assert client.generic(method, url).status_code == 401, url


def test_api_takes_no_session(module, place, as_person):
    client, _person = as_person(place, *Role.values)
    for url, method, _operation in endpoints(module):
        assert client.generic(method, url).status_code == 401, url


def test_api_asks_for_each_scope(module, place, as_program):
    for url, method, operation in endpoints(module):
        client = as_program(*Role.values, scopes=set(known_scopes()) - {operation.scope})
        assert client.generic(method, url).status_code == 403, operation.name


def test_api_is_closed_to_roles_without_the_permission(module, place, as_program):
    for url, method, operation in endpoints(module):
        holders = roles_with(module, operation.permission.partition(".")[2])
        without = [role for role in Role.values if role not in holders]
        if without:
            assert as_program(without[0]).generic(method, url).status_code == 404, operation.name


def test_api_lists_answer_in_pieces(module, place, as_program):
    client = as_program(*Role.values)
    for url, method, operation in endpoints(module):
        if operation.paged:
            answer = client.generic(method, url).json()
            assert set(answer) == {"results", "next"}, operation.name


def test_scopes_are_said_in_words(manifest):
    for scope in manifest.scopes:
        assert str(scope.label)[:1].isupper()


def test_operations_are_described():
    from core.api.endpoints.general import described

    described.cache_clear()
    found = {o["operationId"] for path in described()["paths"].values() for o in path.values()}
    declared = {o.name.replace(".", "_") for r in routes() for o in operations_of(r.view).values()}
    assert found == declared
