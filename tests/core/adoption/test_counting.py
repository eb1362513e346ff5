"""From a click to the school's table."""

from collections import Counter
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis import Redis

from core.adoption import flushing, pool, services
from core.adoption.middleware import CountMiddleware
from core.adoption.models import Batch
from core.permissions.viewer import Viewer, viewer_as
from tenants import redis
from tenants.schemas.context import school
from tests.factories import make_person
from tests.signing import signed_in_client

TODAY = timezone.localdate


@pytest.fixture
def trips(monkeypatch):
    """How often Redis is asked something: one per pipeline or command."""
    asked = []
    connect = redis.client().connection_pool.get_connection

    def counting(*args, **kwargs):
        asked.append(args)
        return connect(*args, **kwargs)

    monkeypatch.setattr(redis.client().connection_pool, "get_connection", counting)
    return asked


def ask(viewer, *codes, status=200):
    """A request that uses these features."""

    def view(request):
        viewer._request.uses = request.uses
        for code in codes:
            services.count(code, viewer)
        return SimpleNamespace(status_code=status)

    CountMiddleware(view)(RequestFactory().get("/"))


@pytest.fixture
def teacher(lycee_a, staffroom):
    person = staffroom[0]
    return Viewer(SimpleNamespace(user=SimpleNamespace(is_authenticated=True, pk=person.account_id), school=lycee_a))


def test_use_reaches_the_table_under_the_role(lycee_a, teacher, kept):
    with school(lycee_a):
        ask(teacher, "news.read")
    assert kept() == {("news.read", "teacher", TODAY()): 1}


def test_uses_of_many_requests_add_up(lycee_a, teacher, kept):
    for _ in range(3):
        with school(lycee_a):
            ask(teacher, "news.read", "news.read")
        kept()
    assert kept() == {("news.read", "teacher", TODAY()): 6}


def test_refused_request_counts_nothing(lycee_a, teacher, kept):
    with school(lycee_a):
        ask(teacher, "news.read", status=422)
    assert kept() == {}


def test_viewer_without_request_counts_nothing(lycee_a, staffroom, kept):
    with school(lycee_a):
        services.count("news.read", viewer_as(staffroom[0], lycee_a))
    assert kept() == {}


def test_undeclared_feature_counts_nothing(lycee_a, teacher, kept):
    with school(lycee_a):
        ask(teacher, "news.nothing", "nowhere.read")
    assert kept() == {}


def test_roles_are_counted_without_a_request(lycee_a, staffroom, kept):
    with school(lycee_a):
        services.count("news.read", roles=("teacher", "guardian"))
    assert kept() == {("news.read", "teacher", TODAY()): 1, ("news.read", "guardian", TODAY()): 1}


def test_counting_asks_the_database_nothing_and_redis_once(lycee_a, teacher, trips):
    with school(lycee_a):
        assert teacher.can("news.view")  # what every guarded page has read already
        with CaptureQueriesContext(connection, ) as queries:
            ask(teacher, "news.read", "news.confirm", "people.person")
    assert (len(queries), len(trips)) == (0, 1)


def test_request_that_uses_nothing_leaves_redis_alone(lycee_a, teacher, trips):
    with school(lycee_a):
        ask(teacher)
    assert trips == []


def test_counting_survives_without_redis(lycee_a, teacher, monkeypatch):
    away = Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2)
    monkeypatch.setattr(pool, "_add", lambda: away.register_script("return 1"))
    monkeypatch.setattr(pool, "_quiet", redis.Quiet())
    with school(lycee_a):
        ask(teacher, "news.read")
    assert pool._quiet.resting


def test_two_schools_do_not_meet(lycee_a, college_b, staffroom, kept):
    for establishment in (lycee_a, college_b):
        with school(establishment):
            services.count("news.read", roles=("teacher",))
    assert kept()["news.read", "teacher", TODAY()] == 1


def test_page_counts_what_it_shows(lycee_a, staffroom, kept):
    client = signed_in_client(lycee_a, staffroom[0])
    client.get(f"/annuaire/{staffroom[1].pk}/")
    assert kept() == {("people.person", "teacher", TODAY()): 1}


# --- few people ------------------------------------------------------------------------------------------
def test_head_alone_is_noted_by_week_and_not_counted(lycee_a, staffroom, kept):
    make_person(lycee_a, "management")
    monday = TODAY() - timezone.timedelta(days=TODAY().weekday())
    for _ in range(2):
        with school(lycee_a):
            services.count("news.urgent", roles=("management",))
            services.count("news.urgent", roles=("management",))
        kept()
    assert kept() == {("news.urgent", "few", monday): 1}


# --- a killed worker -------------------------------------------------------------------------------------
def count_some(establishment, n=1):
    with school(establishment):
        pool.add(connection.schema_name, TODAY(), Counter({("news.read", "teacher"): n}))


def test_batch_taken_by_a_killed_worker_is_added_by_the_next(lycee_a, staffroom, kept):
    count_some(lycee_a, 3)
    pool.take()
    count_some(lycee_a, 2)
    assert kept() == {("news.read", "teacher", TODAY()): 5}


def test_batch_written_by_a_killed_worker_is_not_added_twice(lycee_a, staffroom, kept, monkeypatch):
    count_some(lycee_a, 3)
    with monkeypatch.context() as patched:
        patched.setattr(pool, "drop", lambda batches: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            flushing.flush()
    count_some(lycee_a, 2)
    assert kept() == {("news.read", "teacher", TODAY()): 5}


def test_batch_that_fails_halfway_is_kept_whole(lycee_a, staffroom, kept, monkeypatch):
    count_some(lycee_a, 3)
    with monkeypatch.context() as patched:
        patched.setattr(flushing, "add", lambda *args: 1 / 0)
        flushing.flush()
    assert kept() == {("news.read", "teacher", TODAY()): 3}


def test_nothing_stays_in_redis_after_a_flush(lycee_a, staffroom, kept):
    count_some(lycee_a)
    kept()
    assert redis.client().keys(redis.key("adoption", "*")) == []


def test_flush_remembers_its_batches(lycee_a, staffroom, kept):
    count_some(lycee_a)
    kept()
    with school(lycee_a):
        assert Batch.objects.count() == 1


def test_closed_school_is_passed_over(lycee_a, kept):
    count_some(lycee_a)
    type(lycee_a).objects.filter(pk=lycee_a.pk).update(lifecycle="suspended")
    assert flushing.flush() == 0
    assert redis.client().keys(redis.key("adoption", "*")) == []
