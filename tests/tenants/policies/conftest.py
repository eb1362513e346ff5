"""Administrators of the region and of its parts, and some schools that are only rows."""

import pytest

from tenants.accounts.models import RegionalRole
from tests.factories import make_account, make_establishment


@pytest.fixture
def administrator(db):
    """`administrator()` for the region, `administrator("academie", "Strasbourg")` for a part."""

    def make(scope="region", value=""):
        account = make_account()
        RegionalRole.objects.create(account=account, role="administrator", scope=scope, scope_value=value)
        return account

    return make


@pytest.fixture
def rows(db):
    """Three open schools without a schema: two écoles in two académies, a collège."""
    return [
        make_establishment("0670001A", type="ecole", lifecycle="active", slug="ecole-1"),
        make_establishment(
            "0570001A",
            type="ecole",
            lifecycle="active",
            slug="ecole-2",
            academie="Nancy-Metz",
            departement_code="057",
            departement="Moselle",
        ),
        make_establishment("0680001A", type="college", lifecycle="active", slug="college-1", departement_code="068"),
    ]
