"""Starts the processes of the workspace, watches them, and stops them all. Nothing else is ever touched."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.support import processes
from scripts.support.engine import open_log, tail
from scripts.support.terminal import Stop, say

LONGEST_PAUSE = 30.0
CALM_AFTER = 60.0  # a process that lived this long starts again with the shortest pause


@dataclass
class Service:
    """One process: how to start it, and whether its unexpected end is repaired or ends everything."""

    name: str
    command: Sequence[str]
    restarts: bool
    pass_fds: Sequence[int] = ()
    # What ends it when we are killed. On SIGTERM a Celery worker would wait for its tasks.
    dies_with_us: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = 1.0
    due_at: float = 0.0


@dataclass
class Supervisor:
    """Runs services with one environment; logs in `<data>/logs/<name>.log`."""

    data: Path
    cwd: Path
    environment: Mapping[str, str]
    services: list[Service] = field(default_factory=list)

    @property
    def record(self) -> Path:
        return self.data / "processes.json"

    def log(self, service: Service) -> Path:
        return self.data / "logs" / f"{service.name}.log"

    def stop_previous(self) -> None:
        """End what a killed predecessor left: the processes whose number and start time it recorded."""
        try:
            known = dict(json.loads(self.record.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return
        left = [int(pid) for pid, began in known.items() if began and processes.start_time(int(pid)) == began]
        for pid in left:
            processes.kill_group(pid)
        processes.stop_strays(lambda: [pid for pid in left if processes.start_time(pid)])
        self.record.unlink(missing_ok=True)

    def start(self, service: Service) -> None:
        log = open_log(self.log(service))
        try:
            service.process = processes.spawn(
                service.command, log=log, cwd=self.cwd, env=self.environment, pass_fds=service.pass_fds,
                dies_with_us=service.dies_with_us,
            )  # fmt: skip
        finally:
            os.close(log)
        service.started_at = time.monotonic()
        if service not in self.services:
            self.services.append(service)
        self._remember()

    def check(self) -> None:
        """Restart what may be restarted and is due. Raises Stop when a service that must live has ended."""
        processes.bury({service.process.pid for service in self.services if service.process})
        for service in self.services:
            if service.process is None:
                if time.monotonic() >= service.due_at:
                    self.start(service)
            elif (code := service.process.poll()) is not None:
                self._ended(service, code)

    def wait_until(self, ready: Callable[[], bool], patience: float, what: str) -> None:
        """Wait for a condition while watching the services. Raises Stop after `patience` seconds."""
        deadline = time.monotonic() + patience
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise Stop(f"{what} ne répond pas après {patience:.0f} s. Journaux : {self.data / 'logs'}")
            time.sleep(0.2)

    def stop(self, patience: float = 5.0) -> None:
        """SIGTERM to all at once, SIGKILL to the sessions of those that linger."""
        alive = [service.process for service in self.services if service.process]
        for process in alive:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + patience
        while any(process.poll() is None for process in alive) and time.monotonic() < deadline:
            time.sleep(0.05)
        for process in alive:
            processes.kill_group(process.pid)
            process.wait()
        self.services.clear()
        self.record.unlink(missing_ok=True)

    def _ended(self, service: Service, code: int) -> None:
        if service.process is not None:
            processes.kill_group(service.process.pid)
        summary = f"{service.name} s’est arrêté (code {code}). Journal : {self.log(service)}"
        if not service.restarts:
            raise Stop(f"{summary}\n{tail(self.log(service))}")
        calm = time.monotonic() - service.started_at > CALM_AFTER
        service.pause = 1.0 if calm else min(service.pause * 2, LONGEST_PAUSE)
        service.process, service.due_at = None, time.monotonic() + service.pause
        say(f"{summary} — relancé dans {service.pause:.0f} s.")

    def _remember(self) -> None:
        pids = [service.process.pid for service in self.services if service.process]
        fresh = self.record.with_suffix(".new")
        fresh.write_text(json.dumps({str(pid): processes.start_time(pid) for pid in pids}), encoding="utf-8")
        fresh.replace(self.record)
