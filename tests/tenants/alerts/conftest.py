"""Two real schools with a head each, administrators of the region and of its parts."""

from uuid import uuid4

import pytest

from tenants.accounts.models import RegionalRole
from tenants.alerts import services
from tenants.alerts.services import Draft
from tests.factories import make_account, make_person


@pytest.fixture
def administrator(db):
    """`administrator()` for the region, `administrator("academie", "Strasbourg")` for a part."""

    def make(scope="region", value=""):
        account = make_account()
        RegionalRole.objects.create(account=account, role="administrator", scope=scope, scope_value=value)
        return account

    return make


@pytest.fixture
def schools(lycee_a, college_b):
    """Each with a head and two teachers."""
    for establishment in (lycee_a, college_b):
        for role in ("management", "teacher", "teacher"):
            make_person(establishment, role)
    return lycee_a, college_b


@pytest.fixture
def start(schools, administrator):
    """`start(scope="academie", values=("Strasbourg",))`: an alert of the region, nothing brought yet."""

    def press(*, actor=None, key=None, **fields):
        draft = Draft(**({"kind": "shelter", "text": "À l’abri.", "drill": True, "scope": "all"} | fields))
        return services.start(draft=draft, actor=actor or administrator(), key=key or uuid4())

    return press
