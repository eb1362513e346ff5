"""Many schools at once: a first group alone, then the others over a few connections, each on its own fate.

What is to be done is what the ledger lacks, so a run killed anywhere is simply run again. A school that fails is
put in quarantine with its error, and the others go on; one whose tables are in use is taken again later.
"""

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from tenants.establishments.models import Establishment
from tenants.schemas import graph, ledger
from tenants.schemas.context import region
from tenants.schemas.lanes.apply import Busy, Failed, Moved
from tenants.schemas.ledger import Standing
from tenants.schemas.names import schema_name_for
from tenants.schemas.upgrades.one import Target, Unplannable, Work, bring_up

logger = structlog.get_logger(__name__)

DONE, FAILED, BUSY, AHEAD = "done", "failed", "busy", "ahead"
UNREACHABLE, BROKEN = "unreachable", "broken"  # these end the run

BUSY_TRIES = 5  # how often a school in use is taken again before it is left for the next run
_SCHOOLS_A_CONNECTION = 200
_PATIENCE_SECONDS = 60  # for a server that restarts
# So many failures, and more than a twentieth of what was taken: it is the release, not the schools.
_TOO_MANY_FAILURES = 10
_TOO_MANY_SHARE = 20


@dataclass
class Tally:
    """How far a run is. `errors` maps a UAI to what went wrong; `reason` says why a run stopped early."""

    total: int
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((DONE, FAILED, BUSY, AHEAD), 0))
    errors: dict[str, str] = field(default_factory=dict)
    stage: str = ""
    reason: str = ""
    paused: bool = False
    started: float = field(default_factory=time.monotonic)

    @property
    def taken(self) -> int:
        return sum(self.counts.values())

    @property
    def rate(self) -> float:
        """Schools a second so far."""
        return self.taken / max(time.monotonic() - self.started, 0.001)

    @property
    def seconds_left(self) -> float:
        return (self.total - self.taken) / self.rate if self.taken else 0.0


@dataclass(frozen=True)
class Order:
    """What a run is asked for. `watch` is told of progress twice a second and says whether to go on."""

    jobs: int = 2
    canary: int = 3
    target: Target = field(default_factory=Target)
    watch: Callable[[Tally], bool] = lambda tally: True


