"""A process that keeps one engine running as long as anyone uses it, and stops it when nobody does.

Whoever uses an engine holds a shared lock on `<engine>.users`; the kernel drops it when they end, however
they end. The keeper takes that lock alone as soon as it can have it, and holds it until the engine has
stopped: who comes at that moment waits, then starts a keeper of their own.

    python scripts/support/keeper.py DATA_FOLDER ENGINE THROWAWAY(0|1) REPORT_DESCRIPTOR
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from scripts.support import locks
from scripts.support.engine import Engine, EngineError
from scripts.support.postgres import Postgres
from scripts.support.redis import Redis
from scripts.support.terminal import Stop

ENGINES: dict[str, type[Engine]] = {Postgres.name: Postgres, Redis.name: Redis}
RESTARTS = 5


def users_lock(data: Path, engine: str) -> Path:
    return data / "locks" / f"{engine}.users"


def keeper_lock(data: Path, engine: str) -> Path:
    """Held by the keeper for its whole life; the file says `ready` once the engine answers."""
    return data / "locks" / f"{engine}.keeper"


def main(data: Path, name: str, throwaway: bool, report: int) -> int:
    """Start the engine, report `ready` or why not, and keep it. Returns the exit code."""
    os.chdir("/")
    alone = locks.open_lock(keeper_lock(data, name))
    while not locks.try_exclusive(alone):
        if os.pread(alone, 5, 0) == b"ready":
            _tell(report, "ready")
            return 0
        time.sleep(0.05)
    os.truncate(alone, 0)
    stopping = _stop_on_signals()
    engine = ENGINES[name](data, throwaway=throwaway)
    try:
        process = engine.start()
    except (EngineError, Stop, OSError, ModuleNotFoundError) as error:
        _tell(report, str(error) or type(error).__name__)
        return 1
    os.pwrite(alone, b"ready", 0)
    _tell(report, "ready")
    try:
        return _keep(engine, process, stopping)
    finally:
        os.truncate(alone, 0)


def _keep(engine: Engine, process: subprocess.Popen[bytes], stopping: list[int]) -> int:
    users = locks.open_lock(users_lock(engine.data, engine.name))
    restarts = 0
    while not stopping and not locks.try_exclusive(users):
        if process.poll() is not None:
            restarts += 1
            if restarts > RESTARTS:
                return 1
            time.sleep(restarts)
            try:
                process = engine.start()
            except EngineError:  # its log says why; the next turn tries again
                continue
        time.sleep(0.1)
    engine.stop(process)
    return 0


def _stop_on_signals() -> list[int]:
    received: list[int] = []
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, _frame: received.append(number))
    return received


def _tell(report: int, message: str) -> None:
    with os.fdopen(report, "w", encoding="utf-8") as pipe:
        pipe.write(message)


if __name__ == "__main__":
    # The starter waits for this process only; the keeper itself has no parent to leave a zombie to.
    if os.fork():
        os._exit(0)
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "1", int(sys.argv[4])))
