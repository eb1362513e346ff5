from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from tenants.accounts import lockout, services
from tenants.accounts.models import Account
from tests.factories import PASSWORD, make_account
from tests.tenants.accounts.helpers import give_address

pytestmark = pytest.mark.django_db
OFFICE, HOME = "192.0.2.10", "198.51.100.20"


def _fail(sign_in, login, times, address=OFFICE):
    for _ in range(times):
        _, response = sign_in(None, login, "faux", REMOTE_ADDR=address)
    return response


def _gets_in(sign_in, login, address=OFFICE):
    _, response = sign_in(None, login, PASSWORD, REMOTE_ADDR=address)
    return response.status_code == 302


def test_four_mistakes_are_forgiven(sign_in):
    account = make_account()
    _fail(sign_in, account.login, 4)
    assert _gets_in(sign_in, account.login)


def test_five_mistakes_lock_the_account_at_that_address(sign_in):
    account = make_account()
    _fail(sign_in, account.login, 5)
    _, response = sign_in(None, account.login, PASSWORD, REMOTE_ADDR=OFFICE)
    assert "Trop d’essais. Réessayez dans 5 minutes." in response.content.decode()


def test_the_owner_still_gets_in_from_elsewhere(sign_in):
    account = make_account()
    _fail(sign_in, account.login, 8)
    assert _gets_in(sign_in, account.login, HOME)


def test_the_lock_ends(sign_in):
    account = make_account()
    _fail(sign_in, account.login, 5)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        _expire_locks(account)
        assert _gets_in(sign_in, account.login)


def _expire_locks(account, address=OFFICE):
    """Redis keeps its own time: what it would have dropped by now goes."""
    cache.delete_many([f"lockout:lock:account:{account.pk}@{address}", f"lockout:lock:account:{account.pk}"])


def test_each_further_mistake_locks_twice_as_long(sign_in):
    account = make_account()
    _fail(sign_in, account.login, 5)
    _expire_locks(account)
    _fail(sign_in, account.login, 1)
    assert "dans 10 minutes" in _fail(sign_in, account.login, 1).content.decode()


def test_no_lock_is_longer_than_an_hour():
    assert lockout._pair_lock(500) == 3600


def test_success_starts_afresh(sign_in):
    account = make_account()
    for _ in range(3):
        _fail(sign_in, account.login, 4)
        assert _gets_in(sign_in, account.login)


def test_guesses_from_many_addresses_lock_the_account_everywhere(sign_in):
    account = make_account()
    for n in range(30):
        lockout.begin(account.login, f"203.0.113.{n}")
    assert not _gets_in(sign_in, account.login, HOME)


def test_login_and_address_share_one_count(sign_in):
    account = make_account()
    address = give_address(account)
    _fail(sign_in, account.login, 3)
    _fail(sign_in, address, 2)
    assert not _gets_in(sign_in, account.login)


def test_an_unknown_login_is_locked_with_the_same_words(sign_in):
    known = _fail(sign_in, make_account().login, 6)
    unknown = _fail(sign_in, "personne.du.tout", 6)
    assert "Trop d’essais. Réessayez dans 5 minutes." in known.content.decode()
    assert "Trop d’essais. Réessayez dans 5 minutes." in unknown.content.decode()
    assert known.status_code == unknown.status_code


def test_three_hundred_pupils_behind_one_address_all_get_in(sign_in):
    late = make_account()
    hashed = late.password
    Account.objects.bulk_create(Account(login=f"eleve.{n}", password=hashed) for n in range(300))
    for n in range(300):
        for _ in range(2):  # each mistypes, and mistypes again
            lockout.begin(f"eleve.{n}", OFFICE)
        lockout.succeed(lockout.begin(f"eleve.{n}", OFFICE))
    assert _gets_in(sign_in, late.login)
    assert _gets_in(sign_in, "eleve.299")


def test_a_new_password_ends_the_lock_of_the_account(sign_in, django_capture_on_commit_callbacks):
    account = make_account()
    for n in range(30):
        lockout.begin(account.login, f"203.0.113.{n}")
    with django_capture_on_commit_callbacks(execute=True):
        services.set_password(account=account, password=PASSWORD, actor=None)
    assert _gets_in(sign_in, account.login, HOME)


def test_a_forwarded_address_is_not_believed_without_a_proxy(sign_in, settings):
    settings.BEHIND_PROXY = False
    account = make_account()
    for n in range(5):
        sign_in(None, account.login, "faux", REMOTE_ADDR=OFFICE, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}")
    assert not _gets_in(sign_in, account.login)


def test_behind_a_proxy_only_its_own_word_counts(sign_in, settings):
    settings.BEHIND_PROXY = True
    account = make_account()
    for n in range(5):
        forwarded = f"203.0.113.{n}, {OFFICE}"
        sign_in(None, account.login, "faux", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    _, response = sign_in(
        None, account.login, PASSWORD, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"1.2.3.4, {OFFICE}"
    )
    assert response.status_code == 200


def test_without_redis_people_still_get_in(sign_in, settings):
    account = make_account()
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert _gets_in(sign_in, account.login)


def test_the_counters_are_kept_in_the_region(sign_in, lycee_a):
    account = make_account()
    sign_in(lycee_a, account.login, "faux", REMOTE_ADDR=OFFICE)
    assert cache.get(f"lockout:tries:account:{account.pk}") == 1
