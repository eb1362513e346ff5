import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction

from tenants.accounts import services
from tenants.accounts.models import RegionalRole
from tests.factories import client_for, make_account
from tests.tenants.accounts.helpers import SECRET, code_now, give_totp, member_of, path_of, recovery_codes

pytestmark = pytest.mark.django_db
NEEDED = "/double-verification/requise/"


@pytest.fixture
def commits_at_once(monkeypatch):
    """Outside tests a request commits before it ends; a test's transaction would hold its hooks back."""
    monkeypatch.setattr(transaction, "on_commit", lambda work, **options: work())


def _regional(account):
    RegionalRole.objects.create(account=account, role="administrator")
    return account


def test_a_code_is_asked_after_the_password(sign_in):
    account = make_account()
    give_totp(account)
    client, response = sign_in(None, account)
    assert response["Location"] == "/connexion/code/"
    assert client.get("/compte/").status_code == 302
    assert client.post("/connexion/code/", {"code": code_now()})["Location"] == "/"
    assert client.session["mfa_at"]


def test_a_code_is_asked_on_a_schools_host_too(sign_in, lycee_a):
    account = member_of(lycee_a, "management")
    give_totp(account)
    client, response = sign_in(lycee_a, account)
    assert response["Location"] == "/connexion/code/"
    assert client.get("/connexion/code/").status_code == 200
    assert client.post("/connexion/code/", {"code": code_now()})["Location"] == "/"
    assert client.get(NEEDED)["Location"] == "/"


def test_a_code_serves_once(sign_in):
    account = make_account()
    give_totp(account)
    code = code_now()
    client, _ = sign_in(None, account)
    client.post("/connexion/code/", {"code": code})
    other, _ = sign_in(None, account)
    assert other.post("/connexion/code/", {"code": code}).status_code == 200


def test_a_code_of_one_host_does_not_serve_at_another(sign_in, lycee_a):
    account = member_of(lycee_a)
    give_totp(account)
    code = code_now()
    client, _ = sign_in(lycee_a, account)
    assert client.post("/connexion/code/", {"code": code}).status_code == 302
    other, _ = sign_in(None, account)
    assert other.post("/connexion/code/", {"code": code}).status_code == 200


def test_guessing_codes_is_stopped(sign_in):
    account = make_account()
    give_totp(account)
    client, _ = sign_in(None, account)
    for _ in range(11):
        page = client.post("/connexion/code/", {"code": "000000"})
    assert "Trop d’essais" in page.content.decode()


def test_a_recovery_code_stands_in_once(sign_in):
    account = make_account()
    give_totp(account)
    code = recovery_codes(account)[0]
    client, _ = sign_in(None, account)
    assert client.post("/connexion/code/", {"code": code}).status_code == 302
    assert client.session["mfa_at"]
    other, _ = sign_in(None, account)
    assert other.post("/connexion/code/", {"code": code}).status_code == 200


@pytest.mark.parametrize("role", ["management", "digital_referent"])
def test_privileged_people_are_held_until_they_have_one(sign_in, lycee_a, role):
    client, _ = sign_in(lycee_a, member_of(lycee_a, role))
    assert client.get("/annuaire/")["Location"] == NEEDED
    assert client.get("/")["Location"] == NEEDED
    assert client.get(NEEDED).status_code == 200


@pytest.mark.parametrize("role", ["pupil", "guardian", "teacher", "school_life", "administrative", "partner"])
def test_others_are_not_held(sign_in, lycee_a, role):
    client, _ = sign_in(lycee_a, member_of(lycee_a, role))
    assert client.get(NEEDED)["Location"] == "/"


def test_a_regional_role_is_held_at_the_front_door(sign_in):
    client, _ = sign_in(None, _regional(make_account()))
    assert client.get("/compte/")["Location"] == NEEDED
    assert client.post("/compte/mot-de-passe/")["Location"] == NEEDED
    assert client.get("/compte/double-verification/").status_code == 200


def test_who_is_held_can_sign_out(sign_in):
    client, _ = sign_in(None, _regional(make_account()))
    client.post("/deconnexion/")
    assert client.get("/compte/")["Location"].startswith("/connexion/")


def test_a_fragment_is_sent_on_as_a_page(sign_in):
    client, _ = sign_in(None, _regional(make_account()))
    response = client.get("/compte/", headers={"hx-request": "true"})
    assert response["HX-Redirect"] == NEEDED


