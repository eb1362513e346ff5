"""The cast, standing in its school."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.people.models import Person
from tenants.schemas.context import school
from tests.modules.messaging.world import Cast, make_cast


@pytest.fixture
def cast(lycee_a: Any) -> Cast:
    return make_cast(lycee_a)


@pytest.fixture
def here(cast: Cast) -> Iterator[Cast]:
    with school(cast.establishment):
        yield cast


@pytest.fixture
def sign_in(cast: Cast) -> Callable[[Person], Any]:
    from tests.signing import signed_in_client

    return lambda person: signed_in_client(cast.establishment, person)
