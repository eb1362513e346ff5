"""One digest for a person with profiles in two schools."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from core.modules.contract import Channel
from core.modules.state import Modules
from core.notifications import delivery, joint, relay, services
from core.notifications.messages import SENDERS, Failure
from core.notifications.models import Notification, Rhythm
from core.notifications.reasons import UNREACHABLE
from tenants.schemas.context import school
from tests.core.notifications.test_delivery import Box
from tests.factories import give_account, make_account, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(monkeypatch):
    Box.messages, Box.answers = [], []
    monkeypatch.setitem(SENDERS, Channel.EMAIL, "tests.core.notifications.test_delivery.Box")
    return Box


@pytest.fixture
def account(lycee_a, college_b):
    """An account with a profile in both schools, something due in each, and the wish for one digest."""
    account = make_account()
    for place in (lycee_a, college_b):
        person = make_person(place, "guardian", email="parent@exemple.fr")
        give_account(place, person, account)
        with school(place):
            with transaction.atomic():
                data = {"title": place.display_name}
                services.emit("dummy.noted", actor=None, data=data, people=[person])
            relay.drain(Modules(place), until=timezone.now() + timedelta(seconds=10))
            Notification.objects.filter(channel="email").update(due_at=timezone.now())
    joint.wish(account.pk, wished=True)
    for place in (lycee_a, college_b):
        with school(place):
            Notification.objects.filter(channel="email").update(due_at=timezone.now())
    return account


def states(*places):
    found = []
    for place in places:
        with school(place):
            found += list(Notification.objects.filter(channel="email").values_list("state", flat=True))
    return found


def test_the_wish_reaches_every_school(account, lycee_a, college_b):
    for place in (lycee_a, college_b):
        with school(place):
            assert Rhythm.objects.get().joint_digest


def test_an_ordinary_sending_leaves_it_alone(account, lycee_a, box):
    with school(lycee_a):
        delivery.deliver(Channel.EMAIL, Modules(lycee_a), until=timezone.now() + timedelta(seconds=5))
    assert box.messages == []


def test_each_school_knows_who_waits_for_one(account, lycee_a):
    with school(lycee_a):
        assert delivery.joint_accounts() == [account.pk]


def test_one_message_tells_of_both_schools(account, box, lycee_a, college_b):
    joint.send(account.pk)
    (message,) = box.messages
    assert {item.place for item in message.items} == {lycee_a.display_name, college_b.display_name}


def test_both_schools_know_that_it_left(account, box, lycee_a, college_b):
    joint.send(account.pk)
    assert states(lycee_a, college_b) == ["sent", "sent"]


def test_both_schools_wait_when_it_did_not_leave(account, box, lycee_a, college_b):
    box.answers = [Failure(reason=UNREACHABLE)]
    joint.send(account.pk)
    assert states(lycee_a, college_b) == ["waiting", "waiting"]


def test_a_second_try_bears_the_same_id(account, box, lycee_a, college_b):
    box.answers = [Failure(reason=UNREACHABLE)]
    joint.send(account.pk)
    for place in (lycee_a, college_b):
        with school(place):
            Notification.objects.filter(channel="email").update(due_at=timezone.now())
    joint.send(account.pk)
    assert box.messages[0].id == box.messages[1].id


def test_nothing_due_sends_nothing(account, box):
    joint.send(account.pk)
    assert not joint.send(account.pk)
