"""Where uses wait before they reach the school's table: one hash in Redis per school and day.

A use that waits here is lost with Redis, and only then. Whoever takes a hash renames it to a batch with a name of its
own, in the same transaction that lists the batch: what a killed process had taken is found again, and the school's
table remembers which batches it holds (`core.adoption.flushing`), so none is added twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import uuid4

import structlog
from redis.exceptions import RedisError

from tenants.redis import Quiet, client, key

logger = structlog.get_logger(__name__)

# Should nothing fetch them, uses are forgotten rather than kept for ever.
_KEPT_SECONDS = 7 * 24 * 60 * 60
_quiet = Quiet()


@dataclass(frozen=True)
class Batch:
    """Uses of one school and day that were taken out. `uses` maps (feature, role) to how many."""

    id: str
    schema: str
    day: date

    @property
    def name(self) -> str:
        return f"{self.schema}|{self.day.isoformat()}|{self.id}"


# Half the time of the same commands in a pipeline.
_ADD = """
for i = 3, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
redis.call('SADD', KEYS[2], ARGV[2])
"""


@cache
def _add() -> Any:
    return client().register_script(_ADD)


def add(schema: str, day: date, uses: Mapping[tuple[str, str], int]) -> None:
    """One round trip. Where Redis is down the uses are lost, and nobody waits or fails."""
    if not uses or _quiet.resting:
        return
    where = f"{schema}|{day.isoformat()}"
    counts = [word for (feature, role), n in uses.items() for word in (f"{feature}|{role}", n)]
    try:
        _add()(keys=[key("adoption", where), key("adoption", "pending")], args=[_KEPT_SECONDS, where, *counts])
    except RedisError:
        _quiet.failed()
        logger.warning("uses are not counted: Redis does not answer")


def take() -> list[Batch]:
    """Set aside what waits, and list it with what earlier takers left, oldest day first. Raises RedisError."""
    for where in _members("pending"):
        batch = f"{where}|{uuid4().hex}"
        with client().pipeline(transaction=True) as pipe:
            pipe.sadd(key("adoption", "batches"), batch)
            pipe.rename(key("adoption", where), key("adoption", batch))
            pipe.srem(key("adoption", "pending"), where)
            pipe.execute(raise_on_error=False)  # nothing to rename: the batch is empty, and dropped like any other
    return [_parsed(name) for name in _members("batches")]


def uses_of(batch: Batch) -> dict[tuple[str, str], int]:
    """Empty for a batch that somebody else has ended. Raises RedisError."""
    found: dict[Any, Any] = client().hgetall(key("adoption", batch.name))
    return {_pair(field): int(n) for field, n in found.items()}


def drop(batches: Iterable[Batch]) -> None:
    """Forget batches that the school's table holds. Raises RedisError."""
    with client().pipeline(transaction=True) as pipe:
        for batch in batches:
            pipe.delete(key("adoption", batch.name))
            pipe.srem(key("adoption", "batches"), batch.name)
        pipe.execute()


def _members(name: str) -> list[str]:
    found: set[Any] = client().smembers(key("adoption", name))
    return sorted(found)


def _parsed(name: str) -> Batch:
    schema, day, identifier = name.split("|")
    return Batch(id=identifier, schema=schema, day=date.fromisoformat(day))


def _pair(field: str) -> tuple[str, str]:
    feature, _bar, role = field.partition("|")
    return feature, role
