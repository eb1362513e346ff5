"""The region for programs: whose tokens, what they see, and the page where they are made."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tenants.accounts.models import Account, RegionalRole
from tenants.api import services
from tenants.api.models import RegionalToken
from tenants.audit.models import RegionalAuditEntry
from tenants.errors import DomainError
from tenants.establishments.search import search_text
from tests.factories import make_account, make_establishment
from tests.isolation.tokens import program
from tests.signing import signed_in_at_front_door

pytestmark = pytest.mark.django_db
BOTH = ["establishments.read", "modules.read"]


def make(scope="region", value="", role="administrator"):
    account = make_account(password=None)
    RegionalRole.objects.create(account=account, role=role, scope=scope, scope_value=value)
    return account


def client_of(account, scopes=BOTH, **fields):
    token, secret = services.create_token(account=account, name="Essai", scopes=scopes, days=30)
    if fields:
        RegionalToken.objects.filter(pk=token.pk).update(**fields)
    return program("localhost", secret)


def code(response):
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


def test_token_says_whose_it_is(lycee_a):
    account = make("academie", "Strasbourg")
    me = client_of(account).get("/api/v1/me").json()
    assert me["login"] == account.login
    assert me["roles"] == [{"role": "administrator", "scope": "academie", "scope_value": "Strasbourg"}]


def test_list_holds_to_the_reach_of_the_role(lycee_a, college_b):
    rows = client_of(make("academie", "Strasbourg")).get("/api/v1/establishments").json()["results"]
    assert lycee_a.uai in {row["uai"] for row in rows}
    assert college_b.uai not in {row["uai"] for row in rows}


def test_school_out_of_reach_is_not_there(college_b):
    client = client_of(make("departement", "067"))
    assert code(client.get(f"/api/v1/establishments/{college_b.uai}")) == (404, "not-found")


@pytest.mark.parametrize(
    ("query", "expected"),
    [("type=lycee", {"A"}), ("departement=057", {"B"}), ("q=tilleuls", {"B"}), ("state=active", {"A", "B"}),
     ("q=grand preau&type=college", set())],
)  # fmt: skip
def test_list_is_narrowed(lycee_a, college_b, query, expected):
    names = {lycee_a.uai: "A", college_b.uai: "B"}
    for school in (lycee_a, college_b):
        school.search_text = search_text(school)
        school.save()
    rows = client_of(make()).get(f"/api/v1/establishments?{query}").json()["results"]
    assert {names[row["uai"]] for row in rows if row["uai"] in names} == expected


def test_list_is_walked_piece_by_piece(lycee_a, college_b):
    make_establishment("0679990V")
    client = client_of(make())
    found, address = [], "/api/v1/establishments?limit=1"
    while address:
        answer = client.get(address).json()
        found += [row["uai"] for row in answer["results"]]
        address = answer["next"]
    assert found == sorted(found)
    assert {lycee_a.uai, college_b.uai, "0679990V"} <= set(found)


def test_address_is_told_of_open_schools_only(lycee_a):
    make_establishment("0679990V")
    rows = client_of(make()).get("/api/v1/establishments").json()["results"]
    urls = {row["uai"]: row["url"] for row in rows}
    assert urls[lycee_a.uai].endswith("lycee-a.localhost:8000/")
    assert urls["0679990V"] is None


def test_list_takes_as_many_queries_for_one_as_for_three(lycee_a, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(make())
    client.get("/api/v1/establishments")
    with CaptureQueriesContext(connection) as one:
        client.get("/api/v1/establishments")
    make_establishment("0679990V")
    make_establishment("0679991W")
    with django_assert_num_queries(len(one)):
        client.get("/api/v1/establishments")


def test_modules_are_counted(lycee_a):
    rows = client_of(make()).get("/api/v1/modules").json()["results"]
    assert "news" in {row["slug"] for row in rows}


def test_scope_that_is_missing_is_said(lycee_a):
    client = client_of(make(), ["modules.read"])
    assert code(client.get("/api/v1/establishments")) == (403, "scope-missing")


def test_token_is_nothing_in_a_school(lycee_a):
    account = make()
    _token, secret = services.create_token(account=account, name="Essai", scopes=BOTH, days=30)
    assert code(program(f"{lycee_a.slug}.localhost", secret).get("/api/v1/me")) == (401, "unknown-token")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"expires_at": timezone.now() - timedelta(days=1)}, "expired-token"),
        ({"revoked_at": timezone.now()}, "revoked-token"),
    ],
)
def test_token_that_is_over_says_so(fields, said):
    assert code(client_of(make(), **fields).get("/api/v1/me")) == (401, said)


def test_account_that_loses_its_role_is_refused_at_once():
    account = make()
    client = client_of(account)
    RegionalRole.objects.all().delete()
    assert code(client.get("/api/v1/me")) == (401, "no-role")


def test_closed_account_is_refused_at_once():
    account = make()
    client = client_of(account)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert code(client.get("/api/v1/me")) == (401, "account-closed")


def test_account_without_a_role_makes_no_token():
    with pytest.raises(DomainError, match="pas de rôle"):
        services.create_token(account=make_account(password=None), name="x", scopes=BOTH, days=30)


def test_scope_that_nobody_declares_is_refused():
    with pytest.raises(DomainError, match="portées"):
        services.create_token(account=make(), name="x", scopes=["people.read"], days=30)


def test_making_and_revoking_are_in_the_journal():
    account = make()
    token, _secret = services.create_token(account=account, name="x", scopes=BOTH, days=30)
    services.revoke_token(token=token, actor=account)
    services.revoke_token(token=token, actor=account)
    told = RegionalAuditEntry.objects.filter(target_type="token").values_list("action", flat=True)
    assert sorted(told) == ["account.token_created", "account.token_revoked"]


# --- The page -----------------------------------------------------------------------------------------------
def test_secret_is_shown_once_and_works(lycee_a):
    client = signed_in_at_front_door(make())
    form = {"name": "Carte", "scopes": ["establishments.read"], "days": "30"}
    page = client.post("/compte/jetons/nouveau/", form).content.decode()
    secret = re.search(r"preaur_[\w-]{43}", page).group()
    assert program("localhost", secret).get("/api/v1/me").status_code == 200
    assert secret not in client.get("/compte/jetons/").content.decode()


def test_second_factor_is_asked_for_again():
    client = signed_in_at_front_door(make())
    session = client.session
    session["mfa_at"] -= 7200
    session.save()
    response = client.get("/compte/jetons/nouveau/")
    assert response.url.startswith("/compte/confirmer/code/?next=")


def test_refused_form_says_why():
    client = signed_in_at_front_door(make())
    assert client.post("/compte/jetons/nouveau/", {"name": ""}).status_code == 422


def test_token_is_revoked_by_its_owner_alone():
    owner, other = make(), make()
    token, secret = services.create_token(account=owner, name="x", scopes=BOTH, days=30)
    assert signed_in_at_front_door(other).post(f"/compte/jetons/{token.pk}/revoquer/").status_code == 404
    signed_in_at_front_door(owner).post(f"/compte/jetons/{token.pk}/revoquer/")
    assert code(program("localhost", secret).get("/api/v1/me")) == (401, "revoked-token")


def test_account_page_leads_to_tokens_for_regional_roles_only():
    with_role, without = make(), make_account(password=None)
    assert "/compte/jetons/" in signed_in_at_front_door(with_role).get("/compte/").content.decode()
    assert "/compte/jetons/" not in signed_in_at_front_door(without).get("/compte/").content.decode()
