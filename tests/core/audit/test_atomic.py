"""Outside any transaction of a test."""

import pytest

from core.audit.services import record
from tenants.schemas.context import school


@pytest.mark.django_db(transaction=True)
def test_record_refuses_outside_a_transaction(lycee_a):
    with school(lycee_a), pytest.raises(RuntimeError, match="belongs in the transaction"):
        record("news.publish", actor=None, target=None)
