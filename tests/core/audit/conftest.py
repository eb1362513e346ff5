from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import make_person


@pytest.fixture
def in_lycee(lycee_a: Any) -> Iterator[Any]:
    from tenants.schemas.context import school

    with school(lycee_a):
        yield lycee_a


@pytest.fixture
def head(lycee_a: Any) -> Any:
    return make_person(lycee_a, "management", first_name="Maud", last_name="Vautrin")
