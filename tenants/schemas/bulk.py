"""Making many schools at once: a few threads, each with a connection, and one message a school.

What surrounds a school (its state, its role, the region's index, the journal) is written for a handful of schools
together. Killed anywhere, each school is whole or absent, and closed; the next run ends the work.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from tenants.accounts.models import Account
from tenants.errors import DomainError
from tenants.establishments.models import Establishment, Lifecycle
from tenants.establishments.services import change_many
from tenants.schemas import engine, ledger, provisioning, roles
from tenants.schemas.context import region
from tenants.schemas.kit import SchoolPlan, kit_for, plans_for
from tenants.schemas.models import InstalledApp, ProvisioningStep
from tenants.schemas.names import schema_name_for

logger = structlog.get_logger(__name__)

HANDFUL = 24
_HANDFULS_A_CONNECTION = 10  # a server process keeps what it learned of each schema
_PATIENCE_SECONDS = 60

Outcome = tuple[str, str]  # UAI, and what went wrong or ""


def provision_many(uais: Iterable[str], *, jobs: int, actor: Account | None = None) -> Iterator[Outcome]:
    """Make these schools with `jobs` threads; yields each with what went wrong, or "", as it is done."""
    wanted = list(uais)
    handfuls = [wanted[start : start + HANDFUL] for start in range(0, len(wanted), HANDFUL)]
    if len(handfuls) > 1:
        roles.ensure_schools([schema_name_for(uai) for uai in wanted])  # together they cost far less
    if jobs == 1 or len(handfuls) < 2:
        for handful in handfuls:
            told: list[Outcome] = []
            _handful(handful, actor, told.append)
            yield from told
        return
    yield from _side_by_side(handfuls, jobs, actor)


def _side_by_side(handfuls: list[list[str]], jobs: int, actor: Account | None) -> Iterator[Outcome]:
    todo: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    for handful in handfuls:
        todo.put(handful)
    done: queue.SimpleQueue[Outcome | None] = queue.SimpleQueue()
    stop = threading.Event()
    workers = [
        threading.Thread(target=_work, args=(todo, done, stop, actor), name=f"provision-{number}", daemon=True)
        for number in range(min(jobs, len(handfuls)))
    ]
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
    finally:
        stop.set()
        for worker in workers:
            worker.join()


def _work(
    todo: "queue.SimpleQueue[list[str]]",
    done: "queue.SimpleQueue[Outcome | None]",
    stop: threading.Event,
    actor: Account | None,
) -> None:
    taken = 0
    try:
        while not stop.is_set():
            try:
                handful = todo.get_nowait()
            except queue.Empty:
                break
            _handful(handful, actor, done.put)
            taken += 1
            if taken % _HANDFULS_A_CONNECTION == 0:
                connection.close()
    finally:
        connection.close()
        done.put(None)


def _handful(uais: list[str], actor: Account | None, tell: Callable[[Outcome], None]) -> None:
    """One handful, again when the server went away; what fails for another reason is told of each school."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    told: set[str] = set()

    def tell_once(outcome: Outcome) -> None:
        if outcome[0] not in told:
            told.add(outcome[0])
            tell(outcome)

    while True:
        try:
            _make(uais, actor, tell_once)
        except (OperationalError, InterfaceError) as error:
            connection.close()
            if time.monotonic() < deadline:
                time.sleep(0.5)
                continue
            reason = f"la base ne répond pas ({type(error).__name__})"
        except Exception as error:
            logger.exception("provisioning failed", schools=len(uais))
            reason = describe(error)
        else:
            return
        for uai in uais:
            tell_once((uai, reason))
        return


def _make(uais: list[str], actor: Account | None, tell: Callable[[Outcome], None]) -> None:
    with region():
        waiting = Establishment.objects.filter(uai__in=uais, lifecycle__in=[Lifecycle.KNOWN, Lifecycle.PREPARING])
        schools = {school.uai: school for school in waiting}
    for uai in uais:
        if uai not in schools:
            tell((uai, ""))  # somebody else has opened it
    if not schools:
        return
    plans = plans_for(schools.values())
    change_many(list(schools.values()), to=Lifecycle.PREPARING, actor=actor)
    roles.ensure_schools([school.schema_name for school in schools.values()])
    started = timezone.now()
    known = _begun(schools)
    failed = {uai: reason for uai, school in schools.items() if (reason := _space(school, plans[uai], uai in known))}
    _open([school for uai, school in schools.items() if uai not in failed], plans, started, actor)
    _note_failures({uai: failed[uai] for uai in failed}, started)
    for uai in schools:
        tell((uai, failed.get(uai, "")))


def _begun(schools: dict[str, Establishment]) -> set[str]:
    """The schools of which something is there already: they take the slower way."""
    with region(), connection.cursor() as cursor:
        names = {school.schema_name: uai for uai, school in schools.items()}
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s)", [list(names)])
        there = {names[name] for (name,) in cursor.fetchall()}
        return there | set(InstalledApp.objects.filter(uai__in=schools).values_list("uai", flat=True))


def _space(school: Establishment, plan: SchoolPlan, begun: bool) -> str:
    """The school's schema, whole. Returns what went wrong, or ""; a lost connection is raised."""
    content = kit_for(plan)
    try:
        if begun:
            engine.make_school(school, content)
        else:
            engine.make(school.schema_name, content, after=ledger.put(school.uai, content.versions))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.exception("provisioning failed", uai=school.uai)
        return describe(error)
    return ""


def _open(
    schools: list[Establishment], plans: dict[str, SchoolPlan], started: object, actor: Account | None
) -> None:
    if not schools:
        return
    now = timezone.now()
    wanted = provisioning.steps()
    with region(), transaction.atomic():
        provisioning.index({school.uai: plans[school.uai] for school in schools})
        ProvisioningStep.objects.filter(uai__in=[school.uai for school in schools]).delete()
        ProvisioningStep.objects.bulk_create(
            [
                _step(school.uai, number, step, state=ProvisioningStep.State.DONE, started_at=started, finished_at=now)
                for school in schools
                for number, step in enumerate(wanted)
            ]
        )
        change_many(schools, to=Lifecycle.ACTIVE, actor=actor)


def _note_failures(failed: dict[str, str], started: object) -> None:
    with region(), transaction.atomic():
        ProvisioningStep.objects.filter(uai__in=failed).delete()
        rows = []
        for uai, reason in failed.items():
            first, *others = provisioning.steps()
            rows.append(
                _step(uai, 0, first, state=ProvisioningStep.State.FAILED, error=reason, started_at=started,
                      finished_at=timezone.now())
            )  # fmt: skip
            rows += [_step(uai, number, step) for number, step in enumerate(others, start=1)]
        ProvisioningStep.objects.bulk_create(rows)


def _step(uai: str, number: int, step: provisioning.Step, **fields: object) -> ProvisioningStep:
    row = provisioning.waiting_step(uai, number, step)
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def describe(error: BaseException) -> str:
    """What went wrong, in one line."""
    if isinstance(error, DomainError):
        return str(error.message)
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}"

