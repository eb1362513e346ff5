import pytest

from core.adoption import flushing
from core.adoption.models import Use
from tenants.schemas.context import school
from tests.factories import make_person


@pytest.fixture
def staffroom(lycee_a):
    """Six teachers and forty guardians, so that both are many; one head."""
    teachers = [make_person(lycee_a, "teacher", account=n == 0) for n in range(6)]
    for _ in range(40):
        make_person(lycee_a, "guardian")
    return teachers


@pytest.fixture
def kept(lycee_a):
    """`kept()` is what the school's table holds after a flush: {(feature, role, day): n}."""

    def read(*, flush=True):
        if flush:
            flushing.flush()
        with school(lycee_a):
            return {(use.feature, use.role, use.day): use.n for use in Use.objects.all()}

    return read
