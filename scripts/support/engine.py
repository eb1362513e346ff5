"""What PostgreSQL and Redis have in common, seen from the keeper that starts and stops them."""

import os
import signal
import subprocess
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from scripts.support import home, paths, processes
from scripts.support.identity import Identity, engine_identity


class EngineError(Exception):
    """The engine cannot run; the message, in French, says why and where to look."""


@dataclass
class Engine(ABC):
    """One server over a data folder. `throwaway`: its data is worth nothing once nobody uses it (tests)."""

    data: Path
    throwaway: bool = False
    identity: Identity | None = field(init=False)
    name = ""
    # Signals that end it, each with its time in seconds.
    stopping: ClassVar[tuple[tuple[signal.Signals, float], ...]] = ()

    def __post_init__(self) -> None:
        self.identity = engine_identity(self.data / "engines" / self.name)

    @property
    def log_path(self) -> Path:
        return self.data / "logs" / f"{self.name}.log"

    @property
    def sockets(self) -> Path:
        return paths.socket_dir(self.data, self.name)

    @property
    def as_user(self) -> tuple[int, int] | None:
        return (self.identity.uid, self.identity.gid) if self.identity else None

    def home(self) -> Path:
        """The engine's own folder. Kept for PostgreSQL's and Redis' user alone."""
        return home.engines_home(self.data, self.identity) / self.name

    def failure(self, summary: str) -> EngineError:
        """An error that carries the end of the log, for a person who has only the terminal."""
        return EngineError(f"{summary} Journal : {self.log_path}\n{tail(self.log_path)}")

    @abstractmethod
    def start(self) -> subprocess.Popen[bytes]:
        """Heal what a kill left, start the server, return once it answers. Raises EngineError."""

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """Stop the server without losing what it was told to keep."""
        processes.stop(process, *self.stopping)
        with suppress(OSError):
            self.sockets.rmdir()

    @abstractmethod
    def url(self) -> str:
        """How the application reaches it."""


def tail(path: Path, lines: int = 8) -> str:
    """The last lines of a log, indented; empty when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 8192))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def open_log(path: Path) -> int:
    """A descriptor that appends to a log; beyond 10 MB the old one is set aside (one is kept)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > 10 * 1024 * 1024:
        path.replace(path.with_name(path.name + ".1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)