class Run:
    """One run over the schools that are behind."""

    def __init__(self, standings: list[Standing], order: Order) -> None:
        self.order = order
        self.tally = Tally(total=len(standings))
        self.canaries, self.others = _split(standings, order.canary)
        self.lock = threading.Lock()
        self.stop = threading.Event()

    def __call__(self) -> Tally:
        """Runs to the end, to a pause, or to a stop; never raises for a school."""
        for stage, group, jobs in (("canary", self.canaries, 1), ("all", self.others, self.order.jobs)):
            self.tally.stage = stage
            self._group(group, jobs)
            if self.stop.is_set():
                break
            if stage == "canary" and self.tally.counts[FAILED]:
                self.tally.reason = "Le premier groupe a échoué : les autres établissements n’ont pas été touchés."
                break
        self.order.watch(self.tally)
        return self.tally

    def _group(self, group: list[Standing], jobs: int) -> None:
        waiting: deque[tuple[Standing, int]] = deque((standing, 0) for standing in group)
        workers = [
            threading.Thread(target=self._work, args=(waiting,), name=f"upgrade-{number}", daemon=True)
            for number in range(min(jobs, len(group)))
        ]
        for worker in workers:
            worker.start()
        try:
            while any(worker.is_alive() for worker in workers):
                for worker in workers:
                    worker.join(0.5 / len(workers))
                if not self.stop.is_set() and not self.order.watch(self.tally):
                    self.tally.paused = True
                    self.stop.set()
        except BaseException:
            self.stop.set()  # Ctrl-C: each worker ends the school that it has
            for worker in workers:
                worker.join()
            raise

    def _work(self, waiting: deque[tuple[Standing, int]]) -> None:
        taken = 0
        try:
            while not self.stop.is_set():
                try:
                    standing, tries = waiting.popleft()
                except IndexError:
                    return
                state, error = self._one(standing)
                if state == BUSY and tries + 1 < BUSY_TRIES:
                    self.stop.wait(random.uniform(0.05, 0.2) * 2**tries)  # noqa: S311 -- not a secret
                    waiting.append((standing, tries + 1))
                    continue
                self._count(standing, state, error)
                taken += 1
                if taken % _SCHOOLS_A_CONNECTION == 0:
                    connection.close()
        finally:
            connection.close()

    def _one(self, standing: Standing) -> tuple[str, str]:
        """Take one school; a server that went away is waited for."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return self._take(standing)
            except (OperationalError, InterfaceError) as error:
                connection.close()
                if time.monotonic() > deadline or self.stop.is_set():
                    return UNREACHABLE, str(error).strip()
                time.sleep(0.5)

    def _take(self, standing: Standing) -> tuple[str, str]:
        try:
            work = self._bring_up(standing)
        except Busy as busy:
            return BUSY, str(busy)
        except Failed as failed:
            told = _told(failed.cause)
            logger.warning("school in quarantine", uai=standing.uai, migration=failed.step.name, error=told)
            ledger.quarantine(standing.uai, failed.step.label, failed.step.migration, told)
            return FAILED, f"{failed.step.name} : {told}"
        except Unplannable as error:
            logger.exception("migration fails on a template", uai=standing.uai)
            return BROKEN, str(error)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            logger.exception("school in quarantine", uai=standing.uai)
            ledger.quarantine(standing.uai, self.order.target.label or graph.current().core[0], "", _told(error))
            return FAILED, _told(error)
        if work is not None and work.ahead:
            return AHEAD, ", ".join(work.ahead)
        if standing.failed:
            ledger.release(standing.uai)
        return DONE, ""

    def _bring_up(self, standing: Standing) -> Work | None:
        """One message where the ledger still says what it said; None for a school that was closed meanwhile."""
        school = Establishment(uai=standing.uai, schema_name=schema_name_for(standing.uai))
        try:
            return bring_up(school, target=self.order.target, held=standing.versions, looks=1)
        except Moved:
            with region():
                kept = Establishment.objects.filter(uai=standing.uai, lifecycle__in=ledger.KEPT).first()
            return bring_up(kept, target=self.order.target) if kept else None

    def _count(self, standing: Standing, state: str, error: str) -> None:
        with self.lock:
            if state in {UNREACHABLE, BROKEN}:
                what = "La base ne répond plus" if state == UNREACHABLE else "Une migration échoue sur un espace vide"
                self.tally.reason = f"{what} : {error}"
                self.stop.set()
                return
            self.tally.counts[state] += 1
            if error:
                self.tally.errors[standing.uai] = error
            # Schools that were in quarantine before say nothing new about the release.
            failed = self.tally.counts[FAILED]
            if not standing.failed and failed > _TOO_MANY_FAILURES and failed * _TOO_MANY_SHARE > self.tally.taken:
                self.tally.reason = "Trop d’échecs : la mise à jour s’est arrêtée d’elle-même."
                self.stop.set()


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).strip()}"[:2000]


def _split(standings: Iterable[Standing], canary: int) -> tuple[list[Standing], list[Standing]]:
    """The first group: those that the settings name, else one of each type; schools in quarantine come last."""
    rows = list(standings)
    healthy = [s for s in rows if not s.failed]
    named = [s for s in healthy if s.uai in settings.CANARY_SCHOOLS]
    chosen = {s.uai for s in named}
    for standing in sorted(healthy, key=lambda s: s.uai):
        kinds = {s.type for s in healthy if s.uai in chosen}
        if len(chosen) < canary and not named and standing.type not in kinds:
            chosen.add(standing.uai)
    for standing in healthy:
        if len(chosen) < canary and not named:
            chosen.add(standing.uai)
    if not canary:
        chosen = set()
    return [s for s in rows if s.uai in chosen], [s for s in rows if s.uai not in chosen]
