"""Streams of server-sent events, held open by the ASGI process outside of Django's own handling.

Django answers the request first, as any other: host, session, guard. The view takes the seat that it finds in the
scope; once Django is done, its thread ended and its database connection given back, the stream goes on here with
nothing but a socket. A process keeps one Redis connection for all its streams, with one subscription for each school.
"""

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import redis.asyncio
import structlog
from django.conf import settings
from django.http import HttpRequest
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from core.notifications.live import channel_of

logger = structlog.get_logger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[..., Awaitable[None]]  # (scope, receive, send)

SCOPE_KEY = "preau.seat"
HEARTBEAT_SECONDS = 20.0
# Then the browser comes back and is asked who it is again.
LIFE_SECONDS = 5 * 60.0
SUBSCRIBED_WITHIN_SECONDS = 3.0
# A Redis that says nothing for so long is asked; silent once more, it is gone.
REDIS_SILENT_SECONDS = 30.0
# Of one person in one process; more pages than that ask from time to time.
SEATS_EACH = 8
# Spread of the requests that follow a tick, by how many were rung at once.
SPREAD_MS_EACH, SPREAD_MS_MOST = 20, 3000


@dataclass(eq=False)
class Seat:
    """One open page. `spread` (milliseconds) is set when it is rung, `lost` when nothing will ring it any more.

    `newest` is the newest unread row as the stream began: a page that knows it has missed nothing.
    """

    channel: str = ""
    person_id: int = 0
    newest: int = 0
    spread: int | None = None
    lost: bool = False
    rung: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def taken(self) -> bool:
        return bool(self.channel)

    def ring(self, spread: int) -> None:
        self.spread = max(spread, self.spread or 0)
        self.rung.set()

    def lose(self) -> None:
        self.lost = True
        self.rung.set()

    def rest(self) -> int | None:
        """What it was rung with, if it was; it waits anew."""
        spread, self.spread = self.spread, None
        self.rung.clear()
        return spread


def take_seat(request: HttpRequest, schema: str, person_id: int, *, newest: int = 0) -> bool:
    """Keep this request's connection as a stream for a person. False where nothing holds streams (WSGI)."""
    seat: Seat | None = getattr(request, "scope", {}).get(SCOPE_KEY)
    if seat is None or request.method != "GET":
        return False
    seat.channel, seat.person_id, seat.newest = channel_of(schema), person_id, newest
    return True


class Full(Exception):
    """This person has as many streams as one may have."""


class Hub:
    """Who listens in this process, by school and person. Lives in one event loop."""

    def __init__(self) -> None:
        self.seats: dict[str, dict[int, set[Seat]]] = defaultdict(lambda: defaultdict(set))
        self._confirmed: dict[str, asyncio.Event] = {}
        self._redis: redis.asyncio.Redis | None = None
        self._pubsub: PubSub | None = None
        self._reader: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()

    async def join(self, seat: Seat) -> None:
        """Listen for a person; returns once nothing can be missed any more.

        Raises Full, RedisError or TimeoutError; the seat is then not kept.
        """
        if len(self.seats[seat.channel][seat.person_id]) >= SEATS_EACH:
            raise Full
        self.seats[seat.channel][seat.person_id].add(seat)
        try:
            async with asyncio.timeout(SUBSCRIBED_WITHIN_SECONDS):
                confirmed = await self._subscribe(seat.channel)
                await confirmed.wait()
        except BaseException:
            await self.leave(seat)
            raise

    async def leave(self, seat: Seat) -> None:
        people = self.seats.get(seat.channel, {})
        people.get(seat.person_id, set()).discard(seat)
        if not people.get(seat.person_id):
            people.pop(seat.person_id, None)
        if not people:
            await self._unsubscribe(seat.channel)

    async def _subscribe(self, channel: str) -> asyncio.Event:
        async with self._lock:
            confirmed = self._confirmed.get(channel)
            if confirmed is None:
                pubsub = self._connected()
                await pubsub.subscribe(channel)
                confirmed = self._confirmed[channel] = asyncio.Event()
                if self._reader is None:
                    self._reader = asyncio.create_task(self._read(pubsub))
            return confirmed

    def _connected(self) -> PubSub:
        if self._pubsub is None or self._redis is None:
            self._redis = _redis()
            self._pubsub = self._redis.pubsub()
        return self._pubsub

    async def _unsubscribe(self, channel: str) -> None:
        async with self._lock:
            if self.seats.get(channel):  # somebody came meanwhile
                return
            self.seats.pop(channel, None)
            self._confirmed.pop(channel, None)
            if not self.seats:
                await self._hang_up()
            elif self._pubsub is not None:
                with suppress(redis.RedisError, OSError):
                    await self._pubsub.unsubscribe(channel)

    async def _hang_up(self) -> None:
        reader, self._reader = self._reader, None
        pubsub, self._pubsub = self._pubsub, None
        client, self._redis = self._redis, None
        self._confirmed.clear()
        if reader is not None and reader is not asyncio.current_task():
            reader.cancel()
        for each in (pubsub, client):
            with suppress(redis.RedisError, OSError):
                if each is not None:
                    await each.aclose()

    async def _read(self, pubsub: PubSub) -> None:
        """Pass on what Redis says until it goes away; then every stream ends, and pages ask by themselves."""
        asked = False
        try:
            while True:
                message = await pubsub.get_message(timeout=REDIS_SILENT_SECONDS)
                if message is not None:
                    self._heard(message)
                elif asked:
                    raise redis.ConnectionError("silent")
                else:
                    async with self._lock:
                        await pubsub.ping()
                asked = message is None
        except (redis.RedisError, OSError) as error:
            logger.warning("live updates interrupted", error=type(error).__name__)
            for seat in [seat for people in self.seats.values() for seats in people.values() for seat in seats]:
                seat.lose()
            async with self._lock:
                if self._pubsub is pubsub:
                    await self._hang_up()

    def _heard(self, message: MutableMapping[str, Any]) -> None:
        channel = str(message["channel"])
        if message["type"] == "subscribe" and channel in self._confirmed:
            self._confirmed[channel].set()
        if message["type"] != "message":
            return
        people = self.seats.get(channel, {})
        rung = [seat for person_id in json.loads(message["data"]) for seat in people.get(person_id, ())]
        spread = min(SPREAD_MS_MOST, SPREAD_MS_EACH * (len(rung) - 1))
        for seat in rung:
            seat.ring(spread)


