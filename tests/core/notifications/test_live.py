"""Ticks from a worker to an open page: through Redis and the ASGI process, with nothing in them."""

import asyncio
import json
import re
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace

import pytest
import redis
from django.core.handlers.asgi import ASGIHandler
from django.db import connection, connections

from core.notifications import live, streams
from tenants.redis import client as redis_client
from tenants.schemas.context import school
from tests.factories import make_person
from tests.signing import signed_in_client

PATH = "/notifications/direct/"


class Page:
    """An open page: what the stream said so far, and the means to close it."""

    def __init__(self, application, host, cookies="", origin=""):
        headers = [(b"host", host.encode()), (b"cookie", cookies.encode())]
        headers += [(b"origin", origin.encode())] if origin else []
        self.scope = {
            "type": "http", "method": "GET", "path": PATH, "query_string": b"", "headers": headers, "scheme": "http",
            "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "http_version": "1.1", "asgi": {"version": "3.0"},
        }  # fmt: skip
        self.application, self.sent, self.said = application, asyncio.Queue(), ""
        self.incoming = asyncio.Queue()
        self.incoming.put_nowait({"type": "http.request", "body": b"", "more_body": False})
        self.task = asyncio.create_task(application(self.scope, self.incoming.get, self.sent.put))

    async def start(self):
        message = await asyncio.wait_for(self.sent.get(), 5)
        self.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        return message["status"]

    async def hears(self, words, within=5.0):
        async with asyncio.timeout(within):
            while words not in self.said:
                self.said += (await self.sent.get()).get("body", b"").decode()

    async def close(self):
        await self.incoming.put({"type": "http.disconnect"})
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(self.task, 5)


@asynccontextmanager
async def opened(seat_channel, *people):
    """Streams past Django's door, for these people."""

    async def door(scope, receive, send):
        await receive()
        seat = scope[streams.SCOPE_KEY]
        seat.channel, seat.person_id = seat_channel, people[len(pages)]
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    pages = []
    application = streams.with_streams(door)
    for _person in people:
        page = Page(application, "x")
        status = await page.start()
        pages.append(page)
        page.status = status
        if status == 200:
            await page.hears("event: ready")
    try:
        yield pages
    finally:
        for page in pages:
            await page.close()


def publish(channel, *people):
    redis_client().publish(channel, json.dumps(people))


# --- Between Redis and pages --------------------------------------------------------------------------------
def test_a_tick_reaches_the_pages_of_those_who_are_rung_and_no_others():
    async def run():
        async with opened(live.channel_of("e_a"), 1, 2) as (one, other):
            publish(live.channel_of("e_a"), 1)
            await one.hears("event: bell\ndata: 0")
            with pytest.raises(TimeoutError):
                await other.hears("event: bell", within=0.2)

    asyncio.run(run())


def test_a_school_does_not_ring_another():
    async def run():
        async with opened(live.channel_of("e_a"), 1) as (page,):
            publish(live.channel_of("e_b"), 1)
            with pytest.raises(TimeoutError):
                await page.hears("event: bell", within=0.3)

    asyncio.run(run())


def test_a_process_holds_one_subscription_for_all_pages_of_a_school():
    channel = live.channel_of("e_many")

    async def run():
        async with opened(channel, 1, 2, 3):
            return redis_client().pubsub_numsub(channel)

    assert asyncio.run(run()) == [(channel, 1)]


def test_the_subscription_ends_with_the_last_page():
    channel = live.channel_of("e_last")

    async def run():
        async with opened(channel, 1):
            pass
        for _attempt in range(50):
            if redis_client().pubsub_numsub(channel) == [(channel, 0)]:
                return True
            await asyncio.sleep(0.02)
        return False

    assert asyncio.run(run())


def test_many_pages_rung_at_once_are_told_to_wait_a_little():
    async def run():
        async with opened(live.channel_of("e_a"), *range(1, 5)) as pages:
            publish(live.channel_of("e_a"), 1, 2, 3, 4)
            await pages[0].hears("event: bell")
            return pages[0].said

    spread = int(re.search(r"event: bell\ndata: (\d+)", asyncio.run(run())).group(1))
    assert spread == 3 * streams.SPREAD_MS_EACH


def test_the_wait_has_a_limit():
    seat = streams.Seat(channel="c", person_id=1)
    hub = streams.Hub.__new__(streams.Hub)
    hub.seats, hub._confirmed = {"c": {1: {seat}} | {n: {streams.Seat()} for n in range(2, 900)}}, {}
    hub._heard({"type": "message", "channel": "c", "data": json.dumps(list(range(900)))})
    assert seat.spread == streams.SPREAD_MS_MOST


def test_one_person_holds_so_many_streams(monkeypatch):
    monkeypatch.setattr(streams, "SEATS_EACH", 2)

    async def run():
        async with opened(live.channel_of("e_a"), 1, 1, 1) as pages:
            return [page.status for page in pages]

    assert asyncio.run(run()) == [200, 200, 204]


def test_a_quiet_stream_beats(monkeypatch):
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.05)

    async def run():
        async with opened(live.channel_of("e_a"), 1) as (page,):
            await page.hears("\n\n:\n\n")

    asyncio.run(run())


