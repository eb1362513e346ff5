"""A look at the region from inside a school, for pages that need one row of it that a school's role may not read."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def glance_at_region() -> Iterator[None]:
    """Each SELECT of the block runs in the regional context; leaving and coming back travel in its own message.

    Costs no round trip, where `region()` costs two. Everything else still stands in the school: cache keys,
    `current_schema()`. Evaluate querysets inside the block; anything but a SELECT raises NotSupportedError.
    """
    with connection.regional_statements():  # type: ignore[attr-defined]
        yield
