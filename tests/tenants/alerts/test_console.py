"""The console: counted before it leaves, then school by school."""

from uuid import uuid4

import pytest

from tenants.alerts.models import RegionalAlert
from tests.signing import signed_in_at_front_door

HERE = "/console/alertes/"


@pytest.fixture
def client(administrator):
    return signed_in_at_front_door(administrator())


def given(**fields):
    return {"key": uuid4(), "kind": "shelter", "text": "À l’abri.", "scope": "all"} | fields


def test_alert_is_shown_with_its_reach_before_it_leaves(client, schools):
    page = client.post(f"{HERE}nouvelle/", given())
    assert (page.status_code, page.context["reach"].schools) == (200, 2)
    assert not RegionalAlert.objects.exists()


def test_alert_leaves_at_the_second_press(client, schools):
    response = client.post(f"{HERE}nouvelle/", given(envoyer="1"))
    assert response["Location"] == f"{HERE}{RegionalAlert.objects.get().pk}/"


def test_unknown_schools_are_named_before_it_leaves(client, schools):
    page = client.post(f"{HERE}nouvelle/", given(scope="schools", uais=f"{schools[0].uai} 0000000Z"))
    assert page.context["reach"].unknown == ["0000000Z"]


def test_scope_lacks_its_value(client, schools):
    assert client.post(f"{HERE}nouvelle/", given(scope="academie", envoyer="1")).status_code == 422


def test_administrator_of_a_part_is_not_offered_the_region(administrator, schools):
    client = signed_in_at_front_door(administrator("academie", "Strasbourg"))
    assert client.post(f"{HERE}nouvelle/", given(envoyer="1")).status_code == 422


def test_alert_of_the_region_is_not_there_for_an_administrator_of_a_part(start, administrator):
    alert = start()
    client = signed_in_at_front_door(administrator("academie", "Strasbourg"))
    assert client.get(f"{HERE}{alert.pk}/").status_code == 404


def test_page_of_an_alert_has_as_many_queries_for_each_school(start, client, django_assert_max_num_queries):
    alert = start()
    client.get(f"{HERE}{alert.pk}/")
    with django_assert_max_num_queries(24):
        assert client.get(f"{HERE}{alert.pk}/").status_code == 200


def test_end_is_announced_from_the_page(start, client):
    alert = start()
    client.post(f"{HERE}{alert.pk}/fin/", {"key": uuid4(), "text": "Fini"})
    alert.refresh_from_db()
    assert not alert.is_active
