import itertools

import pytest

from tenants.audit.models import RegionalAuditEntry
from tenants.errors import Conflict, DomainError
from tenants.establishments.models import Establishment, Lifecycle
from tenants.establishments.services import TRANSITIONS, change_lifecycle
from tests.factories import make_account, make_establishment
from tests.tenants.establishments.conftest import valid_uai

pytestmark = pytest.mark.django_db
MOVES = list(itertools.product(Lifecycle, Lifecycle))


@pytest.mark.parametrize(("before", "after"), [move for move in MOVES if move[1] in TRANSITIONS[move[0]]])
def test_every_allowed_move_is_made_and_journaled(before, after):
    school = make_establishment(valid_uai(9001), lifecycle=before)
    change_lifecycle(school, to=after, actor=make_account())
    assert Establishment.objects.get(pk=school.pk).lifecycle == school.lifecycle == after
    assert RegionalAuditEntry.objects.get(target_id=school.uai).changes == {"lifecycle": [before, after]}


@pytest.mark.parametrize(("before", "after"), [move for move in MOVES if move[1] not in TRANSITIONS[move[0]]])
def test_every_other_move_is_refused(before, after):
    school = make_establishment(valid_uai(9001), lifecycle=before)
    with pytest.raises(DomainError):
        change_lifecycle(school, to=after, actor=None)


def test_a_stale_row_is_a_conflict():
    school = make_establishment(valid_uai(9001), lifecycle=Lifecycle.ACTIVE)
    Establishment.objects.update(lifecycle=Lifecycle.SUSPENDED)
    with pytest.raises(Conflict):
        change_lifecycle(school, to=Lifecycle.SUSPENDED, actor=None)


def test_a_refused_move_leaves_the_row_and_the_journal_alone():
    school = make_establishment(valid_uai(9001))
    with pytest.raises(DomainError):
        change_lifecycle(school, to=Lifecycle.ACTIVE, actor=None)
    assert (school.lifecycle, RegionalAuditEntry.objects.filter(target_id=school.uai).count()) == (
        Lifecycle.KNOWN,
        0,
    )


def test_a_state_that_does_not_exist_is_an_error_of_the_caller():
    with pytest.raises(ValueError, match="nowhere"):
        change_lifecycle(make_establishment(valid_uai(9001)), to="nowhere", actor=None)
