"""Closing and opening a school to many accounts at once."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.people.models import Person
from tenants.accounts import many
from tenants.accounts.models import Account, Membership
from tenants.audit.models import RegionalAuditEntry
from tenants.schemas.context import region, school
from tests.factories import give_account, make_person
from tests.signing import signed_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(lycee_a: Any) -> list[Any]:
    return [make_person(lycee_a, "pupil", account=True) for _ in range(3)]


def members(uai: str) -> set[int]:
    with region():
        return set(Membership.objects.filter(uai=uai).values_list("account_id", flat=True))


def test_closed_accounts_enter_no_more_and_their_sessions_end(lycee_a: Any, people: list[Any]) -> None:
    client = signed_in_client(lycee_a, people[0])
    assert client.get("/annuaire/moi/").status_code == 200
    closed = many.close(uai=lycee_a.uai, account_ids=[people[0].account_id, people[1].account_id])
    assert closed == {one.account_id: one.pk for one in people[:2]}
    assert members(lycee_a.uai) == {people[2].account_id}


def test_who_has_no_other_school_is_noted_as_unused(lycee_a: Any, college_b: Any, people: list[Any]) -> None:
    with region():
        account = Account.objects.get(pk=people[1].account_id)
    give_account(college_b, make_person(college_b, "guardian"), account)
    many.close(uai=lycee_a.uai, account_ids=[one.account_id for one in people[:2]])
    with region():
        unused = Account.objects.in_bulk([one.account_id for one in people])
    assert [unused[one.account_id].unused_since is not None for one in people] == [True, False, False]


def test_opening_again_skips_what_is_somebody_elses_by_now(lycee_a: Any, people: list[Any]) -> None:
    closed = many.close(uai=lycee_a.uai, account_ids=[one.account_id for one in people[:2]])
    other = make_person(lycee_a, "pupil")
    with school(lycee_a):
        Person.objects.filter(pk=people[0].pk).update(account_id=None)
    with region():
        account = Account.objects.get(pk=people[0].account_id)
    give_account(lycee_a, other, account)
    assert many.open_again(uai=lycee_a.uai, people=closed) == {people[1].account_id: people[1].pk}


def test_both_are_in_the_regions_journal(lycee_a: Any, people: list[Any]) -> None:
    closed = many.close(uai=lycee_a.uai, account_ids=[people[0].account_id])
    many.open_again(uai=lycee_a.uai, people=closed)
    with region():
        told = RegionalAuditEntry.objects.filter(target_id=str(people[0].account_id)).values_list("action", flat=True)
        assert {"account.unlinked", "account.linked"} <= set(told)


def test_statements_do_not_grow_with_the_number(lycee_a: Any) -> None:
    def statements(number: int) -> int:
        accounts = [make_person(lycee_a, "pupil", account=True).account_id for _ in range(number)]
        with CaptureQueriesContext(connection) as seen:
            many.open_again(uai=lycee_a.uai, people=many.close(uai=lycee_a.uai, account_ids=accounts))
        return len(seen)

    assert statements(2) == statements(9)