def _set_up(client):
    page = client.get("/compte/double-verification/application/")
    assert page.status_code == 200
    session = client.session
    session["mfa.totp.secret"] = SECRET
    session.save()
    return client.post("/compte/double-verification/application/", {"code": code_now()})


def test_setting_it_up_lets_one_in(sign_in, commits_at_once):
    client, _ = sign_in(None, _regional(make_account()))
    response = _set_up(client)
    assert response["Location"] == "/compte/double-verification/codes/"
    assert client.get(response["Location"]).status_code == 200
    assert client.get("/compte/").status_code == 200


def test_a_school_leads_to_the_set_up_and_back(sign_in, lycee_a, commits_at_once):
    account = member_of(lycee_a, "management")
    client, _ = sign_in(lycee_a, account)
    url = client.post("/aller/compte/", {"suite": "/compte/double-verification/"})["Location"]
    front = client_for(None)
    assert front.get(path_of(url))["Location"] == "/compte/double-verification/"
    asked = front.get("/compte/double-verification/application/")
    assert asked["Location"].startswith("/compte/confirmer/")
    from tests.factories import PASSWORD

    front.post(asked["Location"], {"password": PASSWORD})
    _set_up(front)
    back = front.post(f"/aller/{lycee_a.uai}/", {"suite": NEEDED})["Location"]
    client.get(path_of(back))
    assert client.get(NEEDED)["Location"] == "/"


def test_secrets_are_not_stored_in_the_clear():
    account = make_account()
    give_totp(account)
    assert SECRET not in str(Authenticator.objects.get(user=account).data)


def test_a_regional_role_keeps_its_last_factor(sign_in):
    account = _regional(make_account())
    give_totp(account)
    client, _ = sign_in(None, account)
    client.post("/connexion/code/", {"code": code_now()})
    page = client.post("/compte/double-verification/application/retirer/")
    assert "ajoutez un autre moyen" in page.content.decode()
    assert Authenticator.objects.filter(user=account).exists()


def test_others_may_remove_theirs(sign_in):
    account = make_account()
    give_totp(account)
    client, _ = sign_in(None, account)
    client.post("/connexion/code/", {"code": code_now()})
    assert client.post("/compte/double-verification/application/retirer/").status_code == 302
    assert not Authenticator.objects.filter(user=account).exists()
    assert "mfa_at" not in client.session


def test_a_factor_set_up_later_is_confirmed_at_the_front_door(sign_in):
    account = _regional(make_account())
    client, _ = sign_in(None, account)
    give_totp(account)
    assert client.get("/compte/")["Location"] == NEEDED
    assert "Confirmer avec un code" in client.get(NEEDED).content.decode()
    client.post("/compte/confirmer/code/?next=/", {"code": code_now()})
    assert client.get("/compte/").status_code == 200


def test_support_can_remove_a_lost_factor(sign_in):
    account = make_account()
    give_totp(account)
    services.remove_second_factor(account=account, actor=None)
    _, response = sign_in(None, account)
    assert response["Location"] == "/"


@pytest.mark.parametrize(
    "path",
    [
        "/compte/double-verification/", "/compte/double-verification/application/",
        "/compte/double-verification/cles/", "/compte/double-verification/cles/ajouter/",
        "/compte/mot-de-passe/", "/compte/adresse/", "/compte/sessions/", "/compte/confirmer/", "/compte/",
    ],
)  # fmt: skip
def test_every_page_of_the_account_is_shown(sign_in, path):
    client, _ = sign_in(None, make_account())
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/compte/double-verification/codes/",
        "/compte/double-verification/codes/nouveaux/",
        "/compte/double-verification/codes/telecharger/",
        "/compte/confirmer/code/",
        "/compte/double-verification/application/retirer/",
    ],
)
def test_every_page_of_the_second_factor_is_shown(sign_in, path):
    account = make_account()
    give_totp(account)
    recovery_codes(account)
    client, _ = sign_in(None, account)
    client.post("/connexion/code/", {"code": code_now()})
    assert client.get(path).status_code == 200


def test_no_page_carries_a_script_of_its_own(sign_in):
    import re

    client, _ = sign_in(None, make_account())
    for path in (
        "/compte/",
        "/compte/double-verification/cles/ajouter/",
        "/compte/double-verification/application/",
    ):
        page = client.get(path).content.decode()
        inline = [tag for tag in re.findall(r"<script[^>]*>", page) if "src=" not in tag]
        assert all('type="application/json"' in tag for tag in inline)
        assert " style=" not in page
        assert "onclick" not in page
