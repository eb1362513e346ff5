"""Telling open pages that something is new: one message in Redis for many people, never what it says.

A tick that is lost costs nothing: pages ask by themselves once a minute where no stream holds.
"""

import json
from collections.abc import Iterable, Iterator

import redis
import structlog
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from tenants.redis import Quiet, client, key
from tenants.schemas.context import current_schema
from tenants.schemas.middleware import host_of

logger = structlog.get_logger(__name__)

# People in one message.
BATCH = 1000
_quiet = Quiet()


def channel_of(schema: str) -> str:
    """The Redis channel of a school."""
    return key("live", schema)


def ring(person_ids: Iterable[int]) -> None:
    """Tell the open pages of these people that there is something new. Called after the commit; never fails."""
    if _quiet.resting:
        return
    try:
        with client().pipeline(transaction=False) as pipe:
            for ids in _batches(person_ids):
                pipe.publish(channel_of(current_schema()), json.dumps(ids))
            pipe.execute()
    except redis.RedisError as error:
        _quiet.failed()
        logger.warning("bells not rung", error=type(error).__name__)


def _batches(person_ids: Iterable[int]) -> Iterator[list[int]]:
    ids = list(person_ids)
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


# --- Where the stream is ----------------------------------------------------------------------------------
def stream_url(request: HttpRequest) -> str:
    """Where the pages of this host listen: the same address, or the port of the live process."""
    path = reverse("notifications:live")
    if not settings.LIVE_PORT:
        return path
    return f"{settings.ORIGIN.scheme}://{host_of(request)}:{settings.LIVE_PORT}{path}"


def is_own_page(request: HttpRequest, origin: str) -> bool:
    """Whether `origin` (a browser's `Origin` header) is that of this very school's pages.

    Other schools are on the same site: their pages' requests bear the cookies of this one.
    """
    port = f":{settings.ORIGIN.port}" if settings.ORIGIN.port else ""
    return origin in {
        f"{settings.ORIGIN.scheme}://{host_of(request)}{port}",
        f"{request.scheme}://{request.get_host().lower()}",
    }
