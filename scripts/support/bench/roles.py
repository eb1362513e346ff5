"""What thousands of roles cost whoever may take them on: at connection, and at the first `SET ROLE`.

Two logins are made, one with few roles and one with as many as a region has schools, granted as the schools' are
(SET, without INHERIT). Connections of both take turns; everything is dropped afterwards.
"""

import secrets
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

FEW, MANY = 10, 3217
_AT_ONCE = 200


def measure(dsn: str, *, rounds: int = 30, few: int = FEW, many: int = MANY) -> dict[str, Any]:
    """Medians in milliseconds: `connect`, `first_set_role`, `next_set_role` with few and with many roles.

    `dsn` is the address of a role with CREATEROLE. A role is shared by the whole cluster: nothing else should
    make or grant roles meanwhile.
    """
    import psycopg

    mark = secrets.token_hex(3)
    password = secrets.token_hex(16)
    names = [f"bench_{mark}_{number}" for number in range(many)]
    logins = {"few": names[:few], "many": names}
    taken: dict[str, list[dict[str, float]]] = {kind: [] for kind in logins}
    with psycopg.connect(dsn, autocommit=True) as admin, _logins(admin, mark, password), _roles(admin, mark, logins):
        for _ in range(rounds):
            for kind, granted in logins.items():
                taken[kind].append(_one(dsn, _login(kind, mark), password, granted))
    return {
        "roles": {"few": few, "many": many},
        **{
            kind: {step: round(statistics.median(one[step] for one in ones), 3) for step in ones[0]}
            for kind, ones in taken.items()
        },
    }


def report(result: dict[str, Any]) -> str:
    """The result as a small table."""
    few, many = result["roles"]["few"], result["roles"]["many"]
    lines = [f"{'roles of the login':28}{few:>12}{many:>12}"]
    for step in result["few"]:
        lines.append(f"{step.replace('_', ' '):28}{result['few'][step]:9.2f} ms{result['many'][step]:9.2f} ms")
    return "\n".join(lines)


def _one(dsn: str, login: str, password: str, roles: list[str]) -> dict[str, float]:
    import psycopg

    marks = [time.perf_counter()]
    with psycopg.connect(dsn, user=login, password=password, autocommit=True) as connection:
        marks.append(time.perf_counter())
        for role in (roles[0], roles[-1]):
            connection.execute(f"RESET ROLE; SET search_path = public; SET ROLE {role}")
            marks.append(time.perf_counter())
    steps = ("connect", "first_set_role", "next_set_role")
    return {step: (after - before) * 1000 for step, before, after in zip(steps, marks, marks[1:], strict=False)}


def _login(kind: str, mark: str) -> str:
    return f"bench_{kind}_{mark}"


@contextmanager
def _logins(admin: Any, mark: str, password: str) -> Iterator[None]:
    made = ", ".join(_login(kind, mark) for kind in ("few", "many"))
    database = f'DATABASE "{admin.info.dbname}"'
    try:
        for login in made.split(", "):
            admin.execute(f"CREATE ROLE {login} LOGIN NOINHERIT PASSWORD '{password}'")
        admin.execute(f"GRANT CONNECT ON {database} TO {made}")
        yield
    finally:
        admin.execute(f"REVOKE CONNECT ON {database} FROM {made}")
        admin.execute(f"DROP ROLE IF EXISTS {made}")


@contextmanager
def _roles(admin: Any, mark: str, logins: dict[str, list[str]]) -> Iterator[None]:
    """Made, granted and dropped by a role for each batch, as tenants.schemas.makers does and for its reason."""
    batches = [logins["many"][start : start + _AT_ONCE] for start in range(0, len(logins["many"]), _AT_ONCE)]
    makers = {f"bench_maker_{mark}_{number}": batch for number, batch in enumerate(batches)}
    try:
        for maker, batch in makers.items():
            with admin.transaction():
                admin.execute(f"SET LOCAL createrole_self_grant = 'set'; CREATE ROLE {maker} CREATEROLE")
                admin.execute(f"SET LOCAL createrole_self_grant = ''; SET LOCAL ROLE {maker}")
                admin.execute("; ".join(f"CREATE ROLE {name} NOLOGIN" for name in batch))
                for kind, granted in logins.items():
                    if here := [name for name in batch if name in granted]:
                        admin.execute(f"GRANT {', '.join(here)} TO {_login(kind, mark)} WITH SET TRUE, INHERIT FALSE")
        yield
    finally:
        for maker, batch in makers.items():
            with admin.transaction():
                admin.execute(f"SET LOCAL ROLE {maker}")
                admin.execute(f"DROP ROLE IF EXISTS {', '.join(batch)}")
            admin.execute(f"DROP ROLE {maker}")
