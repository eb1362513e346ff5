"""A worker's application for the tests: the project's, plus tasks that report where they ran."""

import json

import django

django.setup()

from celery import shared_task  # noqa: E402 -- after the set-up
from django.db import connection  # noqa: E402
from redis import Redis  # noqa: E402

from config.celery import app  # noqa: E402, F401 -- what `celery -A` looks for
from tenants.schemas.context import region, school  # noqa: E402
from tenants.schemas.tasks import RegionalTask  # noqa: E402
from tests.schools import COLLEGE_B, canaries_in_sight  # noqa: E402


def _report(key: str) -> None:
    from django.conf import settings

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text")
        role = cursor.fetchone()[0]
    redis = Redis.from_url(settings.REDIS_URL)
    redis.rpush(key, json.dumps({"role": role, "canaries": canaries_in_sight()}))
    redis.expire(key, 60)


@shared_task
def which_server(key: str) -> None:
    from django.conf import settings

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    Redis.from_url(settings.REDIS_URL).rpush(key, json.dumps({"pid": pid}))


@shared_task
def look_around(key: str) -> None:
    _report(key)


@shared_task(bind=True, max_retries=1)
def look_twice(self, key: str) -> None:
    """The retry must come back to the same school."""
    if self.request.retries == 0:
        raise self.retry(countdown=0)
    _report(key)


@shared_task
def send_on(key: str) -> None:
    """A task sent by a task, after a stay elsewhere."""
    with region(), school(COLLEGE_B):
        canaries_in_sight()
    look_around.delay(key)


@shared_task(base=RegionalTask)
def look_at_the_region(key: str) -> None:
    _report(key)
