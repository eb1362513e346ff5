"""A lycée with a class, its teacher, a pupil with a guardian, a head and a CPE; and pressing the button."""

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.utils import timezone

from core.alerts import services
from core.alerts.services import Draft, Given
from core.modules.state import Modules
from core.notifications import relay
from core.permissions.viewer import viewer_as
from core.structure.models import SchoolYear, Subject, TeachingService
from tenants.schemas.context import school
from tests.factories import make_class, make_guardian, make_person


@pytest.fixture
def place(lycee_a):
    """The test stands in the school."""
    with school(lycee_a):
        yield lycee_a


@pytest.fixture
def cast(place):
    """Everybody by name, and `cast.viewer("head")`."""
    roles = {
        "head": "management", "cpe": "school_life", "teacher": "teacher", "colleague": "teacher", "clerk":
        "administrative", "pupil": "pupil", "classmate": "pupil", "stranger": "pupil", "guardian": "guardian",
        "partner": "partner",
    }  # fmt: skip
    people = {name: make_person(place, role, email=f"{name}@example.org") for name, role in roles.items()}
    make_guardian(place, people["pupil"], people["guardian"])
    one = make_class(place, "6e A", people["pupil"], people["classmate"])
    other = make_class(place, "6e B", people["stranger"])
    year = SchoolYear.objects.get()
    SchoolYear.objects.filter(pk=year.pk).update(is_current=True)
    subject = Subject.objects.create(name="Latin d’alerte")
    TeachingService.objects.create(
        teacher=people["teacher"], subject=subject, school_class=one, starts_on=date(2026, 9, 1)
    )
    cast = SimpleNamespace(**people, people=people, one=one, other=other)
    cast.viewer = lambda name: viewer_as(people[name], place)
    return cast


@pytest.fixture
def launch(cast):
    """`launch(drill=True, audience="staff")`: the head presses the button."""

    def press(*, key=None, despite=False, **fields):
        draft = Draft(**({"kind": "evacuation", "text": "Sortez dans le calme."} | fields))
        return services.start(viewer=cast.viewer("head"), draft=draft, key=key or uuid4(), despite=despite)

    return press


@pytest.fixture
def answer(cast):
    """`answer(alert, "teacher", missing=(pk,))`"""

    def say(alert, name="teacher", *, key=None, **fields):
        return services.answer(viewer=cast.viewer(name), alert=alert, given=Given(**fields), key=key or uuid4())

    return say


@pytest.fixture
def distribute(place):
    """Empty the outbox as the relay does."""

    def run():
        return relay.drain(Modules(place), until=timezone.now() + timedelta(seconds=20))

    return run
