"""Celery's health, from what workers, scheduler and queue leave in Redis."""

import json
import time

import pytest
from redis import Redis

from tenants import redis
from tenants.work import health, words


@pytest.fixture
def queue(settings):
    """A queue of its own, which no worker reads."""
    name = f"test-{time.time_ns()}"
    settings.CELERY_TASK_DEFAULT_QUEUE = name
    prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    yield f"{prefix}{name}"
    redis.client().delete(f"{prefix}{name}")


def test_silence_means_that_nobody_works(queue):
    found = health.read()
    assert (found.reachable, dict(found.workers), found.beat_alive) == (True, {}, False)


def test_marks_mean_life(queue, alive):
    found = health.read()
    assert (list(found.workers), found.beat_alive, found.well) == (["celery@here"], True, True)


def test_worker_that_stops_says_so(queue, alive):
    health.unmark_worker("celery@here")
    assert not health.read().workers


def test_worker_marks_itself_every_few_seconds_only(queue, alive):
    redis.client().delete(redis.key("work", "workers"))
    health.mark_worker("celery@here")
    assert not health.read().workers


def test_queue_is_measured(queue):
    for age in (90, 10):
        redis.client().lpush(queue, json.dumps({"headers": {health.SENT: time.time() - age}}))
    found = health.read()
    assert (found.waiting, found.oldest in range(89, 93)) == (2, True)


@pytest.mark.parametrize("message", ["{}", "no json", '{"headers": {"preau_sent": "x"}}', '{"headers": {}}'])
def test_message_that_does_not_say_when_it_was_sent(queue, message):
    redis.client().lpush(queue, message)
    assert health.read().oldest is None


def test_redis_that_is_down_is_said(monkeypatch):
    monkeypatch.setattr(health, "client", lambda: Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2))
    assert health.read() == health.Health()
    health.mark_beat()


@pytest.mark.parametrize(
    ("found", "title"),
    [
        (health.Health(), "La file de travail ne répond pas"),
        (health.Health(reachable=True, beat=3), "Personne ne prend les travaux"),
        (health.Health(reachable=True, workers={"a": 1}), "L’horloge est arrêtée"),
        (health.Health(reachable=True, workers={"a": 1}, beat=1, waiting=9, oldest=900), "La file est longue"),
        (health.Health(reachable=True, workers={"a": 1}, beat=1, waiting=9, oldest=2), "Tout fonctionne"),
    ],
)
def test_health_is_said_in_words(found, title):
    assert words.summary(found)["title"] == title


def test_every_regional_task_of_the_scheduler_has_a_name():
    from celery import current_app

    entries = current_app.conf.beat_schedule.values()
    assert [entry["task"] for entry in entries if not entry.get("args") and entry["task"] not in words.TASKS] == []
