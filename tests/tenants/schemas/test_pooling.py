"""A real PgBouncer between us and PostgreSQL, in each of its modes."""

import os
import pwd
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.utils import load_backend

from tenants.schemas import pooling

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
ROOT = Path(__file__).parents[3]
PORT = "6432"
pytestmark = pytest.mark.django_db
SETTINGS = """
[databases]
* = {target}
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
unix_socket_mode = 0777
auth_type = any
logfile = {folder}/log
{more}
"""
CANARIES = "SELECT session_key FROM django_session WHERE session_key LIKE 'canary-%'"


def test_without_a_pooler_nothing_is_refused():
    pooling.refuse_shared_servers()


class Pooler:
    """One PgBouncer, and connections through it as the application makes them."""

    def __init__(self, folder):
        self.folder = folder
        self.opened = []

    def connection(self):
        """A connection of our backend's own."""
        base = connections["default"].settings_dict
        settings = {**base, "HOST": str(self.folder), "PORT": PORT}
        made = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "default")
        self.opened.append(made)
        return made

    def url(self):
        base = connections["default"].settings_dict
        query = urlencode({"host": str(self.folder), "port": PORT})
        return f"postgresql://{quote(base['USER'])}@/{quote(base['NAME'])}?{query}"


@pytest.fixture
def pgbouncer(tmp_path_factory, monkeypatch):
    """`pgbouncer("session", "server_reset_query = …")` starts one and sends the default connection's checks there."""
    if not PGBOUNCER:
        pytest.skip("pgbouncer is not installed (apt install pgbouncer)")
    running = []

    def start(mode, more="server_reset_query = DISCARD ALL"):
        pooler = _start(mode, more, running)
        params = {**connections["default"].get_connection_params(), "host": str(pooler.folder), "port": PORT}
        monkeypatch.setattr(connections["default"], "get_connection_params", lambda: dict(params))
        return pooler

    yield start
    for process, pooler in running:
        for made in pooler.opened:
            made.close()
        process.terminate()
        process.wait(10)
        shutil.rmtree(pooler.folder, ignore_errors=True)


def _start(mode, more, running):
    base = connections["default"].settings_dict
    target = {"host": base["HOST"], "port": base["PORT"], "user": base["USER"], "password": base["PASSWORD"]}
    # Short, because a socket's path may have 107 letters only
    folder = Path("/tmp") / f"preau-pgb-{os.getpid()}-{len(running)}"  # noqa: S108 -- removed afterwards
    folder.mkdir(mode=0o755)
    user = _user(base["HOST"], folder)
    (folder / "ini").write_text(
        SETTINGS.format(
            target=" ".join(f"{name}='{value}'" for name, value in target.items() if value),
            port=PORT, folder=folder, more=f"pool_mode = {mode}\n{more}",
        )
    )  # fmt: skip
    pooler = Pooler(folder)
    process = subprocess.Popen([PGBOUNCER, "-q", str(folder / "ini")], **user)
    running.append((process, pooler))
    _wait_for(pooler, process)
    return pooler


def _user(host, folder):
    """Who it runs as: it refuses root, and must reach PostgreSQL's socket."""
    if os.geteuid() != 0:
        return {}
    near = Path(host)
    owner = near.stat().st_uid if near.is_dir() else pwd.getpwnam("nobody").pw_uid
    owner = owner or pwd.getpwnam("nobody").pw_uid
    group = pwd.getpwuid(owner).pw_gid
    os.chown(folder, owner, group)
    return {"user": owner, "group": group, "extra_groups": []}


def _wait_for(pooler, process):
    base = connections["default"].settings_dict
    for _ in range(100):
        assert process.poll() is None, (pooler.folder / "log").read_text()
        try:
            psycopg.connect(host=str(pooler.folder), port=PORT, user=base["USER"], dbname=base["NAME"]).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError((pooler.folder / "log").read_text())


def canaries(connection):
    with connection.cursor() as cursor:
        cursor.execute(CANARIES)
        return [key.removeprefix("canary-") for (key,) in cursor.fetchall()]


