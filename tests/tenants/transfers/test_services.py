"""Proposals between two schools: what is kept, by whom it is read, when it is forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tenants.errors import Conflict, DomainError
from tenants.schemas.context import region
from tenants.transfers import selectors, services
from tenants.transfers.models import Transfer

pytestmark = pytest.mark.django_db
RECORD = {"identity": {"first_name": "Lou", "last_name": "Aubert"}, "ids": {}, "account": None, "guardians": []}


@pytest.fixture
def row(lycee_a: Any, college_b: Any) -> Transfer:
    return services.propose(from_uai=college_b.uai, to_uai=lycee_a.uai, records={12: RECORD})[0]


def fresh(row: Transfer) -> Transfer:
    with region():
        return Transfer.objects.get(pk=row.pk)


def test_the_other_school_alone_reads_what_is_proposed(row: Transfer, lycee_a: Any, college_b: Any) -> None:
    assert selectors.received(lycee_a.uai) == [row]
    assert selectors.received(college_b.uai) == []
    assert selectors.received_one(college_b.uai, row.pk) is None


def test_the_proposing_school_follows_its_own(row: Transfer, lycee_a: Any, college_b: Any) -> None:
    assert selectors.sent(college_b.uai) == [row]
    assert selectors.sent_one(lycee_a.uai, row.pk) is None


@pytest.mark.parametrize("accepted", [True, False])
def test_answering_hands_the_record_over_and_forgets_it(row: Transfer, lycee_a: Any, accepted: bool) -> None:
    assert services.answer(pk=row.pk, to_uai=lycee_a.uai, accepted=accepted).record == RECORD
    assert (fresh(row).record, fresh(row).state) == ({}, "accepted" if accepted else "refused")


def test_nobody_answers_for_another_school(row: Transfer, college_b: Any) -> None:
    with pytest.raises(Conflict):
        services.answer(pk=row.pk, to_uai=college_b.uai, accepted=True)
    assert fresh(row).record == RECORD


def test_nothing_is_answered_twice(row: Transfer, lycee_a: Any) -> None:
    services.answer(pk=row.pk, to_uai=lycee_a.uai, accepted=True)
    with pytest.raises(Conflict):
        services.answer(pk=row.pk, to_uai=lycee_a.uai, accepted=True)


def test_withdrawing_forgets_the_record(row: Transfer, college_b: Any) -> None:
    services.withdraw(pk=row.pk, from_uai=college_b.uai)
    assert (fresh(row).record, fresh(row).state) == ({}, "withdrawn")


def test_a_record_is_proposed_once_at_a_time(row: Transfer, lycee_a: Any, college_b: Any) -> None:
    with pytest.raises(Conflict):
        services.propose(from_uai=college_b.uai, to_uai=lycee_a.uai, records={12: RECORD})


@pytest.mark.parametrize("to", ["own", "0000000A"])
def test_schools_that_are_not_open_receive_nothing(college_b: Any, to: str) -> None:
    uai = college_b.uai if to == "own" else to
    with pytest.raises(DomainError):
        services.propose(from_uai=college_b.uai, to_uai=uai, records={12: RECORD})


def test_after_sixty_days_the_record_is_forgotten(row: Transfer) -> None:
    with region():
        Transfer.objects.update(proposed_at=timezone.now() - timedelta(days=59))
    assert services.expire() == 0
    with region():
        Transfer.objects.update(proposed_at=timezone.now() - timedelta(days=61))
    assert services.expire() == 1
    assert (fresh(row).record, fresh(row).state) == ({}, "expired")


def test_erasing_the_person_withdraws_what_was_proposed(row: Transfer, college_b: Any) -> None:
    assert services.forget(uai=college_b.uai, person_ids=[12]) == 1
    assert fresh(row).record == {}


def test_a_school_cannot_read_the_table_itself(row: Transfer, lycee_a: Any) -> None:
    from django.db import ProgrammingError

    from tenants.schemas.context import school

    with school(lycee_a), pytest.raises(ProgrammingError, match="permission denied"):
        list(Transfer.objects.all())


def test_erasing_a_school_takes_its_proposals_along(row: Transfer, lycee_a: Any) -> None:
    from tenants.schemas.archive.rows import withdraw

    with region():
        withdraw(lycee_a)
        assert not Transfer.objects.exists()
