"""One Redis client for a process, beside the cache and the broker. Keys begin with `preau:`."""

import time
from functools import cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

PREFIX = "preau:"
# A page does not wait for a Redis that is away: what needs it goes without.
TIMEOUT_SECONDS = 2.0


@cache
def client() -> redis.Redis:
    """Shared by the threads of the process; connects when it is first asked something."""
    made: redis.Redis = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 1),
        decode_responses=True,
    )
    return made


def key(*parts: str) -> str:
    """`key("adoption", "pending")`, under the prefix of the cache: tests have one of their own."""
    return ":".join((settings.CACHES["default"]["KEY_PREFIX"], *parts))


class Quiet:
    """After a failure, leaves Redis alone for some seconds, so that pages do not queue up behind a timeout."""

    def __init__(self, seconds: float = 5) -> None:
        self.seconds = seconds
        self._until = 0.0

    @property
    def resting(self) -> bool:
        return time.monotonic() < self._until

    def failed(self) -> None:
        self._until = time.monotonic() + self.seconds
