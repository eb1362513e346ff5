"""Sending many statements to one schema at once.

Plain PostgreSQL takes them as one message and one transaction. Citus wants them one by one, and one role per
transaction: PREAU_REPLAY=statements sends them so.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connection, transaction

from tenants.schemas.context import region

# How long a statement waits for a school's own users before it gives way, to be sent again later.
LOCK_TIMEOUT = "2s"


def lock_key(schema: str) -> str:
    """The SQL of the advisory lock that whoever changes a school's schema holds."""
    return f"hashtextextended('{schema}', 0)"


def transaction_in(
    schema: str,
    statements: Iterable[str],
    *,
    before: Iterable[str] = (),
    after: Iterable[str] = (),
    lock_timeout: str = "",
) -> list[str]:
    """The statements of one transaction: `before` and `after` as the region, the rest as the schema's owner."""
    return [
        *([f"SET LOCAL lock_timeout = '{lock_timeout}'"] if lock_timeout else []),
        f"SELECT pg_advisory_xact_lock({lock_key(schema)})",
        *before,
        f"SET LOCAL search_path = {schema}",
        f"SET LOCAL ROLE {schema}",
        *statements,
        "SET LOCAL ROLE NONE",
        "SET LOCAL search_path = public",
        *after,
    ]


def together(statements: Iterable[str]) -> str:
    """One message. Each semicolon has a line of its own: a statement may end in a comment."""
    return "\n;\n".join(statements)


def send(*transactions: list[str]) -> None:
    """Run each list as a transaction of its own, all in one round trip. Raises django.db's errors.

    Within a transaction of the caller they become part of it.
    """
    with region():
        if connection.in_atomic_block or settings.REPLAY == "statements":
            for statements in transactions:
                with transaction.atomic(), connection.cursor() as cursor:
                    for statement in statements:
                        cursor.execute(statement)
            return
        text = together(part for statements in transactions for part in ("BEGIN", *statements, "COMMIT"))
        with whole_or_nothing(), connection.cursor() as cursor:
            cursor.execute(text)


@contextmanager
def whole_or_nothing() -> Iterator[None]:
    """A message that failed leaves its own BEGIN open; Django knows nothing of it."""
    try:
        yield
    except BaseException:
        raw = connection.connection
        if raw is not None and not raw.closed and raw.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            raw.rollback()
        raise
