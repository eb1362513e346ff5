import re

import pytest

from tenants.accounts.models import AccountSession
from tenants.schemas.context import school
from tests.factories import client_for, make_account
from tests.tenants.accounts.helpers import give_address, member_of

pytestmark = pytest.mark.django_db


def _bare(response):
    """The page without what differs at every load: the CSRF token and what was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return re.sub(r'name="login" value="[^"]+"', 'name="login"', text)


def test_signing_in_at_the_front_door_opens_the_account(sign_in):
    client, response = sign_in(None, make_account())
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/compte/").status_code == 200


def test_signing_in_at_a_school_keeps_the_session_in_its_schema(sign_in, lycee_a):
    from django.contrib.sessions.models import Session

    client, response = sign_in(lycee_a, member_of(lycee_a))
    assert response.status_code == 302
    with school(lycee_a, include_public=False):
        assert Session.objects.filter(session_key=client.cookies["session"].value).exists()
    assert not Session.objects.filter(session_key=client.cookies["session"].value).exists()


def test_signing_in_at_a_school_lasts(sign_in, lycee_a):
    client, _ = sign_in(lycee_a, member_of(lycee_a))
    assert client.get("/connexion/").status_code == 302  # already in
    assert client.post("/aller/compte/").status_code == 302


def test_a_verified_address_signs_in(sign_in):
    account = make_account()
    address = give_address(account)
    _, response = sign_in(None, address.upper())
    assert response.status_code == 302


def test_an_unverified_address_does_not_sign_in(sign_in):
    account = make_account(email="quelqu-un@example.org")
    _, response = sign_in(None, account.email)
    assert response.status_code == 200


def test_a_wrong_password_and_an_unknown_login_are_answered_alike(sign_in):
    _, wrong = sign_in(None, make_account(), "pas celui-là")
    _, unknown = sign_in(None, "personne.du.tout", "pas celui-là")
    assert wrong.status_code == unknown.status_code == 200
    assert _bare(wrong) == _bare(unknown)


@pytest.mark.parametrize("typed", ["known", "unknown", "address", "unknown-address", "no-password"])
def test_each_attempt_computes_one_hash(sign_in, typed, monkeypatch):
    from tenants.accounts.hashers import Argon2idHasher

    account = make_account()
    logins = {
        "known": account.login,
        "unknown": "personne.du.tout",
        "address": give_address(account),
        "unknown-address": "personne@example.org",
        "no-password": make_account(password=None).login,
    }
    computed = []
    for name in ("encode", "verify"):
        real = getattr(Argon2idHasher, name)
        monkeypatch.setattr(Argon2idHasher, name, lambda *a, real=real, **k: computed.append(1) or real(*a, **k))
    sign_in(None, logins[typed], "pas celui-là")
    assert len(computed) == 1


def test_a_stranger_to_the_school_gets_a_clear_page(sign_in, lycee_a, college_b):
    client, response = sign_in(lycee_a, member_of(college_b))
    assert response["Location"] == "/connexion/sans-profil/"
    page = client.get("/connexion/sans-profil/")
    assert page.status_code == 403
    assert "n’a pas de profil dans cet établissement" in page.content.decode()


def test_a_stranger_to_the_school_keeps_no_session(sign_in, lycee_a, college_b):
    client, _ = sign_in(lycee_a, member_of(college_b))
    assert client.post("/aller/compte/")["Location"].startswith("/connexion/")


def test_an_inactive_account_stays_out(sign_in):
    client, response = sign_in(None, make_account(is_active=False))
    assert response["Location"] == "/connexion/compte-desactive/"
    assert client.get("/connexion/compte-desactive/").status_code == 200
    assert client.get("/compte/").status_code == 302


@pytest.mark.parametrize("evil", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_the_next_page_is_never_elsewhere(sign_in, evil):
    _, response = sign_in(None, make_account(), data={"next": evil})
    assert response["Location"] == "/"


def test_the_next_page_is_kept(sign_in):
    _, response = sign_in(None, make_account(), data={"next": "/compte/sessions/"})
    assert response["Location"] == "/compte/sessions/"


@pytest.mark.parametrize("password", ["", "x" * 5000, "\x00", "é" * 300])
def test_a_nonsense_password_is_refused_politely(sign_in, password):
    _, response = sign_in(None, make_account(), password)
    assert response.status_code == 200


@pytest.mark.parametrize("login", ["", "\x00", "@", "a@b", "x" * 3000, "' OR 1=1 --", "élève"])
def test_a_nonsense_login_is_refused_politely(sign_in, login):
    _, response = sign_in(None, login)
    assert response.status_code == 200


def test_nobody_signs_up():
    assert client_for(None).get("/inscription/").status_code == 404


def test_the_page_has_what_password_managers_look_for(lycee_a):
    page = client_for(lycee_a).get("/connexion/").content.decode()
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page


def test_signing_out_ends_the_session(sign_in):
    client, _ = sign_in(None, make_account())
    client.post("/deconnexion/")
    assert client.get("/compte/").status_code == 302
    assert not AccountSession.objects.exists()


def test_signing_out_by_a_mere_link_asks_first(sign_in):
    client, _ = sign_in(None, make_account())
    assert client.get("/deconnexion/").status_code == 200
    assert client.get("/compte/").status_code == 200


def test_remembering_outlives_the_browser(sign_in):
    client, _ = sign_in(None, make_account(), data={"remember": "on"})
    assert client.cookies["session"]["max-age"]
    other, _ = sign_in(None, make_account())
    assert not other.cookies["session"]["max-age"]
