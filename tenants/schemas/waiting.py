"""Which schools have something to distribute, and from when on: a sorted set in Redis, and a survey of all schools.

The set is a help, never the truth: the rows in the schools are. It is marked before the transaction commits, so
that what is committed is always marked; it may name a school where nothing waits. A Redis that was away or lost its
memory is found out by its `run_id`, and then all schools are asked.
"""

import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from typing import Any

import redis
import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from tenants.establishments.models import Establishment, Lifecycle
from tenants.redis import PREFIX, client
from tenants.schemas.context import current_schema, region
from tenants.schemas.replay import whole_or_nothing

logger = structlog.get_logger(__name__)

KEY = f"{PREFIX}waiting"
WITNESS = f"{PREFIX}waiting:witness"
# A school that was handed to a worker comes back after this long, should the worker have died.
LEASE_SECONDS = 30
# Schools asked in one message of the survey.
SLICE = 100

_SETTLE = """
local now = redis.call('ZSCORE', KEYS[1], ARGV[1])
if (now and tonumber(now)) ~= (ARGV[2] ~= '' and tonumber(ARGV[2])) then return 0 end
if ARGV[3] == '' then return redis.call('ZREM', KEYS[1], ARGV[1]) end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return 1
"""


def mark() -> None:
    """Note that the school one stands in has something for now. Called before the commit; never fails."""
    try:
        client().zadd(KEY, {current_schema(): time.time()})
    except redis.RedisError as error:  # the survey will find it
        logger.warning("waiting not marked", error=type(error).__name__)


def seen() -> str | None:
    """The school's mark as it is now, to be given to `settle`."""
    try:
        found = client().zscore(KEY, current_schema())
    except redis.RedisError:
        return None
    return None if found is None else repr(float(found))


def settle(mark_seen: str | None, next_at: float | None) -> None:
    """Replace the mark by the moment when something is next due (seconds since 1970; None: nothing waits).

    Left alone when somebody has marked the school since `mark_seen`.
    """
    try:
        client().eval(_SETTLE, 1, KEY, current_schema(), mark_seen or "", "" if next_at is None else repr(next_at))
    except redis.RedisError as error:
        logger.warning("waiting not settled", error=type(error).__name__)


def take_due() -> list[str]:
    """The schemas where something is due, each leased to the caller for LEASE_SECONDS. Raises redis.RedisError."""
    now = time.time()
    due: list[str] = client().zrangebyscore(KEY, "-inf", now)  # type: ignore[assignment]
    if due:
        client().zadd(KEY, dict.fromkeys(due, now + LEASE_SECONDS))
    return due


def lost_memory() -> str | None:
    """The `run_id` of a Redis that has not been witnessed yet: it started anew, and may have forgotten marks."""
    run_id = str(client().info("server")["run_id"])
    return None if client().get(WITNESS) == run_id else run_id


def witness(run_id: str) -> None:
    """From now on this Redis is known to hold every mark."""
    client().set(WITNESS, run_id)


def survey(moments: str) -> int:
    """Ask every active school, and mark those where something waits. Returns how many do.

    `moments` is a SELECT of one value, run as each school: the moment when something is next due, or null.
    """
    found = 0
    for schema, moment in _asked(moments):
        if moment is not None:
            found += 1
            client().zadd(KEY, {schema: moment.timestamp()}, nx=True)
    return found


def _asked(moments: str) -> Iterator[tuple[str, Any]]:
    with region():
        active = Establishment.objects.filter(lifecycle=Lifecycle.ACTIVE).order_by("uai")
        schemas = list(active.values_list("schema_name", flat=True))
        for start in range(0, len(schemas), SLICE):
            part = schemas[start : start + SLICE]
            try:
                yield from _ask(part, moments)
            except DatabaseError:  # one whose tables are not there yet must not hide the others
                for schema in part:
                    with suppress(DatabaseError):
                        yield from _ask([schema], moments)
        if len(schemas) > settings.CONN_MAX_SCHOOLS and not connection.in_atomic_block:
            connection.close()  # the server process keeps what it learned of each school


def _ask(schemas: list[str], moments: str) -> list[tuple[str, Any]]:
    """One message: a short transaction in each school, as its own role."""
    alone = not connection.in_atomic_block
    parts: list[str] = []
    for schema in schemas:
        asked = [f"SET LOCAL search_path = {schema}", f"SET LOCAL ROLE {schema}", moments]
        parts += ["BEGIN READ ONLY", *asked, "COMMIT"] if alone else [*asked, "SET LOCAL ROLE NONE"]
    if not alone:
        parts.append("SET LOCAL search_path = public")
    with whole_or_nothing(), transaction.atomic() if not alone else nullcontext(), connection.cursor() as cursor:
        cursor.execute(";\n".join(parts))
        rows = []
        while True:
            if cursor.cursor.description is not None:
                rows.append(cursor.cursor.fetchone()[0])
            if not cursor.cursor.nextset():
                break
    return list(zip(schemas, rows, strict=True))
