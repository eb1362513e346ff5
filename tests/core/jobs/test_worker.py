"""Works in a real Celery worker: followed, recorded when they fail, found again when the worker is killed."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from core.jobs.models import Run
from tenants.schemas.context import region, school
from tenants.schemas.tasks import HEADER
from tenants.work import health
from tenants.work.models import JobDay, JobRun, TaskFailure
from tenants.work.tracking import WORK

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("worker"), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def queue():
    return f"test-{uuid4().hex}"


@pytest.fixture
def start(queue, lycee_a):
    """`start("one")` is a worker on the test's queue, against this process's test database."""
    database = connection.settings_dict
    url = f"postgresql://{quote(database['USER'])}@/{database['NAME']}?host={quote(database['HOST'])}"
    begun = []

    def begin(name):
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "tests.core.jobs.worker_app", "worker", "-Q", queue, "-n", name,
             "--concurrency", "1", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"],
            cwd=ROOT,
            env=os.environ
            | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )  # fmt: skip
        begun.append(process)
        return process

    yield begin
    for process in begun:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)
    _forget(lycee_a.schema_name)


def _forget(schema: str) -> None:
    """What a worker committed, no test takes back by itself."""
    database = connection.settings_dict
    address = {"user": database["USER"], "dbname": database["NAME"], "host": database["HOST"]}
    with psycopg.connect(**address) as other:
        for model in (TaskFailure, JobRun, JobDay):
            other.execute(f"DELETE FROM public.{model._meta.db_table}")
        other.execute(f"SET ROLE {schema}")
        other.execute(f"DELETE FROM {schema}.{Run._meta.db_table}")


@pytest.fixture
def send(queue, lycee_a):
    from tests.core.jobs import worker_app

    def _send(task, *arguments, **headers):
        headers = {HEADER: lycee_a.schema_name} | headers
        worker_app.app.send_task(task, arguments, queue=queue, headers=headers)

    return _send


COUNT, FALL = "tests.core.jobs.worker_app.count_to", "tests.core.jobs.worker_app.fall"


def wait(look, establishment, seconds=40):
    """The first truthy answer of `look()` in the school."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with school(establishment):
            if found := look():
                return found
        time.sleep(0.1)
    return None


def wait_in_region(look, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with region():
            if found := look():
                return found
        time.sleep(0.1)
    return None


def test_work_moves_while_it_runs_and_is_done(start, send, lycee_a):
    start("one")
    send(COUNT, 8, 0.25)
    assert wait(lambda: Run.objects.filter(state="running", done__gt=0, done__lt=8).first(), lycee_a)
    done = wait(lambda: Run.objects.filter(state="done").first(), lycee_a)
    assert (done.done, done.total, done.attempts) == (8, 8, 1)


def test_work_is_called_off_while_it_runs(start, send, lycee_a):
    start("one")
    send(COUNT, 400, 0.1)
    run = wait(lambda: Run.objects.filter(state="running", done__gt=0).first(), lycee_a)
    _elsewhere(lycee_a, "UPDATE jobs_run SET state = 'cancelled'")
    send(COUNT, 1, 0)  # the worker is free again
    assert wait(lambda: Run.objects.filter(state="done").first(), lycee_a, seconds=15)
    with school(lycee_a):
        run.refresh_from_db()
    assert run.state == "cancelled"


def test_task_that_falls_is_told_to_school_and_region_without_its_words(start, send, lycee_a):
    start("one")
    send(FALL)
    run = wait(lambda: Run.objects.filter(state="failed").first(), lycee_a)
    failure = wait_in_region(lambda: TaskFailure.objects.filter(uai=lycee_a.uai).first())  # told just after
    assert (run.label, failure.error, failure.uai) == ("Tâche en arrière-plan", "ValueError", lycee_a.uai)
    assert "Léa" not in f"{run.sentence}{run.place}{failure.place}{failure.arguments}"


def test_scheduled_job_is_recorded_for_school_and_region(start, send, lycee_a):
    start("one")
    send("core.modules.tasks.run_job", "files", "sweep")
    run = wait(lambda: Run.objects.filter(job="files.sweep").first(), lycee_a)
    job = wait_in_region(lambda: JobRun.objects.filter(job="files.sweep", uai=lycee_a.uai).first())
    assert (run.state, job.ok, job.uai) == ("done", True, lycee_a.uai)


def test_work_of_a_killed_worker_is_interrupted_and_goes_on_when_sent_again(start, send, lycee_a, monkeypatch):
    name = f"victim-{uuid4().hex[:8]}"
    worker = start(name)
    send(COUNT, 600, 0.05)
    run = wait(lambda: Run.objects.filter(state="running", done__gt=0).first(), lycee_a)
    assert name in run.worker
    os.killpg(worker.pid, signal.SIGKILL)
    monkeypatch.setitem(settings.CACHES["default"], "KEY_PREFIX", "preau")  # where that worker left its marks
    monkeypatch.setattr(health, "SILENCE", timedelta(seconds=1))
    monkeypatch.setattr(health, "_GONE_SECONDS", 10)
    assert wait(lambda: health.silent(Run.objects.get()), lycee_a)
    _elsewhere(lycee_a, "UPDATE jobs_run SET state = 'waiting'")  # what sending it again does, committed
    start("second")
    send(COUNT, 3, 0.01, **{WORK: run.pk})
    done = wait(lambda: Run.objects.filter(state="done").first(), lycee_a)
    assert (done.pk, done.attempts, done.done) == (run.pk, 2, 3)


def _elsewhere(establishment, statement):
    """Committed by somebody else than this test's transaction."""
    database = connection.settings_dict
    with psycopg.connect(user=database["USER"], dbname=database["NAME"], host=database["HOST"]) as other:
        other.execute(f"SET ROLE {establishment.schema_name}")
        other.execute(f"SET search_path TO {establishment.schema_name}")
        other.execute(statement)
