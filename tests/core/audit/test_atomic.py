"""Without the transaction that holds every other test; nothing is asked of the database."""

import pytest

from core.audit.services import record
from tenants.schemas.context import school
from tests.schools import LYCEE_A


def test_record_refuses_outside_a_transaction():
    with school(LYCEE_A), pytest.raises(RuntimeError, match="belongs in the transaction"):
        record("news.publish", actor=None, target=None)