def program(pooler, *command, **environment):
    """Start the application's own programs against the pooler."""
    here = {
        **os.environ,
        "DATABASE_URL": pooler.url(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
        **environment,
    }
    return subprocess.run(
        [sys.executable, *command], env=here, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_session_mode_is_accepted(pgbouncer):
    pgbouncer("session")
    pooling.refuse_shared_servers()


@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_other_modes_are_refused(pgbouncer, mode):
    pgbouncer(mode)
    with pytest.raises(ImproperlyConfigured, match="pool_mode = session"):
        pooling.refuse_shared_servers()


def test_transaction_mode_is_refused_while_others_use_the_pooler(pgbouncer):
    pooler = pgbouncer("transaction", "default_pool_size = 5")
    for _ in range(3):
        busy = pooler.connection()
        busy.ensure_connection()
        busy.connection.autocommit = False
        busy.connection.execute("SELECT 1")  # and holds a server
    with pytest.raises(ImproperlyConfigured):
        pooling.refuse_shared_servers()


def test_transaction_mode_with_a_single_server_is_refused_too(pgbouncer):
    pgbouncer("transaction", "default_pool_size = 1")
    with pytest.raises(ImproperlyConfigured):
        pooling.refuse_shared_servers()


def test_servers_that_are_not_reset_are_refused(pgbouncer):
    pgbouncer("session", "server_reset_query =")
    with pytest.raises(ImproperlyConfigured, match="DISCARD ALL"):
        pooling.refuse_shared_servers()


def test_a_pooler_whose_places_are_all_taken_is_not_refused(pgbouncer, monkeypatch):
    monkeypatch.setattr(pooling, "PATIENCE_SECONDS", 0.2)
    pgbouncer("session", "default_pool_size = 1\nserver_reset_query = DISCARD ALL")
    pooling.refuse_shared_servers()


def test_a_database_that_does_not_answer_is_left_to_those_who_need_it(monkeypatch):
    params = {**connections["default"].get_connection_params(), "host": "/nonexistent"}
    monkeypatch.setattr(connections["default"], "get_connection_params", lambda: dict(params))
    pooling.refuse_shared_servers()


def test_djangos_check_of_the_database_says_it(pgbouncer):
    pgbouncer("transaction")
    found = run_checks(tags=["database"], databases=["default"])
    assert [message.id for message in found] == ["schemas.E010"]


@pytest.mark.parametrize("module", ["config.wsgi", "config.asgi"])
def test_the_web_does_not_start_in_transaction_mode(pgbouncer, module):
    ended = program(pgbouncer("transaction"), "-c", f"import {module}")
    assert ended.returncode != 0
    assert "pool_mode = session" in ended.stderr


def test_a_worker_does_not_start_in_transaction_mode(pgbouncer):
    ended = program(
        pgbouncer("transaction"), "-m", "celery", "-A", "config.celery", "worker", "--pool", "solo", "-Q", "nobody"
    )
    assert ended.returncode != 0
    assert "pool_mode = session" in ended.stderr


def test_session_mode_serves_schools(pgbouncer, lycee_a, college_b):
    pooler = pgbouncer("session", "default_pool_size = 4\nserver_reset_query = DISCARD ALL")
    code = """
import django; django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.test import Client
def visit(slug):
    return Client(headers={"host": f"{slug}.localhost"}).get("/").status_code
with ThreadPoolExecutor(4) as pool:
    print(sorted(set(pool.map(visit, ["lycee-a", "college-b"] * 20))))
"""
    ended = program(pooler, "-c", code, DJANGO_SETTINGS_MODULE="tests.settings")
    assert ended.stdout.strip().endswith("[200]"), ended.stderr[-2000:]


def test_in_session_mode_each_connection_keeps_its_school(pgbouncer, lycee_a, college_b):
    pooler = pgbouncer("session", "default_pool_size = 4\nserver_reset_query = DISCARD ALL")
    first, second = pooler.connection(), pooler.connection()
    first.set_tenant(lycee_a)
    second.set_tenant(college_b)
    seen = [(canaries(first), canaries(second)) for _ in range(10)]
    assert seen == [([lycee_a.uai], [college_b.uai])] * 10


def test_in_session_mode_a_place_taken_over_stands_in_no_school(pgbouncer, lycee_a):
    pooler = pgbouncer("session", "default_pool_size = 1\nserver_reset_query = DISCARD ALL")
    first = pooler.connection()
    first.set_tenant(lycee_a)
    canaries(first)
    first.close()
    bare = psycopg.connect(**pooler.connection().get_connection_params())
    try:
        found = bare.execute("SELECT current_user::text = session_user::text, current_schema()").fetchone()
    finally:
        bare.close()
    assert found == (True, "public")


def test_in_transaction_mode_one_school_would_read_another(pgbouncer, lycee_a, college_b):
    """What the refusal is for: our backend told each connection its school, and the pooler mixed them."""
    pooler = pgbouncer("transaction")
    first, second = pooler.connection(), pooler.connection()
    first.set_tenant(lycee_a)
    second.set_tenant(college_b)
    assert canaries(first) == [lycee_a.uai]
    assert canaries(second) == [college_b.uai]
    assert canaries(first) == [college_b.uai]
