"""Leaving the school: leases, the last look before sending, retries, and what becomes of each message."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.modules.contract import Channel
from core.modules.models import ModuleChoice
from core.modules.state import Modules
from core.notifications import delivery, queues, reasons, services
from core.notifications.messages import SENDERS, Failure
from core.notifications.models import Notification
from core.people.models import GuardianLink
from tests.core.notifications.world import rows
from tests.factories import make_person

pytestmark = pytest.mark.django_db
State = Notification.State


class Box:
    """A channel that keeps what it is given. `answers` are given back in turn, then None."""

    messages: list = []
    answers: list = []

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return None

    def send(self, message):
        Box.messages.append(message)
        answer = Box.answers.pop(0) if Box.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def box(monkeypatch):
    """In place of the mail server: what each channel does with a message has tests of its own."""
    Box.messages, Box.answers = [], []
    monkeypatch.setitem(SENDERS, Channel.EMAIL, f"{__name__}.Box")
    return Box


@pytest.fixture
def teacher(place):
    person = make_person(place, "teacher", email="prof@exemple.fr", account=True)
    services.choose(person=person, kind="dummy.noted", channel="email", frequency="now")
    return person


@pytest.fixture
def deliver(place):
    def run():
        Notification.objects.filter(state=State.WAITING).update(due_at=timezone.now())
        return delivery.deliver(Channel.EMAIL, Modules(place), until=timezone.now() + timedelta(seconds=20))

    return run


def email_of(person):
    return Notification.objects.get(person=person, channel="email")


def test_what_is_due_leaves(tell, distribute, deliver, teacher, box):
    tell(people=[teacher])
    distribute()
    deliver()
    assert (email_of(teacher).state, [m.items[0].title for m in box.messages]) == (
        State.SENT,
        ["Un mot du cuisinier\u00a0: Merci"],
    )


def test_what_is_not_due_stays(place, tell, distribute, teacher, box):
    tell(people=[teacher])
    distribute()
    Notification.objects.update(due_at=timezone.now() + timedelta(hours=1))
    delivery.deliver(Channel.EMAIL, Modules(place), until=timezone.now() + timedelta(seconds=5))
    assert box.messages == []


def test_what_is_due_together_leaves_as_one_message(tell, distribute, deliver, teacher, box):
    for _ in range(3):
        tell(people=[teacher])
    distribute()
    deliver()
    assert [len(message.items) for message in box.messages] == [3]


def test_each_person_has_a_message_of_their_own(place, tell, distribute, deliver, teacher, box):
    other = make_person(place, "teacher", email="autre@exemple.fr", account=True)
    tell(people=[teacher, other])
    distribute()
    deliver()
    assert {message.person.pk for message in box.messages} == {teacher.pk, other.pk}


def test_a_passing_failure_is_tried_again_later(tell, distribute, deliver, teacher, box):
    box.answers = [Failure(reason=reasons.UNREACHABLE)]
    tell(people=[teacher])
    distribute()
    deliver()
    row = email_of(teacher)
    assert (row.state, row.reason, row.due_at > timezone.now()) == (State.WAITING, "unreachable", True)


def test_a_second_try_bears_the_same_id(tell, distribute, deliver, teacher, box):
    box.answers = [Failure(reason=reasons.UNREACHABLE)]
    tell(people=[teacher])
    distribute()
    deliver()
    deliver()
    assert box.messages[0].id == box.messages[1].id


def test_a_final_failure_is_given_up(tell, distribute, deliver, teacher, box):
    box.answers = [Failure(reason=reasons.BOUNCED, final=True)]
    tell(people=[teacher])
    distribute()
    deliver()
    assert (email_of(teacher).state, email_of(teacher).reason) == (State.FAILED, "bounced")


def test_failures_without_end_are_given_up(tell, distribute, deliver, teacher, box):
    tries = len(delivery.RETRIES_MINUTES) + 1
    box.answers = [Failure(reason=reasons.UNREACHABLE)] * (tries + 3)
    tell(people=[teacher])
    distribute()
    for _ in range(tries + 2):
        deliver()
    assert (email_of(teacher).state, len(box.messages)) == (State.FAILED, tries)


def test_our_own_mistake_does_not_hold_up_the_others(place, tell, distribute, deliver, teacher, box):
    box.answers = [ValueError("broken")]
    other = make_person(place, "teacher", email="autre@exemple.fr", account=True)
    tell(people=[teacher, other])
    distribute()
    deliver()
    assert sorted(row.state for row in rows(channel="email")) == [State.FAILED, State.SENT]


# --- The last look ------------------------------------------------------------------------------------------
def planned(tell, meal):
    return tell("dummy.planned", key=f"meal:{meal.pk}", data={"meal": meal.pk, "day": "lundi", "dish": "gratin"})


def test_a_guardian_who_lost_authority_meanwhile_is_not_told(tell, distribute, deliver, canteen, family, box):
    planned(tell, canteen(family[1]))
    distribute()
    GuardianLink.objects.update(authority="0")
    deliver()
    assert (email_of(family[0]).state, email_of(family[0]).reason, box.messages) == (
        State.CANCELLED,
        "not_concerned",
        [],
    )


def test_only_the_children_that_still_concern_one_are_named(tell, distribute, deliver, canteen, family, box):
    _guardian, lea, tom = family
    planned(tell, canteen(lea, tom))
    distribute()
    GuardianLink.objects.filter(child=lea).update(authority="0")
    deliver()
    assert [message.items[0].child_names for message in box.messages] == ["Tom"]


def test_a_module_switched_off_meanwhile_is_silent(tell, distribute, deliver, teacher, box):
    tell(people=[teacher])
    distribute()
    ModuleChoice.objects.filter(slug="dummy").update(enabled=False)
    deliver()
    assert (email_of(teacher).reason, box.messages) == ("module_off", [])


def test_a_channel_switched_off_meanwhile_is_silent(place, tell, distribute, teacher, box):
    tell(people=[teacher])
    distribute()
    Notification.objects.filter(channel="email").update(channel="sms")
    delivery.deliver(Channel.SMS, Modules(place), until=timezone.now() + timedelta(seconds=5))
    assert [row.reason for row in rows(teacher, channel="sms")] == ["channel_off"]


def test_what_was_withdrawn_does_not_leave(tell, distribute, deliver, teacher, box):
    tell(people=[teacher], key="x:1")
    distribute()
    services.withdraw("x:1")
    deliver()
    assert box.messages == []


# --- Leases -------------------------------------------------------------------------------------------------
def test_what_is_leased_is_not_taken_by_another(tell, distribute, deliver, teacher, box):
    tell(people=[teacher])
    distribute()
    Notification.objects.update(due_at=timezone.now())
    delivery.lease(delivery._due(Channel.EMAIL))
    deliver()
    assert box.messages == []


def test_what_a_dead_sender_held_is_sent_under_the_same_id(tell, distribute, deliver, teacher, box):
    tell(people=[teacher])
    distribute()
    Notification.objects.update(due_at=timezone.now())
    (row,) = delivery.lease(delivery._due(Channel.EMAIL))
    Notification.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    deliver()
    assert [message.id for message in box.messages] == [row.message]


def test_what_comes_after_a_dead_sender_is_another_message(tell, distribute, deliver, teacher, box):
    tell(people=[teacher])
    distribute()
    Notification.objects.update(due_at=timezone.now())
    delivery.lease(delivery._due(Channel.EMAIL))
    Notification.objects.filter(state=State.SENDING).update(lease_until=timezone.now() - timedelta(seconds=1))
    tell(people=[teacher])
    distribute()
    deliver()
    assert [len(message.items) for message in box.messages] == [1, 1]


def test_the_next_moment_is_the_earliest(tell, distribute, teacher):
    tell(people=[teacher])
    distribute()
    moment = timezone.now() + timedelta(hours=3)
    Notification.objects.filter(channel="email").update(due_at=moment)
    assert queues.next_moment() == moment.timestamp()


def test_new_hours_move_what_waits(tell, distribute, teacher):
    import time_machine

    with time_machine.travel("2026-11-24 10:00:00+01:00"):
        tell(people=[teacher])
        distribute()
        services.set_rhythm(person=teacher, quiet_from="09:00", quiet_until="15:00")
        moved = timezone.localtime(email_of(teacher).due_at)
    assert (moved.hour, moved.minute) == (15, 0)


