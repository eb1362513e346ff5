"""A sign-in from a browser never seen: its owner is told, and nobody is bothered for nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tenants.accounts.models import KnownDevice
from tests.factories import client_for, make_account
from tests.tenants.accounts.helpers import give_address, member_of

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"
ANDROID = "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36"


@pytest.fixture
def account(db):
    account = make_account()
    give_address(account)
    return account


@pytest.fixture
def told(mailoutbox, django_capture_on_commit_callbacks, sign_in):
    """`told(where, account, agent)`: sign in from a browser without cookies; the mails about a new device."""

    def enter(where, account, agent=FIREFOX):
        del mailoutbox[:]
        with django_capture_on_commit_callbacks(execute=True):
            client, _answer = sign_in(where, account, HTTP_USER_AGENT=agent)
        return client, [mail for mail in mailoutbox if "nouvel appareil" in mail.subject]

    return enter


def test_first_sign_in_ever_tells_nobody(account, told):
    assert told(None, account)[1] == []


def test_another_browser_is_told_with_the_way_to_end_sessions(account, told):
    told(None, account)
    _client, mails = told(None, account, ANDROID)
    assert "Chrome sur Android" in mails[0].body
    assert "/compte/sessions/" in mails[0].body


def test_known_browser_is_not_told_again(account, told, mailoutbox, django_capture_on_commit_callbacks):
    told(None, account)
    client, _mails = told(None, account, ANDROID)
    del mailoutbox[:]
    client.post("/deconnexion/")
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/connexion/", {"login": account.login, "password": "un préau sous la pluie"})
    assert mailoutbox == []
    assert KnownDevice.objects.filter(account=account).count() == 2


def test_same_kind_of_browser_tells_once_a_day(account, told):
    told(None, account)
    assert [len(told(None, account, ANDROID)[1]) for _ in "ab"] == [1, 0]
    KnownDevice.objects.update(told_at=timezone.now() - timedelta(days=2))
    assert len(told(None, account, ANDROID)[1]) == 1


def test_account_without_verified_address_is_not_written_to(told):
    account = make_account()
    told(None, account)
    assert told(None, account, ANDROID)[1] == []


def test_going_on_to_a_school_by_ticket_tells_nobody(lycee_a, told, mailoutbox, django_capture_on_commit_callbacks):
    account = member_of(lycee_a)
    give_address(account)
    client, _mails = told(None, account)
    del mailoutbox[:]
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/aller/{lycee_a.uai}/")
        client_for(lycee_a).get(answer["Location"])
    assert mailoutbox == []


def test_another_persons_cookie_makes_no_device_known(account, told):
    told(None, account)
    other = make_account()
    give_address(other)
    client, _mails = told(None, other)
    token = client.cookies["browser"].value
    assert not KnownDevice.objects.filter(digest=token).exists()
    assert KnownDevice.objects.filter(account=account).count() == 1


def test_cookie_is_out_of_reach_of_scripts(account, told):
    client, _mails = told(None, account)
    cookie = client.cookies["browser"]
    assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")


def test_nonsense_in_the_cookie_is_a_new_browser(account, told):
    client, _mails = told(None, account)
    assert len(client.cookies["browser"].value) == 32
