import pytest

from tests.core import world as worlds


@pytest.fixture
def family(lycee_a):
    """A separated couple, their son in the mother's home, their address and everything else that is private."""
    return worlds.build(lycee_a)
