import pytest

from tenants import redis
from tests.tenants.portal.conftest import regional, row, visitor  # noqa: F401 -- fixtures


@pytest.fixture
def alive():
    """A worker and a scheduler that have just said that they live."""
    from tenants.work import health

    health._marked = 0
    health.mark_worker("celery@here")
    health.mark_beat()
    yield
    redis.client().delete(redis.key("work", "workers"), redis.key("work", "beat"))
