"""The floor: the very statements that the engine sends, from files, by psql on two connections.

The files hold a school each; their roles are made first, in one. What is made bears names of its own and is dropped
again.
"""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.support.bench.cluster import Cluster
from scripts.support.postgres import APPLICATION
from scripts.support.terminal import Stop

CONNECTIONS = 2
# A database without schools: the same statements there tell how fast the machine is just now
EMPTY = "bench_empty"


def name_of(number: int) -> str:
    return f"w_floor_{number:06d}"


def maker_of(name: str) -> str:
    return f"{name}_maker"


def role_statements(names: Sequence[str]) -> list[str]:
    """The owners of all, as tenants.schemas.makers makes those of a handful."""
    from tenants.schemas.makers import _statements
    from tenants.schemas.roles import GROUP

    return ["BEGIN", *_statements(maker_of(names[0]), list(names), GROUP), "COMMIT"]


def school_statements(name: str, kit: Any) -> list[str]:
    """One transaction: what tenants.schemas.engine.make sends."""
    from tenants.schemas import ledger
    from tenants.schemas.replay import transaction_in

    create = [f"CREATE SCHEMA {name} AUTHORIZATION {name}"]
    sent = transaction_in(name, kit.statements, before=create, after=ledger.put(uai_of(name), kit.versions))
    return ["BEGIN", *sent, "COMMIT"]


def uai_of(name: str) -> str:
    """What stands for a UAI in the ledger; no school has it."""
    return f"W{name[-6:]}"


def write(folder: Path, name: str, statements: Sequence[str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.sql"
    path.write_text("".join(f"{statement};\n" for statement in statements), encoding="utf-8")
    return path


def make_empty(cluster: Cluster) -> None:
    """A copy of the application's database, while nobody has made a school in it."""
    from django.db import connections

    connections.close_all()
    with cluster.admin("postgres") as admin:
        admin.execute(f"CREATE DATABASE {EMPTY} TEMPLATE {APPLICATION} OWNER {APPLICATION}")


def replay(
    cluster: Cluster, files: Sequence[Path], *, connections: int = CONNECTIONS, database: str = APPLICATION
) -> float:
    """Seconds until all files are through, the two psql and their connections included."""
    shares = [files[number::connections] for number in range(connections)]
    environment = cluster.environment()
    begun = time.perf_counter()
    running = [
        subprocess.Popen(
            cluster.psql(*(part for file in share for part in ("-f", file)), database=database),
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        for share in shares
        if share
    ]  # fmt: skip
    said = [process.communicate()[1] for process in running]
    seconds = time.perf_counter() - begun
    if any(process.returncode for process in running):
        raise Stop(f"psql a échoué : {''.join(said)[-500:]}")
    return seconds


def drop(cluster: Cluster, names: Sequence[str]) -> None:
    """What the floor made in both databases, outside any measure."""
    for database in (EMPTY, APPLICATION):
        with cluster.admin(database) as connection:
            for name in names:
                connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
            connection.execute(
                "DELETE FROM public.schemas_installedapp WHERE uai = ANY(%s)", [[uai_of(name) for name in names]]
            )
    with cluster.admin() as connection:
        for name in (*names, maker_of(names[0])):
            connection.execute(f"DROP ROLE IF EXISTS {name}")
