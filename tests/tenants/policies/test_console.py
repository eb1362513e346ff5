"""The policies' pages of the regional console."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from tenants.accounts.models import RegionalRole
from tenants.policies.models import Policy, PolicyChange
from tests.factories import client_for, make_account
from tests.signing import signed_in_at_front_door

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"policies:{name}", args=args, urlconf=settings.PUBLIC_SCHEMA_URLCONF)


@pytest.fixture
def client(administrator, rows):
    return signed_in_at_front_door(administrator())


FORBID = {"scope": "type", "type": "ecole", "effect": "forbid", "note": "Charte des écoles", "version": "-1"}
VALUES = {"value_default_days": "60", "value_large_audience": "300"}


def apply(client, response):
    proposal = re.search(r'name="proposal" value="([^"]+)"', response.content.decode())[1]
    return client.post(url("apply"), {"proposal": proposal}, follow=True)


def test_number_of_schools_is_shown_before(client):
    page = client.post(url("create", "news"), FORBID | VALUES).content.decode()
    assert "2 établissements" in re.sub(r"\s+", " ", page).replace("\xa0", " ")
    assert not Policy.objects.exists()


def test_forbidding_for_ecoles_applies(client):
    apply(client, client.post(url("create", "news"), FORBID | VALUES))
    assert Policy.objects.get().effect == "forbid"


def test_value_and_lock_apply(client):
    data = {"scope": "all", "effect": "keep", "version": "-1", **VALUES}
    data |= {"set_default_days": "on", "value_default_days": "20", "lock_default_days": "on"}
    apply(client, client.post(url("create", "news"), data))
    policy = Policy.objects.get()
    assert (policy.defaults, policy.locked) == ({"default_days": 20}, ["default_days"])


def test_policy_is_edited(client):
    policy = Policy.objects.create(module="news", effect="forbid", version=3)
    data = {"effect": "allow", "version": "3", **VALUES}
    apply(client, client.post(url("edit", policy.pk), data))
    policy.refresh_from_db()
    assert (policy.effect, policy.version) == ("allow", 4)


def test_outdated_form_is_refused(client):
    policy = Policy.objects.create(module="news", effect="forbid", version=3)
    response = client.post(url("edit", policy.pk), {"effect": "allow", "version": "2", **VALUES})
    assert response.status_code == 422
    assert "entre-temps" in response.content.decode()


def test_policy_is_removed_after_its_impact(client):
    policy = Policy.objects.create(module="news", effect="forbid", version=3)
    apply(client, client.post(url("remove", policy.pk), {"version": "3"}))
    assert not Policy.objects.exists()


def test_change_is_undone_from_the_history(client):
    apply(client, client.post(url("create", "news"), FORBID | VALUES))
    change = PolicyChange.objects.get()
    assert "Interdire" in client.get(url("undo", change.pk)).content.decode()
    client.post(url("undo", change.pk))
    assert not Policy.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"scope": "type", "type": ""},
        {"scope": "planet"},
        {"effect": "maybe"},
        {"note": "x" * 301},
        {"value_default_days": "douze", "set_default_days": "on"},
        {"value_default_days": "", "set_default_days": "on"},
        {"locked": ["enabled"]},
        {"scope": "school", "uai": "0000000A"},
    ],
    ids=str,
)
def test_nonsense_is_refused(client, data):
    response = client.post(url("create", "news"), FORBID | VALUES | data)
    assert response.status_code == 422
    assert not Policy.objects.exists()


@pytest.mark.parametrize("page", ["index", "history", "progress"])
def test_page_answers(client, page):
    Policy.objects.create(module="news", effect="require", locked=["name"], note="Charte")
    assert client.get(url(page)).status_code == 200


def test_index_counts_the_schools_reached(client):
    Policy.objects.create(module="news", scope="type", scope_value="ecole", effect="forbid")
    assert "2 établissements ouverts" in client.get(url("index")).content.decode().replace("\xa0", " ")


def test_resuming_says_what_happens(client):
    Policy.objects.create(module="news", scope="type", scope_value="ecole", effect="require")
    assert "reprend" in client.post(url("resume"), follow=True).content.decode()


def test_administrator_of_a_part_is_offered_only_that_part(administrator, rows):
    client = signed_in_at_front_door(administrator("academie", "Strasbourg"))
    page = client.get(url("create", "news")).content.decode()
    assert "portee=all" not in page
    assert "Nancy-Metz" not in page


def test_administrator_of_a_part_does_not_reach_other_policies(administrator, rows):
    policy = Policy.objects.create(module="news", scope="academie", scope_value="Nancy-Metz", effect="forbid")
    client = signed_in_at_front_door(administrator("academie", "Strasbourg"))
    assert client.get(url("edit", policy.pk)).status_code == 404


@pytest.mark.parametrize("role", ["support", "trainer"])
def test_other_regional_roles_find_nothing(rows, role):
    account = make_account()
    RegionalRole.objects.create(account=account, role=role)
    assert signed_in_at_front_door(account).get(url("index")).status_code == 404


def test_plain_accounts_find_nothing(db):
    assert signed_in_at_front_door(make_account()).get(url("index")).status_code == 404


def test_strangers_are_sent_to_sign_in(db):
    assert client_for(None).get(url("index")).status_code == 302


def test_schools_do_not_have_the_page(lycee_a, as_person):
    client, _person = as_person(lycee_a, "management")
    assert client.get(url("index")).status_code == 404
