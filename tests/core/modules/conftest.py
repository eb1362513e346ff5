"""A référent at the lycée, and what is stored about its modules."""

from types import SimpleNamespace

import pytest

from core.modules.state import Modules
from tenants.schemas.context import school


@pytest.fixture
def referent(lycee_a, as_person):
    client, person = as_person(lycee_a, "digital_referent")
    return SimpleNamespace(client=client, person=person, school=lycee_a)


@pytest.fixture
def inside(lycee_a):
    """Standing in the lycée."""
    with school(lycee_a):
        yield lycee_a


@pytest.fixture
def now(lycee_a):
    """`now()`: the modules of the lycée as they are at this moment."""

    def read():
        with school(lycee_a):
            return Modules(lycee_a)

    return read
