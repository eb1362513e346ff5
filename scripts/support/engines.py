"""Using PostgreSQL and Redis: started when nobody has, shared with whoever else uses the same data folder."""

import fcntl
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from scripts.support import keeper, locks
from scripts.support.engine import open_log
from scripts.support.paths import ROOT
from scripts.support.postgres import Postgres
from scripts.support.redis import Redis
from scripts.support.terminal import Stop

KEEPER = ROOT / "scripts" / "support" / "keeper.py"
VARIABLES = {Postgres.name: "DATABASE_URL", Redis.name: "REDIS_URL"}


def embedded() -> list[str]:
    """The engines that the environment does not provide by a URL."""
    return [
        name for name, variable in VARIABLES.items()
        if not os.environ.get(variable) and not os.environ.get(f"{variable}_FILE")
    ]  # fmt: skip


@dataclass
class Lease:
    """The right to use the engines, for as long as this process or what it executes holds the locks."""

    data: Path
    held: dict[str, int] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def survive_exec(self) -> None:
        """Let the program that replaces this one hold the engines in its turn."""
        for descriptor in self.held.values():
            os.set_inheritable(descriptor, True)

    def release(self, patience: float = 9.0) -> bool:
        """Give the engines back; those that nobody else uses stop. False when one is still writing."""
        # Only the last one waits: a lock that can be had alone has no other holder.
        last = [name for name, descriptor in self.held.items() if locks.try_exclusive(descriptor)]
        for descriptor in self.held.values():
            os.close(descriptor)
        self.held.clear()
        deadline = time.monotonic() + patience
        while any(locks.is_held(keeper.keeper_lock(self.data, name)) for name in last):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True


def use(data: Path, *, throwaway: bool = False, names: list[str] | None = None) -> Lease:
    """The engines, answering. Raises Stop when one cannot run."""
    lease = Lease(data)
    starting = []
    names = embedded() if names is None else names
    # Chosen once, here, where the operator reads it: the keepers find it settled.
    with locks.exclusive(data / "locks" / "place"):
        for name in names:
            keeper.ENGINES[name](data, throwaway=throwaway).home()
    for name in names:
        descriptor = locks.open_lock(keeper.users_lock(data, name))
        fcntl.flock(descriptor, fcntl.LOCK_SH)  # waits for a keeper that is just stopping
        lease.held[name] = descriptor
        starting.append((name, _begin(data, name, throwaway=throwaway)))
    for name, report in starting:
        _finish(report)
        lease.environment[VARIABLES[name]] = keeper.ENGINES[name](data, throwaway=throwaway).url()
    return lease


def _begin(data: Path, name: str, *, throwaway: bool) -> int:
    """Start a keeper, and return the pipe it reports on. It reports at once when another one is at work."""
    receiving, reporting = os.pipe()
    log = open_log(data / "logs" / f"{name}.log")
    try:
        subprocess.run(
            [sys.executable, KEEPER, data, name, str(int(throwaway)), str(reporting)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            pass_fds=(reporting,), start_new_session=True, check=True,
        )  # fmt: skip
    finally:
        os.close(reporting)
        os.close(log)
    return receiving


def _finish(report: int) -> None:
    with os.fdopen(report, encoding="utf-8") as pipe:
        said = pipe.read()
    if said != "ready":
        raise Stop(said or "La base de données ne démarre pas : regardez le dossier « logs » des données.")
