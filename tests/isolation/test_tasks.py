"""Tasks in a real Celery worker: each in its school, and none without one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from redis import Redis

from tenants.establishments.models import Lifecycle
from tenants.schemas.context import region, school
from tenants.schemas.tasks import HEADER, TaskWithoutSchool
from tests.factories import make_establishment

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("worker")]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def worker(django_db_setup: None) -> Iterator[str]:
    """A worker of its own on a queue of its own, against this process's test database."""
    queue = f"test-{uuid4().hex}"
    database = connection.settings_dict
    url = f"postgresql://{quote(database['USER'])}@/{database['NAME']}?host={quote(database['HOST'])}"
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "tests.isolation.worker_app", "worker", "-Q", queue,
         "--concurrency", "1", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    yield queue
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture
def send(worker: str) -> Callable[..., dict | None]:
    """Send a task (with optional raw headers) and wait for what it reports; None when nothing comes."""

    def _send(name: str, *, wait: float = 40, headers: dict | None = None) -> dict | None:
        from tests.isolation import worker_app

        key = f"report-{uuid4().hex}"
        task = getattr(worker_app, name)
        if headers is None:
            task.apply_async((key,), queue=worker)
        else:
            worker_app.app.send_task(task.name, (key,), queue=worker, headers=headers)
        redis = Redis.from_url(settings.REDIS_URL)
        until = monotonic() + wait
        while monotonic() < until:
            if found := redis.lpop(key):
                return json.loads(found)
            sleep(0.05)
        return None

    return _send


def test_a_task_runs_in_the_school_that_sent_it(send, lycee_a):
    with school(lycee_a):
        assert send("look_around") == {"role": lycee_a.schema_name, "canaries": [lycee_a.uai]}


def test_a_retried_task_comes_back_to_its_school(send, college_b):
    with school(college_b):
        assert send("look_twice") == {"role": college_b.schema_name, "canaries": [college_b.uai]}


def test_a_regional_task_stands_in_no_school(send):
    assert send("look_at_the_region") == {"role": "preau", "canaries": []}


def test_a_worker_keeps_its_connection_from_task_to_task(send, lycee_a, college_b):
    servers = []
    for establishment in (lycee_a, college_b, lycee_a):
        with school(establishment):
            servers.append(send("which_server")["pid"])
    assert len(set(servers)) == 1


def test_a_worker_whose_connection_was_ended_takes_another(send, lycee_a):
    with school(lycee_a):
        before = send("which_server")["pid"]
    with region(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    with school(lycee_a):
        assert send("which_server")["pid"] != before


@pytest.mark.parametrize("headers", [{}, {HEADER: "public"}, {HEADER: "e_0679981k, public"}, {HEADER: "e_0679999x"}])
def test_a_task_without_a_school_of_its_own_does_not_run(send, headers):
    assert send("look_around", wait=2, headers=headers) is None


def test_a_task_for_a_school_that_is_not_active_does_not_run(send):
    make_establishment("0679990V", slug="suspendue", lifecycle=Lifecycle.SUSPENDED)
    assert send("look_around", wait=2, headers={HEADER: "e_0679990v"}) is None


def test_a_schools_task_cannot_be_sent_from_the_region(worker):
    from tests.isolation import worker_app

    with pytest.raises(TaskWithoutSchool):
        worker_app.look_around.apply_async(("key",), queue=worker)
