from uuid import uuid4

import pytest

from tenants import redis
from tenants.work.models import JobDay, JobRun, RegionalWork, TaskFailure
from tests.tenants.portal.conftest import regional, row, visitor  # noqa: F401 -- fixtures


@pytest.fixture(autouse=True)
def nothing_told(request):
    """Real workers of other tests may have told of their own failures: hidden in this test's transaction."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        for model in (JobDay, JobRun, RegionalWork, TaskFailure):
            model.objects.all().delete()


@pytest.fixture
def alive(settings):
    """A worker and a scheduler that have just said that they live, and a queue in which no other test left anything."""
    from tenants.work import health

    settings.CELERY_TASK_DEFAULT_QUEUE = f"test-{uuid4().hex}"
    health._marked = 0
    health.mark_worker("celery@here")
    health.mark_beat()
    yield
    redis.client().delete(redis.key("work", "workers"), redis.key("work", "beat"))
