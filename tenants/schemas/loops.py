"""The one place that goes from school to school."""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import structlog
from django.db import InterfaceError, OperationalError, connection

from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas.context import region, school

logger = structlog.get_logger(__name__)

_PATIENCE_SECONDS = 60  # for a server that restarts


@dataclass
class Tour:
    """What a loop over schools came to: UAI done, and UAI with the error's kind."""

    done: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def each_school(work: Callable[[], object], *, uais: Iterable[str], name: str) -> Tour:
    """Do `work` in each active school named, in order of UAI. A failure is logged, and the others go on.

    To resume, call again with the UAI that are in neither `done` nor no longer wanted.
    """
    tour = Tour()
    for establishment in _active(uais):
        connection.close_if_unusable_or_obsolete()  # a server process grows with each school it has stood in
        try:
            with school(establishment):
                work()
        except Exception as error:
            tour.failed[establishment.uai] = type(error).__name__
            logger.exception("work failed in a school", work=name, uai=establishment.uai)
        else:
            tour.done.append(establishment.uai)
    return tour


def _active(uais: Iterable[str]) -> list[Establishment]:
    with region():
        return list(Establishment.objects.filter(uai__in=list(uais), lifecycle=Lifecycle.ACTIVE).order_by("uai"))


def spread(
    schools: Iterable[Establishment], work: Callable[[Establishment], object], *, jobs: int
) -> Iterator[tuple[Establishment, Exception | None]]:
    """Do `work` with each school over `jobs` connections; yields each with what went wrong, or None, as it is done.

    It begins in the regional context. A server that went away is waited for, so `work` may be run twice.
    """
    waiting: queue.SimpleQueue[Establishment] = queue.SimpleQueue()
    for establishment in schools:
        waiting.put(establishment)
    if jobs == 1:
        while not waiting.empty():
            establishment = waiting.get()
            yield establishment, _one(establishment, work)
        return
    yield from _side_by_side(waiting, work, jobs)


def _side_by_side(
    waiting: "queue.SimpleQueue[Establishment]", work: Callable[[Establishment], object], jobs: int
) -> Iterator[tuple[Establishment, Exception | None]]:
    done: queue.SimpleQueue[tuple[Establishment, Exception | None] | None] = queue.SimpleQueue()
    stop = threading.Event()

    def run() -> None:
        try:
            while not stop.is_set():
                establishment = waiting.get_nowait()
                done.put((establishment, _one(establishment, work)))
        except queue.Empty:
            pass
        finally:
            connection.close()
            done.put(None)

    workers = [threading.Thread(target=run, daemon=True) for _ in range(jobs)]
    for worker in workers:
        worker.start()
    try:
        alive = len(workers)
        while alive:
            outcome = done.get()
            if outcome is None:
                alive -= 1
            else:
                yield outcome
    finally:  # also when who listens goes away: each worker ends the school that it has
        stop.set()
        for worker in workers:
            worker.join()


def _one(establishment: Establishment, work: Callable[[Establishment], object]) -> Exception | None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        connection.close_if_unusable_or_obsolete()
        try:
            with region():
                work(establishment)
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or connection.is_usable() or time.monotonic() > deadline:
                return error  # the server answers: it is this school
            connection.close()
            time.sleep(0.5)
        except Exception as error:  # noqa: BLE001 -- told by who asked
            return error
        else:
            return None
