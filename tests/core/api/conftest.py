"""A client that speaks as programs do: JSON and a bearer, no cookie."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.api.models import AccessToken
from core.api.viewer import known_scopes
from core.modules.models import ModuleChoice
from core.people.choices import Role
from tenants.api.secrets import new_token
from tenants.schemas.context import school
from tests.factories import give_account, make_account, make_person


class ApiClient:
    """`api.get("people?limit=2")` gives the response; `.json()` its content."""

    def __init__(self, host: str, secret: str = "") -> None:
        self.client = Client(headers={"host": host, "accept": "application/json"})
        self.headers = {"authorization": f"Bearer {secret}"} if secret else {}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        content = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, f"/api/v1/{path}", **content, headers={**self.headers, **named})

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)


def make_token(establishment, person, *scopes: str, **fields: Any) -> tuple[AccessToken, str]:
    """A token of a person with an account; with no scope named, one with all of them."""
    secret, digest = new_token("preau")
    values = {"name": "Essai", "expires_at": timezone.now() + timedelta(days=30), "account_id": person.account_id}
    with school(establishment):
        token = AccessToken.objects.create(
            person=person, digest=digest, scopes=list(scopes or known_scopes()), **(values | fields)
        )
    return token, secret


def open_tokens_to_all(establishment) -> None:
    """As a référent may set it."""
    with school(establishment):
        ModuleChoice.objects.update_or_create(
            slug="api", defaults={"enabled": True, "settings": {"token_roles": sorted(Role.values)}}
        )


def host_of(establishment) -> str:
    return f"{establishment.slug}.localhost"


@pytest.fixture
def api_as(db):
    """`api, person = api_as(lycee_a, "teacher", scopes=("people.read",))`"""

    def make(establishment, *roles, scopes=(), person=None, **fields):
        if person is None:
            person = make_person(establishment, *roles, **fields)
        if person.account_id is None:
            give_account(establishment, person, make_account(password=None))
        _token, secret = make_token(establishment, person, *scopes)
        return ApiClient(host_of(establishment), secret), person

    return make
