"""Two real schools, made once a session; each test is a transaction that is rolled back."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

os.environ.setdefault("PREAU_SECRET_KEY", "only-for-tests-" + "x" * 50)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """After pytest-django has made the database: a lycée and a collège with every module on."""
    with django_db_blocker.unblock():
        from tests.schools import make_schools

        make_schools()


@pytest.fixture(autouse=True)
def _front_door() -> Iterator[None]:
    """Every test begins and ends in the regional context, with a cache of its own."""
    from uuid import uuid4

    from django.conf import settings
    from django.core.cache import cache
    from django.db import connection

    connection.set_schema_to_public()
    settings.CACHES["default"]["KEY_PREFIX"] = cache.key_prefix = f"test-{uuid4().hex}"
    yield
    connection.set_schema_to_public()


@pytest.fixture
def lycee_a(db: None) -> Any:
    from tests.schools import LYCEE_A, get

    return get(LYCEE_A)


@pytest.fixture
def college_b(db: None) -> Any:
    from tests.schools import COLLEGE_B, get

    return get(COLLEGE_B)


@pytest.fixture
def as_person(db: None) -> Callable[..., Any]:
    """`client, person = as_person(lycee_a, "teacher")`: signed in, with the second factor passed."""
    from tests.factories import make_person
    from tests.signing import signed_in_client

    def sign_in(establishment: Any, *roles: str, **fields: Any) -> tuple[Any, Any]:
        person = make_person(establishment, *roles, account=True, **fields)
        return signed_in_client(establishment, person), person

    return sign_in


@pytest.fixture
def viewer_request(db):
    """`viewer_request(school, "teacher")`: a request as core takes it, to be used standing in the school."""
    from types import SimpleNamespace

    from django.test import RequestFactory

    from core.permissions.viewer import Viewer
    from tests.factories import make_person

    def make(establishment, *roles):
        request = RequestFactory().get("/")
        request.school = establishment
        person = make_person(establishment, *roles)
        request.user = SimpleNamespace(is_authenticated=True, pk=0)
        request.viewer = Viewer(request)
        request.viewer.person = person
        return request

    return make
