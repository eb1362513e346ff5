"""Putting a required module in place: its tables, school after school, in the background.

A task takes a slice of the schools and may be run again at any time, so that a killed worker's task is simply
handed out once more; `ensure` finds whatever was left behind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog
from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from tenants.errors import Conflict
from tenants.establishments.models import Establishment
from tenants.policies.catalogue import catalogue
from tenants.policies.effective import combine
from tenants.policies.impact import OPEN, open_schools
from tenants.policies.models import Policy, Rollout
from tenants.policies.scopes import place_of, reaches
from tenants.schemas import engine, graph
from tenants.schemas.lanes.apply import Busy
from tenants.schemas.models import InstalledApp

logger = structlog.get_logger(__name__)
State = Rollout.State

SLICE = 100  # schools in one task: some seconds of work


@dataclass(frozen=True)
class Progress:
    """How far one module has come."""

    module: str
    total: int
    done: int
    failed: int

    @property
    def waiting(self) -> int:
        return self.total - self.done - self.failed


def plan(module: str, uais: Iterable[str]) -> None:
    """Note that these schools need the module's tables, and send the work once the transaction is over."""
    rows = [Rollout(uai=uai, module=module) for uai in uais]
    if not rows:
        return
    Rollout.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["uai", "module"],
        update_fields=["state", "error", "attempts", "finished_at"],
    )
    transaction.on_commit(lambda: send(module, [row.uai for row in rows]))


def send(module: str, uais: Iterable[str]) -> None:
    from tenants.policies.tasks import put_in_place  # noqa: PLC0415 -- the task imports this file

    wanted = list(uais)
    for start in range(0, len(wanted), SLICE):
        put_in_place.delay(module, wanted[start : start + SLICE])


def put_in_place(module: str, uais: Iterable[str]) -> list[str]:
    """Make the module's tables in these schools, where they are still required. Runs in the regional context.

    A school that fails is noted and the others go on. Returns those that are busy, to be taken again. A few
    queries for all of them, and for each only what makes its tables.
    """
    waiting = Rollout.objects.filter(uai__in=list(uais), module=module).exclude(state=State.DONE)
    wanted = list(waiting.values_list("uai", flat=True))
    schools, there = _still_required(module, wanted), _complete(module, wanted)
    waiting.exclude(uai__in=schools).delete()
    outcomes = _Outcomes(module)
    outcomes.put(dict.fromkeys(there & schools.keys(), ""))
    busy: list[str] = []
    for uai in sorted(schools.keys() - there):
        connection.close_if_unusable_or_obsolete()  # a server process grows with each school it has stood in
        try:
            with engine.exclusive(schools[uai]):
                engine.install(schools[uai], catalogue()[module].needs)
        except (Conflict, Busy):
            busy.append(uai)
        except Exception as error:
            logger.exception("rollout failed", uai=uai, module_slug=module)
            outcomes.put({uai: f"{type(error).__name__}: {error}"})
        else:
            outcomes.put({uai: ""})
    outcomes.write()
    return busy


def _still_required(module: str, uais: list[str]) -> dict[str, Establishment]:
    """The open schools among these where the region requires the module. Two queries."""
    if module not in catalogue():
        return {}
    policies = list(Policy.objects.filter(module=module))
    schools = Establishment.objects.filter(uai__in=uais, lifecycle__in=OPEN)
    return {
        school.uai: school
        for school in schools
        if _required(module, [p for p in policies if reaches(p.scope, p.scope_value, place_of(school))])
    }


def _complete(module: str, uais: list[str]) -> set[str]:
    """Those where all that the module needs is there already, in the version of the code."""
    if module not in catalogue():
        return set()
    known = graph.current()
    needs = {*known.core, *catalogue()[module].needs}
    held: dict[str, int] = {}
    rows = InstalledApp.objects.filter(uai__in=uais, app_label__in=needs, state=InstalledApp.State.READY)
    for uai, label, version in rows.values_list("uai", "app_label", "version"):
        held[uai] = held.get(uai, 0) + (known.versions[label] == version)
    return {uai for uai, number in held.items() if number == len(needs)}


class _Outcomes:
    """Notes what came of each school, a handful at a time: pages that show progress ask every few seconds."""

    HANDFUL = 10

    def __init__(self, module: str) -> None:
        self.module = module
        self.kept: dict[str, str] = {}

    def put(self, outcomes: Mapping[str, str]) -> None:
        """UAI to what went wrong, or ""."""
        self.kept |= outcomes
        if len(self.kept) >= self.HANDFUL:
            self.write()

    def write(self) -> None:
        failed = {uai: error for uai, error in self.kept.items() if error}
        self._note([uai for uai in self.kept if uai not in failed], State.DONE, "")
        for uai, error in failed.items():
            self._note([uai], State.FAILED, error)
        self.kept = {}

    def _note(self, uais: list[str], state: str, error: str) -> None:
        if uais:
            Rollout.objects.filter(uai__in=uais, module=self.module).update(
                state=state, error=error, attempts=F("attempts") + 1, finished_at=timezone.now()
            )


def ensure() -> int:
    """Plan again whatever is required and not there: failures, lost tasks, schools opened meanwhile.

    Returns the number of schools and modules that were sent.
    """
    _settle()
    sent = 0
    for module, uais in missing().items():
        with transaction.atomic():
            plan(module, uais)
        sent += len(uais)
    return sent


def _settle() -> None:
    """Note as done what a killed task has done without saying so."""
    waiting = Rollout.objects.exclude(state=State.DONE)
    for module in set(waiting.values_list("module", flat=True)):
        there = InstalledApp.objects.filter(app_label=module, state=InstalledApp.State.READY).values("uai")
        waiting.filter(module=module, uai__in=there).update(state=State.DONE, error="", finished_at=timezone.now())


def missing() -> dict[str, list[str]]:
    """Module to the UAI of open schools where it is required and its tables are not."""
    found: dict[str, list[str]] = {}
    entries = catalogue()
    schools = {school.place.uai: school.place for school in open_schools(Policy.Scope.ALL, "")}
    for module in set(Policy.objects.filter(effect=Policy.Effect.REQUIRE).values_list("module", flat=True)):
        if module not in entries:
            continue
        rows = InstalledApp.objects.filter(app_label=module).exclude(version=graph.NOTHING)
        there = set(rows.values_list("uai", flat=True))
        policies = list(Policy.objects.filter(module=module))
        wanted = [
            uai
            for uai, place in schools.items()
            if uai not in there
            and place.type in entries[module].school_types
            and _required(module, [p for p in policies if reaches(p.scope, p.scope_value, place)])
        ]
        if wanted:
            found[module] = wanted
    return found


def _required(module: str, policies: list[Policy]) -> bool:
    rule = combine(policies).get(module)
    return rule is not None and rule.effect == Policy.Effect.REQUIRE


def progress() -> list[Progress]:
    """How far each module that was ever required has come."""
    rows = Rollout.objects.values("module").annotate(
        total=Count("pk"),
        done=Count("pk", filter=Q(state=State.DONE)),
        failed=Count("pk", filter=Q(state=State.FAILED)),
    )
    return [Progress(**row) for row in rows.order_by("module")]


def failures() -> list[Rollout]:
    return list(Rollout.objects.filter(state=State.FAILED)[:100])
