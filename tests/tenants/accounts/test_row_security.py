"""What a school's role can read of accounts, tried in SQL."""

import pytest
from django.db import ProgrammingError, connection, transaction

from tenants.schemas.context import school
from tests.tenants.accounts.helpers import member_of

pytestmark = pytest.mark.django_db


def _ask(establishment, sql, *params):
    with school(establishment), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def test_a_school_reads_its_own_members(lycee_a):
    account = member_of(lycee_a)
    assert _ask(lycee_a, "SELECT login FROM accounts_account WHERE id = %s", account.pk) == [(account.login,)]


def test_a_school_does_not_see_members_of_others(lycee_a, college_b):
    account = member_of(college_b)
    assert _ask(lycee_a, "SELECT login FROM accounts_account WHERE id = %s", account.pk) == []
    assert _ask(lycee_a, "SELECT 1 FROM accounts_membership WHERE account_id = %s", account.pk) == []


@pytest.mark.parametrize("column", ["password", "email", "phone", "signed_in_at"])
def test_a_school_reads_no_secret(lycee_a, column):
    with pytest.raises(ProgrammingError, match="permission denied"):
        _ask(lycee_a, f"SELECT {column} FROM accounts_account")


@pytest.mark.parametrize(
    "table",
    [
        "accounts_accountsession",
        "accounts_ticket",
        "accounts_regionalrole",
        "mfa_authenticator",
        "account_emailaddress",
    ],
)
def test_a_school_reads_nothing_else_of_accounts(lycee_a, table):
    with pytest.raises(ProgrammingError, match="permission denied"):
        _ask(lycee_a, f"SELECT * FROM public.{table}")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE accounts_account SET is_active = true",
        "INSERT INTO accounts_membership (account_id, uai, schema_name, person_id, created_at)"
        " VALUES (1, '0679981K', 'e_0679981k', 1, now())",
        "DELETE FROM accounts_membership",
    ],
)
def test_a_school_writes_nothing_of_accounts(lycee_a, sql):
    with pytest.raises(ProgrammingError, match="permission denied"):
        _ask(lycee_a, sql)


def test_the_account_of_a_session_is_read_with_the_schools_own_rights(lycee_a, college_b):
    from tenants.accounts.backends import AccountBackend

    account, stranger = member_of(lycee_a), member_of(college_b)
    with school(lycee_a):
        assert AccountBackend().get_user(account.pk) == account
        assert AccountBackend().get_user(stranger.pk) is None
