"""A PostgreSQL and a Redis of the measure's own, with the durability of every day, and the kill of both at will."""

import os
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from scripts.support import home, locks, place, processes
from scripts.support.postgres import ADMIN, APPLICATION, Postgres
from scripts.support.redis import Redis
from scripts.support.terminal import Stop

# What a reader of the figures must know of the server.
TOLD = (
    "server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_level", "shared_buffers", "work_mem",
    "maintenance_work_mem", "max_wal_size", "checkpoint_timeout", "max_connections", "max_locks_per_transaction",
    "recovery_init_sync_method", "autovacuum", "autovacuum_naptime", "data_checksums", "file_copy_method", "io_method",
)  # fmt: skip


class Cluster:
    """Started directly, without the keeper that would start PostgreSQL again by itself."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.postgres = Postgres(data)
        self.redis = Redis(data)
        self._running: dict[str, Any] = {}

    def start(self) -> float:
        """Start what does not run. Returns the seconds until PostgreSQL answered."""
        if "redis" not in self._running:
            self._running["redis"] = self.redis.start()
        begun = time.perf_counter()
        self._running["postgres"] = self.postgres.start()
        return time.perf_counter() - begun

    def stop(self) -> None:
        for name, engine in (("postgres", self.postgres), ("redis", self.redis)):
            if process := self._running.pop(name, None):
                engine.stop(process)

    def kill(self) -> None:
        """SIGKILL to the postmaster and to every process of its, as a loss of power would."""
        process = self._running.pop("postgres")
        process.kill()
        process.wait()
        deadline = time.monotonic() + 10
        while left := processes.working_in(self.postgres.cluster):
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if time.monotonic() > deadline:
                raise Stop("PostgreSQL ne meurt pas.")
            time.sleep(0.01)

    def kill_redis(self, *, forget: bool) -> None:
        """SIGKILL to Redis; `forget`: its files go with it."""
        process = self._running.pop("redis")
        process.kill()
        process.wait()
        if forget:
            self.redis.forget()

    # --- what others need to reach it -----------------------------------------------------------------------
    @property
    def urls(self) -> dict[str, str]:
        return {"DATABASE_URL": self.postgres.url(), "REDIS_URL": self.redis.url()}

    def environment(self, **more: str) -> dict[str, str]:
        """The application's environment on this cluster."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREAU_", "SENTRY_", "EMAIL_"))}
        place.ensure_secret_key(self.data)
        here = place.environment(self.data, self.urls, PREAU_DEMO="0", PREAU_LOG_LEVEL="WARNING")
        for name in [name for name in here if name.startswith(("PREAU_", "SENTRY_", "EMAIL_"))]:
            if name not in {"PREAU_DATA_DIR", "PREAU_DEMO", "PREAU_PORT", "PREAU_LOG_LEVEL"}:
                del here[name]
        return {**kept, **here, **more}

    def psql(self, *arguments: str | Path, database: str = APPLICATION) -> list[str]:
        """The command line of psql as the application's login."""
        program = self.postgres._program("psql")
        return [
            str(part)
            for part in (program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.postgres.sockets,
                         "-U", APPLICATION, "-d", database, *arguments)
        ]  # fmt: skip

    @contextmanager
    def admin(self, database: str = APPLICATION) -> Iterator[Any]:
        """A superuser's connection, each statement on its own."""
        import psycopg

        with psycopg.connect(
            host=str(self.postgres.sockets), user=ADMIN, dbname=database, autocommit=True
        ) as connection:
            yield connection

    def ask(self, query: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with self.admin() as connection:
            return list(connection.execute(query, parameters).fetchall())

    # --- sizes ----------------------------------------------------------------------------------------------
    def settings(self) -> dict[str, str]:
        rows = self.ask("SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY(%s)", [list(TOLD)])
        return dict(sorted(rows))

    def written(self) -> int:
        """Bytes of write-ahead log so far."""
        return int(self.ask("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")[0][0])

    def sizes(self) -> dict[str, int]:
        """Bytes of the database and of its catalogs, rows of the large ones, files on disk."""
        catalogs = self.ask(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
            " WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' ORDER BY 2 DESC"
        )
        sizes = {f"catalog_{name}": int(size) for name, size in catalogs[:6]}
        sizes["catalogs"] = sum(int(size) for _name, size in catalogs)
        sizes["database"] = int(self.ask("SELECT pg_database_size(current_database())")[0][0])
        sizes["relations"] = int(self.ask("SELECT count(*) FROM pg_class")[0][0])
        sizes["files"] = sum(len(files) for _path, _folders, files in os.walk(self.postgres.cluster / "base"))
        sizes["wal"] = sum(
            entry.stat().st_size for entry in (self.postgres.cluster / "pg_wal").iterdir() if entry.is_file()
        )
        return sizes


@contextmanager
def cluster(data: Path, *, keep: bool = False) -> Iterator[Cluster]:
    """A cluster in a new folder, gone afterwards unless it is kept."""
    alone = locks.open_lock(data.with_name(f"{data.name}.lock"))
    if not locks.try_exclusive(alone):
        raise Stop(f"Une autre mesure tourne déjà dans {data}.")
    remove(data)
    made = Cluster(data)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        if not keep:
            remove(data)
        os.close(alone)


def remove(data: Path) -> None:
    """The folder, and where its engines were put when their user does not reach it."""
    record = data / "engines" / "place"
    if record.is_file():
        chosen = Path(record.read_text(encoding="utf-8").partition("\n")[0].strip())
        if chosen.parent == home.ELSEWHERE:
            shutil.rmtree(chosen, ignore_errors=True)
    if data.exists():
        shutil.rmtree(data)