def test_a_stream_ends_after_its_life_so_that_one_is_asked_again(monkeypatch):
    monkeypatch.setattr(streams, "LIFE_SECONDS", 0.1)

    async def run():
        async with opened(live.channel_of("e_a"), 1) as (page,):
            await asyncio.wait_for(page.task, 2)
            return "event: close" in page.said

    assert asyncio.run(run()) is False


def test_where_redis_is_away_the_stream_is_refused(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    async def run():
        async with opened(live.channel_of("e_a"), 1) as (page,):
            return page.status

    assert asyncio.run(run()) == 204


def test_when_redis_goes_away_the_pages_are_told_to_ask_by_themselves():
    async def run():
        async with opened(live.channel_of("e_gone"), 1) as (page,):
            for row in redis_client().client_list(_type="pubsub"):
                redis_client().client_kill_filter(_id=row["id"])
            await page.hears("event: close")

    asyncio.run(run())


@pytest.mark.parametrize(("method", "scope", "taken"), [
    ("GET", True, True), ("HEAD", True, False), ("GET", False, False),
])  # fmt: skip
def test_a_seat_is_for_a_get_where_streams_are_held(method, scope, taken):
    seat = streams.Seat()
    request = SimpleNamespace(method=method, scope={streams.SCOPE_KEY: seat} if scope else {})
    assert streams.take_seat(request, "e_a", 1) is taken
    assert seat.taken is taken


# --- Ringing ------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_ringing_many_sends_few_messages(lycee_a):
    listener = redis_client().pubsub(ignore_subscribe_messages=True)
    with school(lycee_a):
        listener.subscribe(live.channel_of(lycee_a.schema_name))
        listener.get_message(timeout=1)
        live.ring(range(1, 2502))
    heard = []
    while (message := listener.get_message(timeout=0.3)) is not None:
        heard.append(len(json.loads(message["data"])))
    listener.close()
    assert heard == [1000, 1000, 501]


@pytest.mark.django_db
def test_ringing_never_fails(lycee_a, monkeypatch):
    monkeypatch.setattr(live, "client", lambda: redis.Redis(host="127.0.0.1", port=1))
    monkeypatch.setattr(live, "_quiet", live.Quiet())
    with school(lycee_a):
        live.ring([1, 2])


# --- Django's door ------------------------------------------------------------------------------------------
@pytest.fixture
def guardian(lycee_a):
    return make_person(lycee_a, "guardian", account=True)


@pytest.mark.django_db
def test_where_nothing_holds_streams_the_answer_is_empty(lycee_a, guardian):
    answer = signed_in_client(lycee_a, guardian).get(PATH)
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.django_db
@pytest.mark.parametrize(("port", "origin"), [(8001, "http://{slug}.localhost:8000"), (0, "http://{slug}.localhost")])
def test_ones_own_school_may_listen(lycee_a, guardian, settings, port, origin):
    settings.LIVE_PORT = port
    page = origin.format(slug=lycee_a.slug)
    answer = signed_in_client(lycee_a, guardian).get(PATH, headers={"Origin": page})
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == page
    assert answer["Access-Control-Allow-Credentials"] == "true"


@pytest.mark.django_db
@pytest.mark.parametrize("origin", ["http://college-b.localhost:8000", "https://ailleurs.example", "null"])
def test_no_other_page_may_listen(lycee_a, guardian, origin):
    answer = signed_in_client(lycee_a, guardian).get(PATH, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.django_db
def test_pages_listen_at_the_port_of_the_live_process(lycee_a, guardian, settings):
    settings.LIVE_PORT = 8001
    page = signed_in_client(lycee_a, guardian).get("/").content.decode()
    assert f'data-stream="http://{lycee_a.slug}.localhost:8001{PATH}"' in page


@pytest.fixture
def signed_in(django_db_blocker, transactional_school):
    """Somebody's cookie and key, really committed: the ASGI handler reads from a thread of its own."""
    establishment, person = transactional_school
    client = signed_in_client(establishment, person)
    return establishment, person, client.cookies.output(header="", sep=";").split(";")[0].strip()


@pytest.fixture
def transactional_school(django_db_setup, django_db_blocker):
    from tenants.accounts.models import Account, Membership
    from tests.schools import LYCEE_A, get

    with django_db_blocker.unblock():
        establishment = get(LYCEE_A)
        person = make_person(establishment, "guardian", account=True)
        yield establishment, person
        with school(establishment):
            person.delete()
        Membership.objects.filter(account_id=person.account_id).delete()
        Account.objects.filter(pk=person.account_id).delete()
        connection.set_schema_to_public()


def test_django_lets_a_member_listen_and_keeps_no_connection(signed_in, settings):
    establishment, person, cookie = signed_in
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    application = streams.with_streams(ASGIHandler())

    async def run():
        page = Page(application, f"{establishment.slug}.localhost", cookie)
        assert await page.start() == 200
        await page.hears("event: ready")
        publish(live.channel_of(establishment.schema_name), person.pk)
        await page.hears("event: bell")
        await page.close()
        return page.headers

    headers = asyncio.run(run())
    assert headers["content-type"] == "text/event-stream"
    assert "content-length" not in headers
    assert "content-encoding" not in headers


def test_django_sends_others_away(django_db_setup, django_db_blocker):
    application = streams.with_streams(ASGIHandler())
    with django_db_blocker.unblock():

        async def run():
            page = Page(application, "lycee-a.localhost")
            status = await page.start()
            await page.task
            return status

        assert asyncio.run(run()) == 302
        connections.close_all()
