"""Errors, pieces, ETags, throttles, bodies: what every address does."""

import json

import pytest
from django.test import Client

from core.people.models import Person
from tenants.api import paging, parsing, throttles
from tenants.schemas.context import school
from tests.core.api.conftest import ApiClient, host_of
from tests.factories import make_class, make_guardian, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(lycee_a, api_as):
    api, _person = api_as(lycee_a, "management", "digital_referent")
    return api


def problem(response):
    """Status and code, of an answer that is a problem as RFC 9457 says."""
    assert response.headers["Content-Type"] == "application/problem+json"
    found = response.json()
    assert found["status"] == response.status_code
    assert found["type"] == f"urn:preau:problem:{found['code']}"
    assert found["title"]
    assert found["detail"].endswith(".")
    return response.status_code, found["code"]


# --- Errors -------------------------------------------------------------------------------------------------
def test_unknown_address_is_a_problem(head):
    assert problem(head.get("nowhere")) == (404, "not-found")


def test_address_with_a_final_slash_is_another(head):
    assert problem(head.get("me/")) == (404, "not-found")


def test_what_one_may_not_see_is_not_there(head):
    assert problem(head.get("people/999999999")) == (404, "not-found")


def test_method_that_is_not_offered_is_a_problem(head):
    response = head.call("PUT", "me")
    assert problem(response) == (405, "method-not-allowed")
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "FOO"])
def test_other_methods_are_not_offered(head, method):
    assert problem(head.call(method, "me")) == (405, "method-not-allowed")


def test_only_json_is_answered(head):
    assert problem(head.get("me", accept="text/html")) == (406, "not-acceptable")


def test_format_in_the_address_means_nothing(head):
    assert head.get("me?format=xml").status_code == 200


def test_only_json_is_taken(head):
    response = head.client.post("/api/v1/notifications/read", {"ids": 1}, headers=head.headers)
    assert problem(response) == (415, "unsupported-media-type")


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "zip", "rot13", "rien"])
def test_only_utf8_is_taken(head, charset):
    response = head.client.generic(
        "POST", "/api/v1/notifications/read", b"{}", f"application/json; charset={charset}", headers=head.headers
    )
    assert problem(response) == (415, "unsupported-media-type")


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"\xff\xfe", b"[1,]", b'{"ids": NaN}', b'{"ids": [1], "ids": [2]}', b'"\\ud800"', b'{"\\udfff": 1}',
        b"[" * 100_000, b"1" * 5000, b"\x00", "{\"ids\": [1]}".encode("utf-16"),
    ],
)  # fmt: skip
def test_body_that_is_no_json_is_malformed(head, body):
    response = head.client.generic(
        "POST", "/api/v1/notifications/read", body, "application/json", headers=head.headers
    )
    assert problem(response) == (400, "malformed")


def test_long_body_is_refused(head):
    body = json.dumps({"ids": "x" * parsing.BODY_LIMIT})
    response = head.client.generic(
        "POST", "/api/v1/notifications/read", body, "application/json", headers=head.headers
    )
    assert problem(response) == (413, "too-large")


@pytest.mark.parametrize("body", [[], "x", 1, None, {}, {"ids": "x"}, {"ids": [0]}, {"ids": [2**70]}, {"ids": [None]}])
def test_body_of_the_wrong_shape_is_invalid(head, body):
    response = head.client.generic(
        "POST", "/api/v1/notifications/read", json.dumps(body), "application/json", headers=head.headers
    )
    assert problem(response) == (422, "invalid")


def test_field_that_nobody_knows_is_refused_by_name(head):
    response = head.post("notifications/read", {"ids": [], "all": True})
    assert problem(response) == (422, "invalid")
    assert response.json()["fields"] == {"all": "Champ inconnu."}


def test_sentences_are_french(head):
    response = head.post("notifications/read", {})
    assert response.json()["fields"] == {"ids": "Ce champ est obligatoire."}


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "role=nobody", "school_class=0", "school_class=99999999999999999999",
              "q=%00", f"q={'x' * 201}", "cursor=x", "cursor=%F0%9F%92%A9:x",
              "rol=pupil", "limit=1&limit=2", "role=", "limit="],
)  # fmt: skip
def test_parameters_that_make_no_sense_are_refused(head, query):
    assert problem(head.get(f"people?{query}"))[0] == 400


def test_mistake_of_ours_is_a_problem_that_tells_nothing(lycee_a, head, monkeypatch):
    from core.api.endpoints.people import MeView

    def broken(self, instance=None):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(MeView, "reply", broken)
    head.client = Client(headers={"host": host_of(lycee_a)}, raise_request_exception=False)
    response = head.get("me")
    assert problem(response) == (500, "server-error")
    assert b"secret" not in response.content


