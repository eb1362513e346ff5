"""The region's switch: who may throw it, where it reaches, and what schools may know of it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.utils import timezone

from tenants.audit.models import RegionalAuditEntry
from tenants.errors import Conflict, DomainError
from tenants.policies.scopes import Part
from tenants.schemas.context import school
from tenants.suspensions import selectors, services
from tenants.suspensions.models import RegionalSuspension
from tests.factories import make_account

pytestmark = pytest.mark.django_db
REGION = Part(whole=True, academies=frozenset(), departements=frozenset())


def part_of(establishment):
    return Part(whole=False, academies=frozenset({establishment.academie}), departements=frozenset())


def suspend(part=REGION, scope="all", **fields):
    return services.suspend(part=part, actor=None, scope=scope, reason="Attaque en cours", **fields)


def test_reason_is_shown_to_the_schools(lycee_a):
    suspend()
    with school(lycee_a):
        assert selectors.holding_at(lycee_a.uai).reason == "Attaque en cours"


def test_named_schools_and_no_others(lycee_a, college_b):
    suspend(scope="schools", uais=[lycee_a.uai])
    assert selectors.holding_at(lycee_a.uai)
    assert selectors.holding_at(college_b.uai) is None


def test_end_is_at_once_and_once(lycee_a):
    row = suspend()
    services.end(suspension=row, actor=None)
    assert selectors.holding_at(lycee_a.uai) is None
    with pytest.raises(Conflict):
        services.end(suspension=row, actor=None)


@pytest.mark.parametrize(
    "fields",
    [
        {"scope": "schools", "uais": ["9999999Z"]},
        {"scope": "schools"},
        {"scope": "departement", "value": "999"},
        {"until": timezone.now() - timedelta(hours=1)},
    ],
    ids=["unknown school", "no school", "unknown place", "past end"],
)
def test_what_makes_no_sense_is_refused(lycee_a, fields):
    with pytest.raises(DomainError):
        suspend(**fields)


def test_administrator_of_a_part_stays_in_it(lycee_a):
    with pytest.raises(DomainError):
        suspend(part_of(lycee_a))
    assert suspend(part_of(lycee_a), "academie", value=lycee_a.academie).pk


def test_administrator_of_a_part_ends_nothing_of_the_region(lycee_a):
    row = suspend()
    with pytest.raises(Http404):
        selectors.get_endable_or_404(part_of(lycee_a), row.pk)


def test_both_acts_are_in_the_regions_journal(lycee_a):
    account = make_account()
    row = services.suspend(part=REGION, actor=account, scope="all", reason="Attaque")
    services.end(suspension=row, actor=account)
    entries = RegionalAuditEntry.objects.filter(target_type="suspension", target_id=str(row.pk)).order_by("pk")
    assert [entry.action for entry in entries] == ["suspensions.suspend", "suspensions.end"]


def test_schools_read_why_and_never_who(lycee_a):
    suspend()
    with school(lycee_a), connection.cursor() as cursor:
        cursor.execute("SELECT reason, since FROM suspensions_regionalsuspension")
        assert cursor.fetchone()[0] == "Attaque en cours"
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("SELECT actor_name FROM suspensions_regionalsuspension")


def test_schools_write_nothing_there(lycee_a):
    suspend()
    with school(lycee_a), connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute("UPDATE suspensions_regionalsuspension SET ended_at = now()")
    assert RegionalSuspension.objects.filter(ended_at=None).exists()
