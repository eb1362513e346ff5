"""Which schools have something to do: marks in Redis, and the survey that needs none."""

import time

import pytest
import redis

from tenants import redis as shared
from tenants.schemas import waiting
from tenants.schemas.context import school

pytestmark = pytest.mark.django_db
SELECT = "SELECT timestamptz '2026-01-05 08:00+01'"


@pytest.fixture(autouse=True)
def _own_keys(monkeypatch):
    """Keys of this test alone, forgotten afterwards."""
    from uuid import uuid4

    own = f"test-{uuid4().hex}"
    monkeypatch.setattr(waiting, "KEY", own)
    monkeypatch.setattr(waiting, "WITNESS", f"{own}:witness")
    yield
    shared.client().delete(own, f"{own}:witness")


@pytest.fixture
def no_redis(monkeypatch, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    shared.client.cache_clear()
    yield
    shared.client.cache_clear()


def test_a_marked_school_is_due(lycee_a):
    with school(lycee_a):
        waiting.mark()
    assert waiting.take_due() == [lycee_a.schema_name]


def test_a_school_is_handed_out_once(lycee_a):
    with school(lycee_a):
        waiting.mark()
    waiting.take_due()
    assert waiting.take_due() == []


def test_a_school_whose_worker_died_comes_back(lycee_a, monkeypatch):
    monkeypatch.setattr(waiting, "LEASE_SECONDS", -1)
    with school(lycee_a):
        waiting.mark()
    waiting.take_due()
    assert waiting.take_due() == [lycee_a.schema_name]


def test_a_settled_school_is_left_alone(lycee_a):
    with school(lycee_a):
        waiting.mark()
        waiting.settle(waiting.seen(), None)
    assert waiting.take_due() == []


def test_a_school_that_waits_for_later_is_not_due_before(lycee_a):
    with school(lycee_a):
        waiting.mark()
        waiting.settle(waiting.seen(), time.time() + 60)
    assert waiting.take_due() == []


def test_what_comes_while_one_settles_is_not_lost(lycee_a):
    with school(lycee_a):
        waiting.mark()
        seen = waiting.seen()
        waiting.mark()
        waiting.settle(seen, None)
    assert waiting.take_due() == [lycee_a.schema_name]


def test_the_first_mark_of_a_school_can_be_settled_without_having_been_seen(lycee_a):
    with school(lycee_a):
        waiting.settle(waiting.seen(), time.time() - 1)
    assert waiting.take_due() == [lycee_a.schema_name]


def test_marking_without_redis_is_no_error(lycee_a, no_redis):
    with school(lycee_a):
        waiting.mark()


def test_settling_without_redis_is_no_error(lycee_a, no_redis):
    with school(lycee_a):
        waiting.settle(None, None)


def test_handing_out_without_redis_says_so(lycee_a, no_redis):
    with pytest.raises(redis.RedisError):
        waiting.take_due()


def test_the_survey_finds_what_nobody_marked(lycee_a, college_b):
    assert waiting.survey(SELECT) == 2
    assert set(waiting.take_due()) == {lycee_a.schema_name, college_b.schema_name}


def test_the_survey_asks_each_school_as_itself(lycee_a, college_b):
    only_a = f"SELECT CASE current_user WHEN '{lycee_a.schema_name}' THEN now() END"
    waiting.survey(only_a)
    assert waiting.take_due() == [lycee_a.schema_name]


def test_a_school_that_cannot_answer_does_not_hide_the_others(lycee_a, college_b):
    broken = f"SELECT now() + (1 / (current_user <> '{lycee_a.schema_name}')::int) * interval '0 s'"
    assert waiting.survey(broken) == 1


def test_the_survey_ends_in_the_region(lycee_a):
    from django.db import connection

    waiting.survey(SELECT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user || ' ' || current_schema()")
        assert cursor.fetchone()[0] == "preau public"


def test_a_redis_that_nobody_witnessed_may_have_forgotten():
    assert waiting.lost_memory() is not None


def test_a_witnessed_redis_has_not():
    waiting.witness(waiting.lost_memory())
    assert waiting.lost_memory() is None
