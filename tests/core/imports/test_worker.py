"""An import in a real worker that is killed in the middle: nothing of it is there; sent again, all of it is."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from tenants.schemas.tasks import HEADER
from tests.core.imports.exports import write

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("worker"), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[3]
UAI = "0679983M"
SCHEMA = f"e_{UAI.lower()}"
# In a process of its own, because what it does is committed: a school, and an import that waits to be applied
_PREPARE = """
import json, sys
from pathlib import Path
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from core.imports import tasks
from core.imports.services import prepare, receive, start_apply
from tenants.schemas import provisioning
from tenants.schemas.context import school
from tests.factories import make_establishment
establishment = make_establishment("{uai}")
provisioning.provision(establishment, actor=None)
for task in (tasks.read_import, tasks.apply_import):
    task.apply_async = lambda *args, **options: None
with school("{uai}"):
    uploads = [SimpleUploadedFile(path.name, path.read_bytes()) for path in Path(sys.argv[1]).iterdir()]
    run = receive(uploads=uploads, format="aaf", actor=None)
    prepare(run)
    run.refresh_from_db()
    run = start_apply(run=run, actor=None)
    print(json.dumps([run.pk, run.work, run.counts["pupil"]["created"]]))
"""


@pytest.fixture
def environment(tmp_path):
    database = connection.settings_dict
    url = f"postgresql://{quote(database['USER'])}@/{database['NAME']}?host={quote(database['HOST'])}"
    return os.environ | {
        "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT),
        "PREAU_IMPORTS_ROOT": str(tmp_path / "imports"),
    }  # fmt: skip


@pytest.fixture
def other():
    """A connection that sees what is committed, as any other process does."""
    database = connection.settings_dict
    address = {"user": database["USER"], "dbname": database["NAME"], "host": database["HOST"]}
    with psycopg.connect(**address, autocommit=True) as opened:
        yield opened
        opened.execute("RESET ROLE")
        opened.execute(f"SET ROLE {SCHEMA}; DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; RESET ROLE")
        tables = opened.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'uai'"
            " AND table_name <> 'establishments_establishment'"
        ).fetchall()
        for (table,) in tables:
            opened.execute(f'DELETE FROM public."{table}" WHERE uai = %s', [UAI])
        opened.execute(
            "DELETE FROM public.establishments_domain WHERE tenant_id ="
            " (SELECT id FROM public.establishments_establishment WHERE uai = %s)", [UAI],
        )  # fmt: skip
        opened.execute("DELETE FROM public.establishments_establishment WHERE uai = %s", [UAI])


@pytest.fixture
def watching():
    """A school's role does not see what other roles wait for; who signs in does."""
    database = connection.settings_dict
    address = {"user": database["USER"], "dbname": database["NAME"], "host": database["HOST"]}
    with psycopg.connect(**address, autocommit=True) as opened:
        yield opened


@pytest.fixture
def start(environment):
    """`start("one")` is a worker on a queue of the test's own."""
    queue, begun = f"test-{uuid4().hex}", []

    def begin(name):
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "tests.core.jobs.worker_app", "worker", "-Q", queue, "-n", name,
             "--concurrency", "1", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"],
            cwd=ROOT, env=environment, start_new_session=True,
        )  # fmt: skip
        begun.append(process)
        return process

    begin.queue = queue
    yield begin
    for process in begun:
        kill(process)


def kill(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)


def until(condition, seconds=180):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.1)
    return found


def test_killed_in_the_middle_nothing_is_half_applied(tmp_path, environment, other, watching, start):
    folder = write(tmp_path / "aaf", UAI, people=400)
    done = subprocess.run(
        [sys.executable, "-c", _PREPARE.replace("{uai}", UAI), str(folder)], cwd=ROOT, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not done.returncode, done.stderr[-2000:]
    run, work, pupils = json.loads(done.stdout.splitlines()[-1])
    send(start.queue, run, work)
    people = f"SELECT count(*) FROM {SCHEMA}.people_person"

    def waiting():
        return watching.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE NOT l.granted AND n.nspname = %s AND c.relname = 'people_guardianlink'",
            [SCHEMA],
        ).fetchone()[0]

    # People are written, their links are not yet: it waits for us, and dies.
    other.execute(f"SET ROLE {SCHEMA}")
    with other.transaction():
        other.execute(f"LOCK TABLE {SCHEMA}.people_guardianlink IN EXCLUSIVE MODE")
        worker = start("one")
        until(waiting)
        kill(worker)
    until(lambda: not waiting())
    assert other.execute(people).fetchone()[0] == 0
    send(start.queue, run, work)
    start("two")
    state = f"SELECT state FROM {SCHEMA}.imports_run"
    until(lambda: other.execute(state).fetchone()[0] == "applied")
    assert other.execute(f"{people} WHERE roles = '{{pupil}}'").fetchone()[0] == pupils


def send(queue, run, work):
    from tenants.work.tracking import WORK
    from tests.core.jobs import worker_app

    headers = {HEADER: SCHEMA, WORK: work}
    worker_app.app.send_task("core.imports.tasks.apply_import", [run], queue=queue, headers=headers)
