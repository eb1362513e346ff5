"""Logins: readable, numbered, and nobody else's for three years."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tenants.accounts import logins, services
from tenants.accounts.models import Account, RetiredLogin
from tenants.errors import DomainError
from tests.factories import make_account

pytestmark = pytest.mark.django_db


def test_homonyms_are_numbered_in_one_go():
    make_account("lea.martin")
    assert logins.suggest_logins([("Léa", "Martin"), ("Zoé", "Petit"), ("LEA", "MARTIN")]) == [
        "lea.martin2", "zoe.petit", "lea.martin3",
    ]  # fmt: skip


def test_many_homonyms_are_numbered():
    assert logins.suggest_logins([("Léa", "Martin")] * 35)[-1] == "lea.martin35"


def test_a_school_takes_as_many_queries_as_one_person(django_assert_max_num_queries):
    names = [(f"Prénom{chr(97 + n % 26)}", f"Nom{chr(97 + n // 26)}") for n in range(600)]
    with django_assert_max_num_queries(3):
        assert len(set(logins.suggest_logins(names))) == 600


def test_a_changed_login_is_nobody_elses():
    account = make_account("anne.roy")
    services.change_login(account=account, login="anne.roy-petit", actor=None)
    assert services.suggest_login("Anne", "Roy") == "anne.roy2"
    with pytest.raises(DomainError):
        services.create_account(login="anne.roy", actor=None)


def test_its_owner_may_take_it_back():
    account = make_account("anne.roy")
    services.change_login(account=account, login="anne.roi", actor=None)
    services.change_login(account=account, login="anne.roy", actor=None)
    assert Account.objects.get(pk=account.pk).login == "anne.roy"


def test_the_login_of_a_forgotten_account_is_nobody_elses():
    account = make_account("anne.roy", unused_since=timezone.now())
    services.forget_unused(now=timezone.now() + timedelta(days=93))
    assert not Account.objects.filter(pk=account.pk).exists()
    assert services.suggest_login("Anne", "Roy") == "anne.roy2"


def test_after_three_years_it_is_free_again():
    services.change_login(account=make_account("anne.roy"), login="anne.roi", actor=None)
    services.forget_unused(now=timezone.now() + timedelta(days=365 * 3))
    assert services.suggest_login("Anne", "Roy") == "anne.roy2"
    services.forget_unused(now=timezone.now() + timedelta(days=366 * 3 + 1))
    assert services.suggest_login("Anne", "Roy") == "anne.roy"


def test_only_a_hash_of_it_is_kept():
    services.change_login(account=make_account("anne.roy"), login="anne.roi", actor=None)
    assert "roy" not in str(RetiredLogin.objects.get().__dict__)