def _redis() -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL, decode_responses=True, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0)
    )


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """That of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


# --- The door ---------------------------------------------------------------------------------------------
def with_streams(application: Application) -> Application:
    """Django's ASGI application, with streams held open for the requests that took their seat."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        seat = Seat()
        answer = _Answer(seat, send)
        await application({**scope, SCOPE_KEY: seat}, receive, answer.send)
        if answer.begins_stream:
            await _stream(seat, receive, send, answer.start)

    return serve


class _Answer:
    """Lets Django's answer through, except that of a request that goes on as a stream."""

    def __init__(self, seat: Seat, send: Send) -> None:
        self.seat, self.forward = seat, send
        self.start: MutableMapping[str, Any] = {}
        self.begins_stream = False

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start" and self.seat.taken and message["status"] == 200:
            headers = [(name, value) for name, value in message["headers"] if name.lower() != b"content-length"]
            self.start = {**message, "headers": headers}
            self.begins_stream = True
        elif not self.begins_stream:
            await self.forward(message)


async def _stream(seat: Seat, receive: Receive, send: Send, start: MutableMapping[str, Any]) -> None:
    try:
        await hub().join(seat)
    except (Full, redis.RedisError, OSError, TimeoutError) as error:
        logger.info("stream refused", reason=type(error).__name__)
        await send({**start, "status": 204})
        await send({"type": "http.response.body", "body": b""})
        return
    gone = asyncio.ensure_future(_gone(receive))
    try:
        await send(start)
        async with asyncio.timeout(LIFE_SECONDS * random.uniform(0.9, 1)):  # noqa: S311 -- spreads load, guards nothing
            await _speak(seat, gone, send)
    except TimeoutError:
        pass  # the browser comes back by itself
    finally:
        gone.cancel()
        await hub().leave(seat)
    if not gone.done() or gone.cancelled():
        with suppress(OSError):
            await send({"type": "http.response.body", "body": b""})


async def _speak(seat: Seat, gone: "asyncio.Future[None]", send: Send) -> None:
    """Until the page has gone, or nothing would ring it any more."""

    async def say(text: str) -> None:
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})

    # Browsers come back after this long, each at another moment.
    again = random.randint(2000, 8000)  # noqa: S311 -- as above
    await say(f"retry: {again}\nevent: ready\ndata: {seat.newest}\n\n")
    while not gone.done():
        rung: asyncio.Future[Any] = asyncio.ensure_future(seat.rung.wait())
        waited: set[asyncio.Future[Any]] = {rung, gone}
        await asyncio.wait(waited, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        rung.cancel()
        if seat.lost:
            await say("event: close\ndata: 0\n\n")
            return
        spread = seat.rest()
        await say(f"event: bell\ndata: {spread}\n\n" if spread is not None else ":\n\n")


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
