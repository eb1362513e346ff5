"""The tasks, run in place: what calls what, and what is found when a call was lost. Real workers: the bench's kills."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.celery import app
from core.notifications import queues, tasks
from core.notifications.models import Event, Notification
from tenants.redis import client
from tenants.schemas import waiting
from tenants.schemas.context import region, school
from tests.core.notifications.world import rows
from tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_place(monkeypatch):
    """Tasks run where they are sent; marks and calls of this test alone."""
    from uuid import uuid4

    own = f"test-{uuid4().hex}:"
    monkeypatch.setattr(app.conf, "task_always_eager", True)
    monkeypatch.setattr(app.conf, "task_eager_propagates", True)
    monkeypatch.setattr(waiting, "KEY", f"{own}waiting")
    monkeypatch.setattr(waiting, "WITNESS", f"{own}witness")
    monkeypatch.setattr(queues, "PREFIX", own)
    yield
    for key in client().scan_iter(f"{own}*"):
        client().delete(key)


@pytest.fixture
def teacher(place):
    return make_person(place, "teacher", email="prof@exemple.fr", account=True)


def test_the_relay_distributes(place, tell, teacher):
    tell(people=[teacher])
    queues.call(queues.RELAY)
    assert len(rows(teacher, channel="in_app")) == 1


def test_what_is_due_leaves_by_itself(place, tell, teacher, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    tell(people=[teacher], importance="urgent")
    queues.call(queues.RELAY)
    assert rows(teacher, channel="email")[0].state == "sent"


def test_a_second_call_is_not_sent_while_one_waits(place, tell, teacher):
    client().set(queues._called(queues.RELAY), "1")
    tell(people=[teacher])
    queues.call(queues.RELAY)
    assert rows(teacher) == []


def test_the_sweeper_finds_what_a_lost_call_left(place, tell, teacher):
    tell(people=[teacher])
    with region():
        waiting.witness(waiting.lost_memory())
        assert tasks.sweep() == 1
    assert len(rows(teacher, channel="in_app")) == 1


def test_the_sweeper_finds_what_a_redis_without_memory_forgot(place, tell, teacher):
    tell(people=[teacher])
    client().delete(waiting.KEY)
    with region():
        tasks.sweep()
    assert len(rows(teacher, channel="in_app")) == 1


def test_the_survey_finds_what_nobody_marked(place, tell, teacher):
    tell(people=[teacher])
    client().delete(waiting.KEY)
    with region():
        assert tasks.survey() == 1


def test_the_survey_finds_mail_whose_sender_died(place, tell, distribute, teacher):
    tell(people=[teacher])
    distribute()
    past = timezone.now() - timedelta(minutes=2)
    Notification.objects.filter(channel="email").update(state="sending", lease_until=past)
    client().delete(waiting.KEY)
    with region():
        tasks.survey()
    assert waiting.take_due() == [place.schema_name]


def test_a_school_with_nothing_left_is_asked_no_more(place, tell, teacher):
    tell(people=[teacher])
    Notification.objects.filter(channel="email").update(due_at=timezone.now())
    queues.call(queues.RELAY)
    later = float(client().zscore(waiting.KEY, place.schema_name) or 0)
    assert later == rows(teacher, channel="email")[0].due_at.timestamp()


def test_a_task_without_a_school_is_refused(lycee_a):
    from tenants.schemas.tasks import TaskWithoutSchool

    with pytest.raises(TaskWithoutSchool):
        tasks.relay_outbox.delay()


def test_urgent_things_are_distributed_before_what_came_first(place, tell, teacher):
    tell(people=[teacher])
    tell(people=[teacher], importance="urgent")
    from core.modules.state import Modules
    from core.notifications import relay

    with school(place):
        relay.step(Modules(place))
        relay.step(Modules(place))
    assert Event.objects.filter(notifications__isnull=False).distinct().get().importance == "urgent"
