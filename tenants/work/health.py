"""How Celery is: who works, what waits, whether the scheduler lives. Read from Redis, in one round trip.

Workers leave a mark with each heartbeat, the scheduler with each pulse that it sends, messages carry when they were
sent. Nothing here asks a worker anything, so a page never waits for one.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from redis.exceptions import RedisError

from tenants.redis import client, key
from tenants.work.models import State, WorkBase

SENT = "preau_sent"  # header of each message: seconds since 1970
PULSE_SECONDS = 60  # between two pulses of the scheduler
_MARK_SECONDS = 5  # between two marks of a worker
_GONE_SECONDS = 45  # a worker that has left no mark for so long
_BEAT_LATE = 3 * PULSE_SECONDS
# A work that said nothing for so long, on a worker that is gone
SILENCE = timedelta(minutes=1)


@dataclass(frozen=True)
class Health:
    """`reachable`: whether Redis answered; without it nothing else is known.

    `workers`: name to seconds since its last mark. `waiting`, `taken`: messages in the queue, and in workers' hands.
    `oldest`: seconds that the oldest message has waited, if known. `beat`: seconds since the scheduler's last pulse.
    """

    reachable: bool = False
    workers: Mapping[str, int] = field(default_factory=dict)
    waiting: int = 0
    taken: int = 0
    oldest: int | None = None
    beat: int | None = None

    @property
    def beat_alive(self) -> bool:
        return self.beat is not None and self.beat < _BEAT_LATE

    @property
    def well(self) -> bool:
        return self.reachable and bool(self.workers) and self.beat_alive


def read() -> Health:
    """One round trip, and half a second at most where Redis is down (tenants.redis)."""
    prefix = str(settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"])
    queue = prefix + settings.CELERY_TASK_DEFAULT_QUEUE
    try:
        with client().pipeline(transaction=False) as pipe:
            pipe.zrangebyscore(key("work", "workers"), time.time() - _GONE_SECONDS, "+inf", withscores=True)
            pipe.get(key("work", "beat"))
            pipe.llen(queue)
            pipe.lindex(queue, -1)
            pipe.hlen(f"{prefix}unacked")
            workers, beat, waiting, oldest, taken = pipe.execute()
    except RedisError:
        return Health()
    now = time.time()
    return Health(
        reachable=True,
        workers={name: max(int(now - at), 0) for name, at in workers},
        waiting=waiting,
        taken=taken,
        oldest=_age(oldest, now),
        beat=int(now - float(beat)) if beat else None,
    )


def _age(message: str | None, now: float) -> int | None:
    """How long a message has waited; None for one that does not say."""
    try:
        sent = json.loads(message or "{}").get("headers", {}).get(SENT)
        return max(int(now - float(sent)), 0) if sent else None
    except (ValueError, TypeError):
        return None


_marked = 0.0


def mark_worker(name: str) -> None:
    """A worker says that it lives; called with each of its heartbeats, heard every few seconds."""
    global _marked  # one worker per process
    if time.monotonic() - _marked < _MARK_SECONDS:
        return
    _marked = time.monotonic()
    try:
        with client().pipeline(transaction=False) as pipe:
            pipe.zadd(key("work", "workers"), {name: time.time()})
            pipe.zremrangebyscore(key("work", "workers"), "-inf", time.time() - 24 * 60 * 60)
            pipe.execute()
    except RedisError:
        return


def unmark_worker(name: str) -> None:
    """A worker that stops says so."""
    try:
        client().zrem(key("work", "workers"), name)
    except RedisError:
        return


def mark_beat() -> None:
    """The scheduler has sent its pulse."""
    try:
        client().set(key("work", "beat"), repr(time.time()), ex=24 * 60 * 60)
    except RedisError:
        return


def silent(work: WorkBase, health: Health | None = None) -> bool:
    """Whether it says that it runs while its worker is gone, or no task may run for so long."""
    if work.state != State.RUNNING or work.beat_at is None:
        return False
    quiet = timezone.now() - work.beat_at
    if quiet > timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT) + SILENCE:
        return bool(work.worker)
    if quiet < SILENCE or not work.worker:
        return False
    health = health or read()
    return health.reachable and work.worker not in health.workers


def as_shown(work: WorkBase, health: Health) -> WorkBase:
    """The work, called interrupted when it is; the row is settled once a day and before a retry."""
    if silent(work, health):
        work.state = State.INTERRUPTED
    return work


