"""Administrators at the front door, and schools that are only rows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tenants.accounts.models import RegionalRole
from tenants.establishments.models import Establishment
from tenants.establishments.search import search_text
from tests.factories import client_for, make_account, make_establishment
from tests.signing import signed_in_at_front_door
from tests.tenants.establishments.conftest import data_dir, eager, valid_uai  # noqa: F401 -- fixtures


@pytest.fixture
def visitor() -> Client:
    return client_for(None)


@pytest.fixture
def regional(db: None) -> Callable[..., Client]:
    """`regional("administrator")` for the region; `regional("support", "departement", "067")` for a part."""

    def sign_in(role: str = "administrator", scope: str = "region", value: str = "") -> Client:
        account = make_account()
        RegionalRole.objects.create(account=account, role=role, scope=scope, scope_value=value)
        return signed_in_at_front_door(account)

    return sign_in


@pytest.fixture
def row(db: None) -> Callable[..., Establishment]:
    """A school of the list; its schema is not made."""

    def make(number: int = 9001, departement: str = "067", **fields: Any) -> Establishment:
        made = make_establishment(valid_uai(number, departement), **{"departement_code": departement} | fields)
        made.search_text = search_text(made)
        made.save(update_fields=["search_text"])
        return made

    return make
