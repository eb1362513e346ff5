"""Who a token is, and when it is nobody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.api.models import AccessToken
from core.people.models import Person
from tenants.accounts.models import Account
from tenants.schemas.context import region, school
from tests.core.api.conftest import ApiClient, host_of, make_token
from tests.factories import client_for, make_account, make_person
from tests.signing import signed_in_client

pytestmark = pytest.mark.django_db


def refusal(response):
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


def test_token_acts_as_its_person(lycee_a, api_as):
    api, person = api_as(lycee_a, "teacher", scopes=("people.read",))
    me = api.get("me").json()
    assert me["person"]["id"] == person.pk
    assert me["school"]["uai"] == lycee_a.uai
    assert me["roles"] == ["teacher"]


def test_permissions_are_the_persons_within_the_scopes(lycee_a, api_as):
    api, _person = api_as(lycee_a, "teacher", scopes=("people.read", "api.webhooks"))
    assert api.get("me").json()["permissions"] == ["people.view_directory"]


def test_token_opens_nothing_at_another_school(lycee_a, college_b, api_as):
    _api, person = api_as(lycee_a, "teacher")
    _token, secret = make_token(lycee_a, person)
    elsewhere = ApiClient(host_of(college_b), secret)
    assert refusal(elsewhere.get("me")) == (401, "unknown-token")


def test_token_of_a_school_opens_nothing_at_the_region(lycee_a, api_as):
    _api, person = api_as(lycee_a, "teacher")
    _token, secret = make_token(lycee_a, person)
    assert refusal(ApiClient("localhost", secret).get("me")) == (401, "unknown-token")


def test_no_token_is_asked_for(lycee_a):
    response = ApiClient(host_of(lycee_a)).get("me")
    assert refusal(response) == (401, "not-authenticated")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("given", ["Basic abc", "Bearer", "Bearer  ", "preau_x", "Bearer é", f"Bearer {'x' * 300}"])
def test_what_is_no_bearer_is_refused(lycee_a, given):
    api = ApiClient(host_of(lycee_a))
    assert api.get("me", authorization=given).status_code == 401


def test_token_in_the_address_is_ignored(lycee_a, api_as):
    _api, person = api_as(lycee_a, "teacher")
    _token, secret = make_token(lycee_a, person)
    assert ApiClient(host_of(lycee_a)).get(f"me?access_token={secret}&token={secret}").status_code == 401


def test_session_means_nothing(lycee_a):
    person = make_person(lycee_a, "management", account=True)
    assert signed_in_client(lycee_a, person).get("/api/v1/me").status_code == 401


def test_no_cookie_is_set(lycee_a, api_as):
    api, _person = api_as(lycee_a, "teacher")
    assert not api.get("me").cookies


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "expired-token"),
        ({"revoked_at": timezone.now()}, "revoked-token"),
    ],
)
def test_token_that_is_over_says_so(lycee_a, fields, code):
    person = make_person(lycee_a, "teacher", account=True)
    _token, secret = make_token(lycee_a, person, **fields)
    assert refusal(ApiClient(host_of(lycee_a), secret).get("me")) == (401, code)


def test_person_who_left_is_refused_at_once(lycee_a, api_as):
    api, person = api_as(lycee_a, "teacher")
    with school(lycee_a):
        Person.objects.filter(pk=person.pk).update(left_on=timezone.localdate())
    assert refusal(api.get("me")) == (401, "person-left")


def test_closed_account_is_refused_at_once(lycee_a, api_as):
    api, person = api_as(lycee_a, "teacher")
    with region():
        Account.objects.filter(pk=person.account_id).update(is_active=False)
    assert refusal(api.get("me")) == (401, "account-closed")


def test_person_with_another_account_is_refused(lycee_a, api_as):
    api, person = api_as(lycee_a, "teacher")
    with school(lycee_a):
        Person.objects.filter(pk=person.pk).update(account_id=make_account(password=None).pk)
    assert refusal(api.get("me")) == (401, "account-closed")


def test_role_that_may_hold_no_tokens_is_refused(lycee_a, api_as):
    api, _person = api_as(lycee_a, "pupil")
    assert refusal(api.get("me")) == (401, "tokens-closed")


def test_scope_that_is_missing_is_said(lycee_a, api_as):
    api, _person = api_as(lycee_a, "management", scopes=("structure.read",))
    assert refusal(api.get("people")) == (403, "scope-missing")


def test_scope_lends_nothing_that_its_person_lacks(lycee_a, api_as):
    api, _person = api_as(lycee_a, "teacher", scopes=("api.webhooks",))
    assert refusal(api.get("webhooks")) == (404, "not-found")


def test_secret_is_kept_nowhere(lycee_a):
    person = make_person(lycee_a, "teacher", account=True)
    token, secret = make_token(lycee_a, person)
    with school(lycee_a):
        row = AccessToken.objects.filter(pk=token.pk).values().get()
    assert secret not in str(row)
    assert secret.removeprefix("preau_") not in str(row)


def test_use_is_noted(lycee_a, api_as):
    api, person = api_as(lycee_a, "teacher")
    api.get("me")
    with school(lycee_a):
        assert AccessToken.objects.get(person=person).used_at is not None


def test_suspended_school_answers_a_problem(lycee_a, api_as):
    api, _person = api_as(lycee_a, "teacher")
    with region():
        type(lycee_a).objects.filter(pk=lycee_a.pk).update(lifecycle="suspended")
    assert refusal(api.get("me")) == (503, "unavailable")


def test_unknown_host_answers_a_problem(db):
    assert refusal(ApiClient("nulle-part.localhost").get("me")) == (404, "not-found")


def test_asking_takes_few_queries(lycee_a, api_as, django_assert_max_num_queries):
    api, _person = api_as(lycee_a, "teacher")
    api.get("me")
    with django_assert_max_num_queries(9):
        api.get("me")


def test_anonymous_page_client_gets_no_page(lycee_a):
    response = client_for(lycee_a).get("/api/v1/nowhere")
    assert refusal(response) == (404, "not-found")
