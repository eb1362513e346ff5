"""Schools where somebody has answered a regional alert since the region last looked: a set in Redis, and no more.

A school may not write into the region's tables; it leaves a mark, and the sweeper comes to count. What Redis forgets is
counted anyway, a minute later.
"""

from functools import partial

import redis
import structlog
from django.db import transaction

from tenants.redis import client, key
from tenants.schemas.context import current_uai

logger = structlog.get_logger(__name__)

# Schools counted in one pass of the sweeper.
AT_ONCE = 100


def _set() -> str:
    return key("alerts", "answered")


def answered(regional: int | None) -> None:
    """Note, once the transaction is committed, that the school we stand in has something new to count."""
    if regional is not None:
        transaction.on_commit(partial(_mark, f"{regional}:{current_uai()}"))


def _mark(member: str) -> None:
    try:
        client().sadd(_set(), member)
    except redis.RedisError as error:
        logger.warning("alert answers not marked", error=type(error).__name__)


def take() -> list[tuple[int, str]]:
    """Some of the marks, taken away: (regional alert, UAI)."""
    try:
        found: list[str] = client().spop(_set(), AT_ONCE) or []  # type: ignore[assignment]
    except redis.RedisError as error:
        logger.warning("alert answers not read", error=type(error).__name__)
        return []
    return [(int(number), uai) for number, _colon, uai in (member.partition(":") for member in found)]
