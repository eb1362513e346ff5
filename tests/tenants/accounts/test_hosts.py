"""Nothing of one host works on another: cookies, session rows, CSRF pairs."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tenants.schemas.context import school
from tests.factories import client_for, make_account
from tests.tenants.accounts.helpers import member_of

pytestmark = pytest.mark.django_db


def _in_both(lycee_a, college_b):
    from tests.factories import give_account, make_person

    account = member_of(lycee_a)
    give_account(college_b, make_person(college_b, "teacher"), account)
    return account


def _is_known(client):
    """The front door is only a step away for who is signed in."""
    return "ticket=" in client.post("/aller/compte/")["Location"]


def test_the_session_is_known_at_its_own_school(sign_in, lycee_a, college_b):
    client, _ = sign_in(lycee_a, _in_both(lycee_a, college_b))
    assert _is_known(client)


def test_a_cookie_means_nothing_at_another_school(sign_in, lycee_a, college_b):
    client, _ = sign_in(lycee_a, _in_both(lycee_a, college_b))
    elsewhere = client_for(college_b)
    elsewhere.cookies["session"] = client.cookies["session"].value
    assert not _is_known(elsewhere)


def test_a_cookie_means_nothing_at_the_front_door(sign_in, lycee_a):
    client, _ = sign_in(lycee_a, member_of(lycee_a))
    elsewhere = client_for(None)
    elsewhere.cookies["session"] = client.cookies["session"].value
    assert elsewhere.get("/compte/").status_code == 302


def test_a_copied_session_row_means_nothing(sign_in, lycee_a, college_b):
    client, _ = sign_in(lycee_a, _in_both(lycee_a, college_b))
    key = client.cookies["session"].value
    with school(lycee_a, include_public=False):
        row = Session.objects.get(session_key=key)
    with school(college_b, include_public=False):
        Session.objects.create(session_key=key, session_data=row.session_data, expire_date=row.expire_date)
    elsewhere = client_for(college_b)
    elsewhere.cookies["session"] = key
    assert not _is_known(elsewhere)


def _csrf_pair(establishment):
    client = client_for(establishment)
    page = client.get("/connexion/").content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    return client.cookies["csrf"].value, token


def _posts(establishment, cookie, token):
    slug = f"{establishment.slug}.localhost" if establishment else "localhost"
    strict = Client(enforce_csrf_checks=True, headers={"host": slug})
    strict.cookies["csrf"] = cookie
    data = {"login": "x", "password": "y", "csrfmiddlewaretoken": token}
    return strict.post("/connexion/", data).status_code


def test_a_csrf_pair_works_where_it_was_given(lycee_a):
    assert _posts(lycee_a, *_csrf_pair(lycee_a)) == 200


def test_a_csrf_pair_is_refused_at_another_school(lycee_a, college_b):
    assert _posts(college_b, *_csrf_pair(lycee_a)) == 403


def test_a_csrf_pair_is_refused_at_the_front_door(lycee_a):
    assert _posts(None, *_csrf_pair(lycee_a)) == 403


@pytest.mark.parametrize("cookie", ["", "a" * 32, "a" * 32 + ":signature", "\x00", "é"])
def test_a_forged_csrf_cookie_is_refused(lycee_a, cookie):
    assert _posts(lycee_a, cookie, "a" * 64) == 403


def test_a_session_of_a_stranger_stays_one(sign_in):
    client, _ = sign_in(None, make_account())
    other = client_for(None)
    other.cookies["session"] = client.cookies["session"].value[::-1]
    assert other.get("/compte/").status_code == 302
