"""PostgreSQL and Redis as the application finds them."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from scripts.support import engines, home, paths
from scripts.support.identity import Identity, engine_identity
from scripts.support.terminal import Stop
from tests.scripts.conftest import Checkout, checkouts

BOTH = ["postgresql", "redis"]


@pytest.fixture(scope="module")
def lease() -> Iterator[engines.Lease]:
    with checkouts() as make:
        taken = engines.use(make().data, throwaway=True, names=BOTH)
        yield taken
        taken.release()


def ask(lease: engines.Lease, question: str) -> object:
    with psycopg.connect(lease.environment["DATABASE_URL"]) as connection:
        return connection.execute(question).fetchone()[0]


def test_application_role_has_only_the_rights_it_needs(lease: engines.Lease) -> None:
    rights = ask(
        lease,
        "SELECT (rolcanlogin, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolbypassrls)::text"
        " FROM pg_roles WHERE rolname = current_user",
    )

    assert rights == "(t,f,f,t,t,f)"


def test_application_may_take_on_the_roles_it_makes_without_inheriting(lease: engines.Lease) -> None:
    with psycopg.connect(lease.environment["DATABASE_URL"]) as connection:
        connection.execute("CREATE ROLE e_0000000a")
        made = connection.execute(
            "SELECT set_option, inherit_option FROM pg_auth_members m WHERE roleid = 'e_0000000a'::regrole"
            " AND m.grantor = current_user::regrole"
        ).fetchone()

    assert made == (True, False)


def test_public_schema_is_closed_to_everyone_in_new_databases_too(lease: engines.Lease) -> None:
    url = lease.environment["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE test_preau")
        connection.execute("CREATE ROLE e_0000000b")
    for name in (url, url.replace("/preau?", "/test_preau?")):
        with psycopg.connect(name) as connection:
            assert connection.execute(
                "SELECT has_schema_privilege('e_0000000b', 'public', 'USAGE')"
            ).fetchone() == (False,)


def test_database_is_utf8_and_listens_on_no_network(lease: engines.Lease) -> None:
    assert ask(lease, "SHOW server_encoding") == "UTF8"
    assert ask(lease, "SELECT lower('ÉCOLE')") == "école"
    assert ask(lease, "SHOW listen_addresses") == ""
    assert ask(lease, "SHOW max_locks_per_transaction") == "2048"


def test_redis_answers_on_its_socket_only(lease: engines.Lease) -> None:
    client = redis.Redis.from_url(lease.environment["REDIS_URL"])

    assert client.ping()
    assert client.config_get("port") == {"port": "0"}


def test_broker_understands_the_address_of_the_socket(lease: engines.Lease) -> None:
    from kombu import Connection

    address = lease.environment["REDIS_URL"].replace("unix://", "redis+socket://")
    address = address.replace("?db=", "?virtual_host=")
    with Connection(address) as connection:
        queue = connection.SimpleQueue("essai")
        queue.put({"a": 1})

        assert queue.get(timeout=5).payload == {"a": 1}


def test_throwaway_data_is_gone_the_next_time(checkout: Checkout) -> None:
    first = engines.use(checkout.data, throwaway=True, names=BOTH)
    with psycopg.connect(first.environment["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE left_over (id int)")
    first.release()

    second = engines.use(checkout.data, throwaway=True, names=BOTH)

    assert ask(second, "SELECT to_regclass('left_over')") is None
    second.release()


def test_lasting_data_is_there_the_next_time(checkout: Checkout) -> None:
    first = engines.use(checkout.data, names=BOTH)
    with psycopg.connect(first.environment["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    redis.Redis.from_url(first.environment["REDIS_URL"]).set("kept", "1")
    assert ask(first, "SHOW fsync") == "on"
    first.release()

    second = engines.use(checkout.data, names=BOTH)

    assert ask(second, "SELECT to_regclass('kept')") == "kept"
    assert redis.Redis.from_url(second.environment["REDIS_URL"]).get("kept") == b"1"
    second.release()


def test_failing_engine_says_why_and_where_to_look(checkout: Checkout) -> None:
    engines.use(checkout.data, names=["postgresql"]).release()
    cluster = next(checkout.data.rglob("PG_VERSION")).parent
    (cluster / "postgresql.conf").write_text("nonsense")

    reason = r"PostgreSQL s’est arrêté en démarrant(.|\n)*postgresql\.log(.|\n)*contains errors"
    with pytest.raises(Stop, match=reason):
        engines.use(checkout.data, names=["postgresql"])


def test_socket_path_is_short_whatever_the_checkout(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 100) / ("y" * 100)

    assert len(os.fsencode(paths.socket_dir(long, "postgresql") / ".s.PGSQL.5432.lock")) < 107


def test_socket_folder_of_someone_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "taken").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Stop, match="appartient à quelqu’un d’autre"):
        home.claim(tmp_path / "taken", None)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the databases to another user")
def test_root_keeps_the_databases_where_their_user_reaches_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "ELSEWHERE", tmp_path / "elsewhere")
    data = tmp_path / "closed" / ".data"
    data.mkdir(parents=True)
    data.parent.chmod(0o700)
    identity = engine_identity(data / "engines")

    chosen = home.engines_home(data, identity)

    assert chosen.parent == tmp_path / "elsewhere"
    assert home.engines_home(data, identity) == chosen


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the databases to another user")
def test_copy_of_a_root_checkout_gets_databases_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "ELSEWHERE", tmp_path / "elsewhere")
    nobody = Identity("nobody", 65534, 65534)
    first, copy = tmp_path / "first", tmp_path / "copy"
    chosen = home.engines_home(first, nobody)
    (copy / "engines").mkdir(parents=True)
    (copy / "engines" / "place").write_text((first / "engines" / "place").read_text())

    assert home.engines_home(copy, nobody) != chosen
