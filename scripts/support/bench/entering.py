"""What entering a school adds to a request: a view of five queries without tenancy, with stock django-tenants, ours.

One process per configuration, all on the same school's tables, answering in turns of a batch each, so that what
else the machine does falls on all alike. Whole requests through Django's WSGI handler, with kept connections and
health checks as in production, and no middleware but the one that finds the tenant.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

from scripts.support import paths

HOST = "entering.bench.example"
STOCK = "django_tenants.postgresql_backend"
STOCK_DOOR = "django_tenants.middleware.main.TenantMainMiddleware"


@dataclass(frozen=True)
class Configuration:
    """`settings` are laid over the project's. `as_school`: the login takes the school's role from the start."""

    engine: str
    middleware: tuple[str, ...] = ()
    settings: tuple[tuple[str, Any], ...] = ()
    as_school: str = ""


CONFIGURATIONS = {
    "plain": Configuration("django.db.backends.postgresql", as_school="role and path"),
    "stock": Configuration(STOCK, (STOCK_DOOR,), as_school="role"),
    "stock_limited": Configuration(STOCK, (STOCK_DOOR,), (("TENANT_LIMIT_SET_CALLS", True),), as_school="role"),
    "ours": Configuration("tenants.schemas.backend", ("tenants.schemas.middleware.HostMiddleware",)),
}


def measure(dsn: str, *, rounds: int = 40, batch: int = 25, uai: str = "") -> dict[str, Any]:
    """Medians in milliseconds per request, by configuration, and what each costs over `plain`.

    `dsn` is a `postgresql://` address of a database of Préau with at least one active school; `uai` chooses it.
    An address is added to that school for the length of the run. Raises LookupError when there is no school.
    """
    with _school(dsn, uai) as schema, ExitStack() as running:
        workers = {name: running.enter_context(_Worker(name, dsn, schema)) for name in CONFIGURATIONS}
        for worker in workers.values():
            worker.times(batch)  # warm
        names = list(workers)
        taken: dict[str, list[list[float]]] = {name: [] for name in names}
        for number in range(rounds):
            turn = number % len(names)
            for name in names[turn:] + names[:turn]:
                taken[name].append(workers[name].times(batch))
    return _summary(taken)


def _summary(taken: dict[str, list[list[float]]]) -> dict[str, Any]:
    medians = {name: [statistics.median(times) for times in batches] for name, batches in taken.items()}
    over = {
        name: statistics.median(mine - plain for mine, plain in zip(medians[name], medians["plain"], strict=True))
        for name in medians
        if name != "plain"
    }
    return {
        "requests": sum(map(len, taken["plain"])),
        "median_ms": {name: round(statistics.median(chain(*batches)), 3) for name, batches in taken.items()},
        "over_plain_ms": {name: round(value, 3) for name, value in over.items()},
    }


def report(result: dict[str, Any]) -> str:
    """The result as a small table."""
    words = {
        "plain": "no tenancy", "stock": "django-tenants", "stock_limited": "django-tenants, TENANT_LIMIT_SET_CALLS",
        "ours": "Préau",
    }  # fmt: skip
    lines = [f"{'a view of five queries':42}{'median':>10}{'over none':>12}"]
    for name, median in result["median_ms"].items():
        over = result["over_plain_ms"].get(name)
        lines.append(f"{words[name]:42}{median:7.2f} ms" + (f"{over:9.2f} ms" if over is not None else ""))
    return "\n".join(lines)


@contextmanager
def _school(dsn: str, uai: str) -> Iterator[str]:
    """The schema of an active school that also answers at HOST meanwhile."""
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(
            "SELECT id, schema_name FROM public.establishments_establishment"
            " WHERE lifecycle = 'active' AND (%(uai)s = '' OR uai = %(uai)s) ORDER BY uai LIMIT 1",
            {"uai": uai},
        ).fetchone()
        if row is None:
            raise LookupError("no active school in this database")
        remove = "DELETE FROM public.establishments_domain WHERE domain = %s"
        connection.execute(remove, [HOST])
        connection.execute(
            "INSERT INTO public.establishments_domain (domain, tenant_id, is_primary) VALUES (%s, %s, false)",
            [HOST, row[0]],
        )
        try:
            yield str(row[1])
        finally:
            connection.execute(remove, [HOST])


class _Worker:
    """A process that answers requests in one configuration, a batch at a time."""

    def __init__(self, name: str, dsn: str, schema: str) -> None:
        environment = {
            **os.environ,
            "DATABASE_URL": _address(dsn, CONFIGURATIONS[name].as_school, schema),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": str(paths.ROOT),
        }
        environment.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")  # named by the settings, used by nothing here
        environment.setdefault("PREAU_SECRET_KEY", "for-this-measure-only-" + "0" * 40)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scripts.support.bench.entering", name],
            cwd=paths.ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> "_Worker":
        return self

    def __exit__(self, *details: object) -> None:
        self._process.communicate()  # the end of its input is the end of its work

    def times(self, count: int) -> list[float]:
        """Milliseconds of each of `count` requests."""
        to, back = self._process.stdin, self._process.stdout
        if to is None or back is None:
            raise RuntimeError("the worker has no pipes")
        to.write(f"{count}\n")
        to.flush()
        line = back.readline()
        if not line:
            raise RuntimeError("a process of the measure ended early; what it said is above")
        return list(json.loads(line))


def _address(dsn: str, as_school: str, schema: str) -> str:
    if not as_school:
        return dsn
    options = f"-c role={schema}" + (f" -c search_path={schema},public" if "path" in as_school else "")
    return f"{dsn}{'&' if urlsplit(dsn).query else '?'}{urlencode({'options': options})}"


def answer(name: str, orders: IO[str]) -> None:
    """The worker's part: one batch for each number on its input, the times as JSON on its output."""
    import django
    from django.conf import settings

    chosen = CONFIGURATIONS[name]
    settings.DATABASES["default"]["ENGINE"] = chosen.engine
    for key, value in chosen.settings:
        setattr(settings, key, value)
    django.setup()
    settings.MIDDLEWARE = list(chosen.middleware)  # apps ask for theirs while they are set up
    settings.ROOT_URLCONF = "scripts.support.bench.five"
    _serve(orders)


def _serve(orders: IO[str]) -> None:
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory

    handler, factory = WSGIHandler(), RequestFactory()
    for line in orders:
        times = []
        for _ in range(int(line)):
            environ = factory.generic("GET", "/", headers={"host": HOST}).environ
            begun = time.perf_counter()
            response = handler(environ, lambda status, headers: None)
            body = b"".join(response)
            response.close()
            times.append((time.perf_counter() - begun) * 1000)
            if body != b"5":
                raise RuntimeError(f"answered {body[:200]!r}")
        print(json.dumps(times), flush=True)


if __name__ == "__main__":
    answer(sys.argv[1], sys.stdin)
