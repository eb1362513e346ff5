"""Accounts that no school needs any more: gone after three months, unless somebody takes them up again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tenants.accounts import services
from tenants.accounts.models import Account, RegionalRole
from tenants.audit.models import RegionalAuditEntry
from tests.factories import make_account

pytestmark = pytest.mark.django_db
LATER = timedelta(days=93)


@pytest.fixture
def left(lycee_a):
    """An account whose only school has let it go."""
    account = make_account(password=None)
    services.link(account=account, uai=lycee_a.uai, person_id=10**6)
    services.unlink(account=account, uai=lycee_a.uai)
    return account


def forget(after=LATER):
    return services.forget_unused(now=timezone.now() + after)


def test_an_unused_account_goes_after_three_months(left):
    assert forget(timedelta(days=90)) == 0
    assert forget() == 1
    assert not Account.objects.filter(pk=left.pk).exists()


def test_the_journal_keeps_no_login(left):
    forget()
    entry = RegionalAuditEntry.objects.get(action="account.forgotten")
    assert (entry.target_id, entry.target_label) == (str(left.pk), "")


def test_one_that_another_school_needs_stays(left, college_b):
    services.link(account=left, uai=college_b.uai, person_id=10**6)
    assert forget() == 0


def test_one_that_came_back_counts_anew(left, lycee_a):
    services.link(account=left, uai=lycee_a.uai, person_id=10**6)
    left.refresh_from_db()
    assert left.unused_since is None


def test_one_with_a_role_in_the_region_stays(left):
    RegionalRole.objects.create(account=left, role="support")
    assert forget() == 0


def test_one_that_never_had_a_school_stays():
    make_account(password=None)
    assert forget() == 0
