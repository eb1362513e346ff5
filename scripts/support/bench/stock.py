"""Stock django-tenants on the same apps, in the same database: what it takes to make a school and to migrate one.

A process of its own, because the engine of a database is chosen once. Orders come as lines of JSON.
"""

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from typing import IO, Any

from scripts.support import paths

PREFIX = "stock_"


class Stock(AbstractContextManager["Stock"]):
    """The running process. Its times are seconds a school."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scripts.support.bench.stock"],
            cwd=paths.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**environment, "PREAU_BENCH_STOCK": "1", "DJANGO_SETTINGS_MODULE": "scripts.support.bench.settings"},
        )  # fmt: skip
        self._read()

    def __exit__(self, *details: object) -> None:
        with suppress(BrokenPipeError):
            self._process.communicate()

    def create(self, names: Sequence[str]) -> list[float]:
        """Make these schools as TenantMixin does: CREATE SCHEMA, then migrate_schemas for it."""
        return self.finish(self.begin("create", names))

    def migrate(self, names: Sequence[str]) -> list[float]:
        """migrate_schemas for each: what is pending, or nothing."""
        return self.finish(self.begin("migrate", names))

    def begin(self, what: str, names: Sequence[str]) -> None:
        """Give an order without waiting: two processes may work at once."""
        pipe = self._process.stdin
        if pipe is None:
            raise RuntimeError("the process has no input")
        pipe.write(json.dumps([what, list(names)]) + "\n")
        pipe.flush()

    def finish(self, _begun: None = None) -> list[float]:
        return list(self._read())

    def _read(self) -> Any:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise RuntimeError("stock django-tenants ended early; what it said is above")
        return json.loads(line)


def work(orders: IO[str]) -> None:
    """The process's part."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db.models.signals import post_migrate

    from tenants.establishments.models import Establishment

    post_migrate.disconnect(dispatch_uid="schemas.grants")  # the project's own addition
    said, sys.stdout = sys.stdout, sys.stderr
    print("[]", file=said, flush=True)
    for line in orders:
        what, names = json.loads(line)
        times = []
        for name in names:
            begun = time.perf_counter()
            if what == "create":
                Establishment(schema_name=name).create_schema(check_if_exists=True, verbosity=0)
            else:
                call_command("migrate_schemas", tenant=True, schema_name=name, interactive=False, verbosity=0)
            times.append(time.perf_counter() - begun)
        print(json.dumps(times), file=said, flush=True)


if __name__ == "__main__":
    work(sys.stdin)