def test_answers_are_kept_by_nobody_else(head):
    response = head.get("me")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in response.headers["Vary"]


# --- ETags --------------------------------------------------------------------------------------------------
def test_same_answer_is_not_sent_twice(head):
    etag = head.get("classes").headers["ETag"]
    again = head.get("classes", if_none_match=etag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)


def test_weak_etag_is_known_too(head):
    etag = head.get("classes").headers["ETag"]
    assert head.get("classes", if_none_match=f'"autre", W/{etag}').status_code == 304


def test_changed_answer_is_sent(lycee_a, head):
    etag = head.get("classes").headers["ETag"]
    make_class(lycee_a, "6e nouvelle")
    assert head.get("classes", if_none_match=etag).status_code == 200


# --- Pieces -------------------------------------------------------------------------------------------------
def whole_list(api, path):
    found, address = [], path
    while address:
        answer = api.get(address).json()
        found += [row["id"] for row in answer["results"]]
        address = answer["next"] and answer["next"].partition("/api/v1/")[2]
    return found


def test_list_is_walked_piece_by_piece(lycee_a, head):
    made = [make_person(lycee_a, "pupil").pk for _ in range(5)]
    found = whole_list(head, "people?limit=2&role=pupil")
    assert [pk for pk in found if pk in made] == sorted(made)
    assert len(found) == len(set(found))


def test_piece_stays_right_while_rows_come_and_go(lycee_a, head):
    made = [make_person(lycee_a, "pupil").pk for _ in range(4)]
    first = head.get("people?limit=3&role=pupil").json()
    with school(lycee_a):
        Person.objects.filter(pk=first["results"][0]["id"]).update(left_on="2026-11-01")
    later = make_person(lycee_a, "pupil").pk
    rest = whole_list(head, first["next"].partition("/api/v1/")[2])
    seen = [row["id"] for row in first["results"]] + rest
    assert len(seen) == len(set(seen))
    assert {*made, later} <= set(seen)


def test_next_keeps_the_filters(lycee_a, head):
    for _number in range(3):
        make_person(lycee_a, "pupil")
    assert "role=pupil" in head.get("people?limit=1&role=pupil").json()["next"]


def test_cursor_of_another_list_is_refused(lycee_a, head):
    for _number in range(2):
        make_person(lycee_a, "pupil")
    cursor = head.get("people?limit=1").json()["next"].partition("cursor=")[2]
    response = head.get(f"classes?cursor={cursor}")
    assert problem(response) == (400, "bad-cursor")


@pytest.mark.parametrize("path", ["people?limit=200", "classes", "groups", "news/articles", "news/sections"])
def test_list_takes_as_many_queries_for_one_as_for_three(lycee_a, head, path, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def fill():
        pupil, guardian = make_person(lycee_a, "pupil"), make_person(lycee_a, "guardian")
        make_class(lycee_a, "", pupil)
        make_guardian(lycee_a, pupil, guardian)

    fill()
    head.get(path)
    with CaptureQueriesContext(connection) as one:
        head.get(path)
    fill()
    fill()
    with django_assert_num_queries(len(one)):
        head.get(path)


# --- Throttles ----------------------------------------------------------------------------------------------
def test_token_that_asks_too_often_waits(head, settings):
    settings.API_PER_MINUTE = 2
    for _number in range(3):
        response = head.get("me")
    assert problem(response) == (429, "throttled")
    assert 0 < int(response.headers["Retry-After"]) <= throttles.MINUTE


def test_tokens_are_counted_apart(lycee_a, head, api_as, settings):
    settings.API_PER_MINUTE = 1
    other, _person = api_as(lycee_a, "teacher")
    head.get("me")
    assert other.get("me").status_code == 200


def test_guessing_is_slowed_by_address(lycee_a, settings):
    settings.API_STRANGERS_PER_MINUTE = 2
    api = ApiClient(host_of(lycee_a), "preau_guess")
    assert [api.get("me").status_code for _ in range(3)] == [401, 401, 429]


def test_guesses_hold_up_no_valid_token_of_the_same_address(lycee_a, head, settings):
    settings.API_STRANGERS_PER_MINUTE = 1
    for _number in range(3):
        ApiClient(host_of(lycee_a), "preau_guess").get("me")
    assert head.get("me").status_code == 200


def test_api_answers_without_redis(lycee_a, head, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert head.get("me").status_code == 200


# --- The description ----------------------------------------------------------------------------------------
def test_description_is_open(lycee_a):
    response = ApiClient(host_of(lycee_a)).get("schema")
    assert response.status_code == 200
    assert response.json()["openapi"].startswith("3.1")


def test_cursor_is_bound_to_its_signature():
    assert paging._signer("/a").salt != paging._signer("/b").salt
