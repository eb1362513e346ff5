import pytest

from tenants.schemas.context import school
from tests.core.imports.feeds import Feed


@pytest.fixture
def feed(college_b):
    """Two pupils in two classes, their guardians, a teacher of both."""
    return (
        Feed(college_b.uai)
        .pupil("1", "Zoé", "Ferry", "6A", guardians=["10", "11"])
        .pupil("2", "Élie", "Bœglin", "6B", guardians=["11"])
        .guardian("10", "Anne", "Ferry", email="anne@example.org", phones=("06 11 22 33 44", "0388112233"))
        .guardian("11", "Jean", "Bœglin")
        .staff("20", "Luc", "Humbert", ("6A", "061300"), ("6B", "061300"), heads=("6A",), function="Mathématiques")
    )


@pytest.fixture
def inside(college_b):
    with school(college_b):
        yield college_b
