"""What rows say of the school and of accounts follows, by the names of the columns."""

import pytest
from django.db import connection
from django.test import override_settings

from tenants.accounts.models import Account
from tenants.schemas import engine
from tenants.schemas.archive import tables
from tenants.schemas.archive.archiving import archive
from tenants.schemas.archive.restoring import restore
from tenants.schemas.context import school
from tests.factories import make_account, make_establishment
from tests.tenants.schemas.archive.conftest import AWAY, HOME, furnish, remove_everything

pytestmark = pytest.mark.django_db
CODES = {"dummy": "tests.tenants.schemas.archive.codes"}


@pytest.fixture
def marked(committed):
    with override_settings(MIGRATION_MODULES=CODES):
        home = furnish(make_establishment(HOME, slug="maison"))
        engine.install(home.establishment, ["dummy"])
        make_establishment(AWAY, slug="ailleurs")
        yield home
    remove_everything(HOME, AWAY)


def mark(home, **values):
    values = {"uai": HOME, "account_id": home.teacher.account_id, **values}
    with school(home.establishment), connection.cursor() as cursor:
        names = ", ".join(values)
        cursor.execute(
            f"INSERT INTO dummy_mark ({names}) VALUES ({', '.join(['%s'] * len(values))})", list(values.values())
        )


def marks(uai):
    with school(uai), connection.cursor() as cursor:
        columns = "uai, from_uai, account_id, seen_by_account_id, bank_account_id"
        cursor.execute(f"SELECT {columns} FROM dummy_mark ORDER BY id")
        return cursor.fetchall()


def test_the_convention_finds_the_columns(marked):
    found = {(link.table, link.column, link.required) for link in tables.links(marked.schema)}
    assert {("dummy_mark", "account_id", True), ("dummy_mark", "seen_by_account_id", False)} <= found
    assert ("dummy_mark", "bank_account_id", False) not in found


def test_codes_of_the_school_follow_and_others_stay(marked):
    mark(marked, from_uai="0670001A")
    mark(marked, from_uai=HOME, account_id=1_000_001)
    restore(archive(marked.establishment, actor=None).path, actor=None, uai=AWAY)
    assert [row[:2] for row in marks(AWAY)] == [(AWAY, "0670001A"), (AWAY, AWAY)]


def test_nothing_is_rewritten_at_home(marked):
    mark(marked, from_uai=HOME, bank_account_id=marked.parent.pk, seen_by_account_id=marked.parent.account_id)
    before = marks(HOME)
    restore(archive(marked.establishment, actor=None).path, actor=None, replace=True)
    assert marks(HOME) == before


def test_accounts_follow_even_where_each_may_stand_once(marked):
    for person in (marked.teacher, marked.parent):
        mark(marked, account_id=person.account_id, seen_by_account_id=marked.parent.account_id)
    path = archive(marked.establishment, actor=None).path
    logins = [marked.account(person).login for person in (marked.teacher, marked.parent)]
    remove_everything(HOME)
    Account.objects.filter(login__in=logins).delete()
    restore(path, actor=None)
    teacher, parent = (Account.objects.get(login=login).pk for login in logins)
    assert [row[2:4] for row in marks(HOME)] == [(teacher, parent), (parent, parent)]


def test_who_is_nobody_there_is_no_account(marked):
    agent = make_account()
    mark(marked, account_id=agent.pk, seen_by_account_id=agent.pk)
    path = archive(marked.establishment, actor=None).path
    then = agent.pk
    agent.delete()
    restore(path, actor=None, replace=True)
    assert marks(HOME)[0][2:4] == (-then, None)
