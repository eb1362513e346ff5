"""Nobody sends more than they may, whichever way it goes."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from core.errors import DomainError
from core.people.models import Person
from modules.messaging.choices import DraftState
from modules.messaging.models import Conversation, Message
from modules.messaging.services import drafts, limits, sending
from tests.modules.messaging.writing import CLOSED, OPEN, drafted, of_class, send, settle, to

pytestmark = pytest.mark.django_db


def test_a_class_counts_for_as_many_as_it_has(here):
    settle(staff_recipients=1)
    with pytest.raises(DomainError, match="2 destinataires"):
        send(here, here.teacher, of_class(here, "pupils"))


def test_messages_of_an_hour_are_counted(here):
    settle(pupil_hourly=1)
    send(here, here.pupil, to(here.teacher))
    with pytest.raises(DomainError, match="Réessayez à 11:00"):
        send(here, here.pupil, to(here.brother))


def test_an_hour_later_they_are_not(here):
    settle(pupil_hourly=1)
    send(here, here.pupil, to(here.teacher))
    assert isinstance(send(here, here.pupil, to(here.brother), now=OPEN + timedelta(minutes=61)), Message)


def test_recipients_of_a_day_are_counted(here):
    settle(pupil_daily=1)
    send(here, here.pupil, to(here.teacher))
    with pytest.raises(DomainError, match="par jour"):
        send(here, here.pupil, to(here.brother), now=OPEN + timedelta(hours=3))


def test_what_is_programmed_is_counted(here):
    settle(pupil_daily=1)
    waiting = send(here, here.pupil, to(here.teacher), send_at=OPEN + timedelta(hours=2))
    assert waiting.state == DraftState.SCHEDULED
    with pytest.raises(DomainError):
        send(here, here.pupil, to(here.brother))


def test_what_is_held_is_counted(here):
    settle(staff_daily=1)
    send(here, here.teacher, to(here.parent), now=CLOSED)
    with pytest.raises(DomainError):
        send(here, here.teacher, to(here.pupil), now=CLOSED)


def test_what_waits_leaves_though_it_was_counted(here):
    settle(staff_daily=1)
    held = send(here, here.teacher, to(here.parent), now=CLOSED)
    assert sending.deliver_due(now=held.send_at) == 1


def test_a_program_meets_the_same_limit(here):
    settle(pupil_hourly=1)
    send(here, here.pupil, to(here.teacher))
    fields = {"subject": "Encore", "body": "Moi.", "lines": [to(here.brother)], "via": "api"}
    with pytest.raises(DomainError):
        sending.write_and_send(viewer=here.viewer(here.pupil), key=uuid4(), now=OPEN, **fields)


def test_the_widest_of_ones_roles_holds(here):
    Person.objects.filter(pk=here.parent.pk).update(roles=["guardian", "administrative"])
    assert limits.limit(here.viewer(here.parent), "recipients") == 6000


def test_of_two_at_once_one_waits_for_the_other(here):
    """The lock is the sender's, and ends with the transaction: a second connection cannot take it meanwhile."""
    drafted(here, here.pupil, to(here.teacher))
    limits.lock(here.pupil)
    taken = []

    def other():
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_try_advisory_xact_lock({limits._KEY})", schema_and_key)
                taken.append(cursor.fetchone()[0])
        finally:
            connection.close()

    schema_and_key = limits._of(here.pupil)
    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert taken == [False]


def test_a_draft_alone_counts_for_nothing(here):
    settle(pupil_hourly=1)
    for _n in range(3):
        drafted(here, here.pupil, to(here.teacher))
    assert isinstance(send(here, here.pupil, to(here.teacher)), Message)


def test_two_under_one_key_make_one_conversation(here):
    draft = drafted(here, here.head, to(here.teacher))
    for _n in range(2):
        sending.send(viewer=here.viewer(here.head), draft=draft, now=OPEN)
    assert Conversation.objects.count() == 1


def test_a_reopened_draft_is_free_again(here):
    settle(pupil_daily=1)
    waiting = send(here, here.pupil, to(here.teacher), send_at=OPEN + timedelta(hours=2))
    drafts.reopen(viewer=here.viewer(here.pupil), draft=waiting)
    assert isinstance(send(here, here.pupil, to(here.brother)), Message)
