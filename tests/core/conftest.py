from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.core import world as worlds


@pytest.fixture
def world(lycee_a: Any) -> worlds.World:
    return worlds.build(lycee_a)


@pytest.fixture
def inside(lycee_a: Any) -> Iterator[None]:
    """Stand in the lycée, as its services and selectors do."""
    from tenants.schemas.context import school

    with school(lycee_a):
        yield


@pytest.fixture
def enter(lycee_a: Any) -> Callable[..., Any]:
    """`enter(world.head)` is a client signed in as that person."""
    from tests.signing import signed_in_client

    return lambda person: signed_in_client(lycee_a, person)
