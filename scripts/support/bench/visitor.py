"""Processes that go from school to school as a web worker does, at random, and say what it cost.

`reader`: a view's queries, so many a second, until its input ends; it then says when each began and how long it
took. `memory`: as fast as it can; it says what its server process has grown to, and when that was a new one.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from scripts.support import paths

RATE = 40.0  # visits a second of one reader


class Reader:
    """A reader that runs. `end` returns [(moment, milliseconds), …], moments as of time.time()."""

    def __init__(self, environment: Mapping[str, str], *, rate: float = RATE) -> None:
        self._process = _start(environment, "reader", str(rate))
        if self._process.stdout is None or self._process.stdout.readline() != "ready\n":
            raise RuntimeError("the reader ended early; what it said is above")

    def end(self) -> list[tuple[float, float]]:
        said, _ = self._process.communicate("", timeout=60)
        return [(moment, ms) for moment, ms in json.loads(said)]


def memory(environment: Mapping[str, str], *, visits: int, recycled: bool, everything: bool) -> list[dict[str, Any]]:
    """The curve of one run: [{visits, schools, bytes, connection}, …]."""
    more = {"PREAU_CONN_MAX_SCHOOLS": "200" if recycled else "1000000", "PREAU_CONN_MAX_AGE": "3600"}
    process = _start({**environment, **more}, "memory", str(visits), str(int(everything)))
    said, _ = process.communicate()
    if process.returncode:
        raise RuntimeError("the visitor ended early; what it said is above")
    return list(json.loads(said))


def _start(environment: Mapping[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "scripts.support.bench.visitor", *arguments], cwd=paths.ROOT, env=dict(environment),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


# --- the processes' part ------------------------------------------------------------------------------------
def _schools() -> list[str]:
    from tenants.establishments.models import Establishment, Lifecycle

    return list(Establishment.objects.filter(lifecycle=Lifecycle.ACTIVE).values_list("uai", flat=True))


def read(rate: float) -> None:
    from django.db import connection

    from scripts.support.bench.five import MODELS
    from tenants.schemas.context import school

    schools, chance = _schools(), random.Random(1)
    ended = _input_ended()
    print("ready", flush=True)
    taken: list[tuple[float, float]] = []
    due = time.monotonic()
    while not ended():
        due = max(due + 1 / rate, time.monotonic() - 1)
        uai = chance.choice(schools)
        moment, begun = time.time(), time.perf_counter()
        connection.close_if_unusable_or_obsolete()
        with school(uai):
            for model in MODELS:
                list(model._default_manager.all()[:10])
        taken.append((moment, (time.perf_counter() - begun) * 1000))
        time.sleep(max(0.0, due - time.monotonic()))
    print(json.dumps(taken), flush=True)


def _input_ended() -> Any:
    """Whether whoever started us has closed our input."""
    os.set_blocking(sys.stdin.fileno(), False)

    def ended() -> bool:
        with suppress(BlockingIOError):
            return os.read(sys.stdin.fileno(), 1) == b""
        return False

    return ended


def grow(visits: int, everything: bool) -> None:
    from django.db import connection

    from tenants.schemas.context import school

    models = _school_models()
    schools, chance = _schools(), random.Random(2)
    curve: list[dict[str, Any]] = []
    pid = 0
    for number in range(1, visits + 1):
        connection.close_if_unusable_or_obsolete()
        with school(chance.choice(schools)):
            for model in models if everything else chance.sample(models, 5):
                list(model._base_manager.all()[:5])
            now = connection.connection.info.backend_pid
            if number % 20 == 0 or number == visits or now != pid:
                entered = len(connection.schools_entered)
                curve.append({"visits": number, "schools": entered, "bytes": _bytes(now), "connection": now})
            pid = now
    print(json.dumps(curve), flush=True)


def _school_models() -> list[Any]:
    from django.apps import apps

    from tenants.schemas.graph import school_labels

    return [model for label in school_labels() for model in apps.get_app_config(label).get_models()]


def _bytes(pid: int) -> int:
    """What only this server process holds; its own account of it where the system does not tell."""
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("RssAnon")).split()[1])
    from django.db import connection

    from tenants.schemas.context import region

    with region(), connection.cursor() as cursor:
        cursor.execute("SELECT sum(total_bytes) FROM pg_backend_memory_contexts")
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "reader":
        read(float(sys.argv[2]))
    else:
        grow(int(sys.argv[2]), sys.argv[3] == "1")
