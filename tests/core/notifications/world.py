"""A school with people to tell: fixtures of the outbox's tests, named in conftest."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from core.modules.models import ModuleChoice
from core.modules.state import Modules
from core.notifications import relay, services
from core.notifications.models import Notification
from tenants.schemas.context import school
from tests.factories import make_guardian, make_person


@pytest.fixture
def place(lycee_a):
    """The test stands in the school."""
    with school(lycee_a):
        yield lycee_a


@pytest.fixture
def tell(place):
    """`tell("dummy.noted", people=[…])`: emit an event; nothing is distributed yet."""

    def emit(kind="dummy.noted", **fields):
        fields.setdefault("data", {"title": "Merci"})
        with transaction.atomic():
            return services.emit(kind, actor=fields.pop("actor", None), **fields)

    return emit


@pytest.fixture
def distribute(place):
    """Empty the outbox as the relay does."""

    def run():
        return relay.drain(Modules(place), until=timezone.now() + timedelta(seconds=20))

    return run


@pytest.fixture
def canteen(place):
    """`canteen(pupil)`: a meal that the pupil booked; the dummy module tells of it."""
    from tests.contract.dummy.models import Booking, Meal

    def book(*pupils):
        meal = Meal.objects.create(served_on="2026-11-23", dish="Gratin")
        Booking.objects.bulk_create([Booking(meal=meal, person=pupil) for pupil in pupils])
        return meal

    return book


@pytest.fixture
def family(place):
    """A guardian of two children."""
    guardian = make_person(place, "guardian", email="parent@exemple.fr", account=True)
    children = [make_person(place, "pupil", first_name=name) for name in ("Léa", "Tom")]
    for child in children:
        make_guardian(place, child, guardian)
    return guardian, *children


def rule(slug, kind, **parts):
    """Set a school's rule for one kind."""
    row, _made = ModuleChoice.objects.get_or_create(slug=slug, defaults={"enabled": True})
    row.notifications = {**row.notifications, kind: {**row.notifications.get(kind, {}), **parts}}
    row.save()


def rows(person=None, **fields):
    found = Notification.objects.filter(**fields).order_by("pk")
    return list(found.filter(person=person) if person else found)
