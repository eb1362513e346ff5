"""A checkout of its own for each test, with a tiny project in the place of ours, in a path with spaces."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from scripts.support import paths

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _front_door() -> None:
    """These tests are about processes: they need nothing of Django."""


def clean_environment() -> dict[str, str]:
    """What an operator's terminal would have: nothing of the run of the tests."""
    ours = ("PREAU_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "PYTEST_", "PYTHONPATH", "SENTRY_", "CI")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def until(condition: Callable[[], object], seconds: float = 45) -> object:
    """Wait for something to become true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


class Checkout:
    """A folder that looks like the repository to scripts/."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / ".data"
        self.runs: list[subprocess.Popen[str]] = []
        for part in ("scripts", "requirements"):
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "tests" / "scripts" / "standin" / "config", folder / "config")
        shutil.copy(ROOT / "manage.py", folder)
        (folder / ".venv").symlink_to(ROOT / ".venv")

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """`scripts/run`; what it says goes to `said`."""
        with (self.folder / "said").open("w") as said:
            process = subprocess.Popen(
                [self.folder / "scripts" / "run", *arguments],
                env=clean_environment() | environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        self.runs.append(process)
        return process

    def ready(self, process: subprocess.Popen[str]) -> int:
        """Wait until it serves; the port."""
        until(lambda: process.poll() is not None or "Préau est prêt" in self.said(), 60)
        assert process.poll() is None, self.said()
        return int(json.loads((self.data / "place.json").read_text())["port"])

    def said(self) -> str:
        return (self.folder / "said").read_text()

    def manage(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.folder / "scripts" / "manage", *arguments],
            env=clean_environment(),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def processes(self) -> list[int]:
        """Everything alive that was started from this folder or works in its data."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                command = (entry / "cmdline").read_bytes().decode(errors="replace")
                where = os.readlink(entry / "cwd")
            except OSError:
                continue
            if int(entry.name) != os.getpid() and str(self.folder) in f"{command} {where}":
                found.append(int(entry.name))
        return found

    def named(self, *words: str) -> list[int]:
        """Those whose command holds all the words."""
        return [pid for pid in self.processes() if all(word in _command(pid) for word in words)]

    def clear(self) -> None:
        for process in self.runs:
            if process.poll() is None:
                process.kill()
            process.wait()
        for pid in self.processes():
            kill(pid)
        for engine in ("postgresql", "redis"):
            shutil.rmtree(paths.socket_dir(self.data, engine), ignore_errors=True)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def kill(pid: int) -> None:
    """SIGKILL, unless it has just ended by itself."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def answer(port: int, path: str = "/readyz") -> str:
    """The body of a page; empty when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    except OSError:
        return ""
    finally:
        connection.close()


@contextmanager
def checkouts() -> Iterator[Callable[[], Checkout]]:
    """Makes checkouts that are cleared away at the end, with whatever still runs in them."""
    made: list[Checkout] = []

    def make() -> Checkout:
        # Not pytest's own folder, which only its owner may enter: the engines' user must reach the data.
        base = Path(tempfile.mkdtemp(prefix="préau d’essai "))
        base.chmod(0o755)
        made.append(Checkout(base))
        return made[-1]

    try:
        yield make
    finally:
        for checkout in made:
            checkout.clear()
            shutil.rmtree(checkout.folder)


@pytest.fixture
def new_checkout() -> Iterator[Callable[[], Checkout]]:
    with checkouts() as make:
        yield make


@pytest.fixture
def checkout(new_checkout: Callable[[], Checkout]) -> Checkout:
    return new_checkout()
