"""On and off: a module that is off is not there at all; its data come back with it."""

import pytest
from django.urls import reverse

from core.modules import registry
from core.modules.navigation import items_for
from core.people.choices import Role
from core.permissions.viewer import viewer_of
from tenants.schemas import engine
from tenants.schemas.context import school
from tenants.schemas.models import InstalledApp
from tenants.schemas.selectors import table_exists
from tests.contract.helpers import addresses, roles_with, roles_without, suited, switch
from tests.factories import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(module, lycee_a, college_b):
    return suited(module, lycee_a, college_b)


def test_module_that_is_off_answers_404_everywhere(module, place, as_person):
    switch(place, module.slug, on=False)
    client, _person = as_person(place, *Role.values)
    for url in addresses(module.slug):
        assert (client.get(url).status_code, client.post(url).status_code) == (404, 404), url


def test_module_that_is_off_answers_404_to_strangers(module, place):
    switch(place, module.slug, on=False)
    for url in addresses(module.slug):
        assert client_for(place).get(url).status_code == 404, url


def test_strangers_are_sent_to_sign_in(module, place):
    for url in addresses(module.slug):
        response = client_for(place).get(url)
        assert response.status_code == 302, url
        assert "/connexion/" in response.url


def test_roles_that_the_module_is_closed_to_find_nothing(module, place, as_person):
    from core.modules.models import ModuleChoice

    served = module.roles or tuple(Role.values)
    with school(place):
        ModuleChoice.objects.filter(slug=module.slug).update(roles=[served[0]])
    client, _person = as_person(place, next(role for role in Role.values if role != served[0]))
    for url in addresses(module.slug):
        assert client.get(url).status_code == 404, url


def test_roles_without_the_permission_find_nothing(module, place, as_person):
    from core.modules.routes import routes_of
    from core.permissions.guards import guard_of
    from tests.contract.helpers import address

    for route in routes_of(module.slug):
        guard = guard_of(route.view)
        without = roles_without(module, guard.partition(".")[2]) if guard in module.codes() else []
        if without:
            client, _person = as_person(place, without[0])
            assert client.get(address(route)).status_code == 404, route.name


def test_navigation_follows_the_switch(module, place, viewer_request):
    for item in module.navigation:
        roles = roles_with(module, item.permission.partition(".")[2])
        with school(place):
            assert module.slug in [e.slug for e in items_for(viewer_request(place, *roles))]
    switch(place, module.slug, on=False)
    with school(place):
        assert module.slug not in [e.slug for e in items_for(viewer_request(place, *Role.values))]


def test_badges_count_in_one_query(module, place, viewer_request, django_assert_max_num_queries):
    for item in (item for item in module.navigation if item.badge):
        roles = roles_with(module, item.permission.partition(".")[2])
        with school(place):
            [entry] = [e for e in items_for(viewer_request(place, *roles)) if e.url == reverse(item.url_name)]
            with django_assert_max_num_queries(1):
                assert entry.waiting() == 0


def test_permissions_vanish_with_the_module(module, place, viewer_request):
    switch(place, module.slug, on=False)
    with school(place):
        assert not viewer_of(viewer_request(place, *Role.values)).codes & module.codes()


def test_purged_module_can_be_installed_again(module, place):
    dependents = [slug for slug, other in registry.modules().items() if module.slug in other.depends_on]
    if dependents:
        pytest.skip(f"{dependents} stand on it")
    tables = [model._meta.db_table for model in _models(module)]
    engine.purge(place, module.slug)
    assert not any(table_exists(place.schema_name, table) for table in tables)
    engine.install(place, [module.slug])
    assert all(table_exists(place.schema_name, table) for table in tables)
    assert InstalledApp.objects.filter(uai=place.uai, app_label=module.slug).exists()


def test_person_can_be_deleted_where_the_module_is_absent(module, place):
    from core.people.models import Person
    from tests.factories import make_person

    dependents = [slug for slug, other in registry.modules().items() if module.slug in other.depends_on]
    for slug in [*dependents, module.slug]:
        engine.purge(place, slug)
    person = make_person(place, "teacher")
    with school(place):
        Person.objects.get(pk=person.pk).delete()


def _models(module):
    from django.apps import apps

    return list(apps.get_app_config(module.slug).get_models(include_auto_created=True))
