"""How often one may ask: counted by minute, for each token, and for what fails from one address.

A valid token is never held up by what others do from the same address: a whole school sits behind one.
"""

import time

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError
from rest_framework.exceptions import Throttled

from tenants.accounts.addresses import address_of

logger = structlog.get_logger(__name__)

MINUTE = 60


def count_token(key: str) -> None:
    """One more request with this token. Raises Throttled beyond `API_PER_MINUTE`."""
    _count(f"api:token:{key}", settings.API_PER_MINUTE)


def count_stranger(request: HttpRequest) -> None:
    """One more request from this address without a token that holds. Raises Throttled."""
    _count(f"api:address:{address_of(request)}", settings.API_STRANGERS_PER_MINUTE)


def _count(key: str, limit: int) -> None:
    minute, second = divmod(int(time.time()), MINUTE)
    counter = f"{key}:{minute}"
    try:
        cache.add(counter, 0, 2 * MINUTE)
        number = cache.incr(counter)
    except (RedisError, ValueError):  # without Redis nobody is counted, as at sign-in (tenants.accounts.lockout)
        logger.exception("the API is not counting: the cache does not answer")
        return
    if number > limit:
        raise Throttled(wait=MINUTE - second)
