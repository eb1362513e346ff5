"""What the tests of accounts share: a working mail queue, and signing in by the form."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from config.celery import app
from tenants.accounts.models import Account
from tests.factories import PASSWORD, client_for


@pytest.fixture(autouse=True)
def _workers_at_hand() -> Iterator[None]:
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager = app.conf.task_eager_propagates = False


@pytest.fixture
def sign_in() -> Callable[..., Any]:
    """`client, response = sign_in(lycee_a, account)`: by the form; None stands for the front door."""

    def by_form(where: Any, account: Account | str, password: str = PASSWORD, **extra: Any) -> tuple[Client, Any]:
        client = extra.pop("client", None) or client_for(where)
        login = account if isinstance(account, str) else account.login
        data = {"login": login, "password": password, **extra.pop("data", {})}
        return client, client.post("/connexion/", data, **extra)

    return by_form
