"""The processes that tell people: a worker and a scheduler, on the measure's own cluster, to be killed at will."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from scripts.support import paths, processes
from scripts.support.bench.cluster import Cluster

COMMANDS: dict[str, Sequence[str]] = {
    "worker": ("worker", "--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"),
    "scheduler": ("beat", "--loglevel", "WARNING"),
}


@dataclass
class Crew:
    cluster: Cluster
    folder: Path
    mail: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        more = ("--schedule", str(self.folder / "schedule"), "--pidfile", "") if name == "scheduler" else ()
        environment = self.cluster.environment(
            DJANGO_SETTINGS_MODULE="scripts.support.bench.settings",
            PREAU_EXTRA_MODULES="tests.contract.dummy",
            EMAIL_URL=f"file://{self.mail}",
        )
        logs = self.cluster.data / "logs"
        logs.mkdir(exist_ok=True)
        with (logs / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "config.celery", *COMMANDS[name], *more],
                cwd=paths.ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def kill(self, name: str) -> None:
        """SIGKILL to the process and to all of its own."""
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_a_child(self) -> None:
        """SIGKILL to one of the worker's processes: the one that has used most of the processor."""
        children = processes.children_of(self.running["worker"].pid)
        if children:
            with suppress(ProcessLookupError):
                os.kill(children[-1], signal.SIGKILL)

    def tend(self) -> None:
        """Start again what has ended by itself, as a supervisor does."""
        for name in COMMANDS:
            if name not in self.running or self.running[name].poll() is not None:
                self.start(name)

    def stop(self) -> None:
        for name in list(self.running):
            self.kill(name)

    def wait_until_ready(self, seconds: float = 60) -> None:
        """A worker listens once it holds its queue."""
        from tenants.redis import client

        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if any(str(info.get("cmd")) == "brpop" for info in client().client_list()):
                return
            time.sleep(0.1)
        raise RuntimeError("no worker came")
