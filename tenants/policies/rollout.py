"""Putting a required module in place: its tables, school after school, in the background.

One task per school, each idempotent, so that a killed worker's task is simply handed out again; `ensure`
finds whatever was left behind.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from tenants.errors import Conflict, DomainError
from tenants.establishments.models import Establishment
from tenants.policies.catalogue import catalogue
from tenants.policies.effective import combine, rules_for
from tenants.policies.impact import OPEN, open_schools
from tenants.policies.models import Policy, Rollout
from tenants.policies.scopes import reaches
from tenants.schemas import engine
from tenants.schemas.models import InstalledApp

logger = structlog.get_logger(__name__)
State = Rollout.State


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

    for uai in uais:
        put_in_place.delay(uai, module)


def put_in_place(uai: str, module: str) -> None:
    """Make the module's tables in one school, if they are still required. Runs in the regional context."""
    row = Rollout.objects.filter(uai=uai, module=module).exclude(state=State.DONE).first()
    establishment = Establishment.objects.filter(uai=uai, lifecycle__in=OPEN).first()
    entry = catalogue().get(module)
    if row is None:
        return
    rule = rules_for(establishment).get(module) if establishment else None
    if establishment is None or entry is None or rule is None or rule.effect != Policy.Effect.REQUIRE:
        row.delete()
        return
    try:
        with engine.exclusive(establishment):
            engine.install(establishment, entry.needs)
    except Conflict:  # the school is busy: the task comes back later
        raise
    except (DatabaseError, DomainError, RuntimeError) as error:
        logger.exception("rollout failed", uai=uai, module_slug=module)
        _note(row, State.FAILED, f"{type(error).__name__}: {error}")
    else:
        _note(row, State.DONE)


def _note(row: Rollout, state: str, error: str = "") -> None:
    Rollout.objects.filter(pk=row.pk).update(
        state=state, error=error, attempts=F("attempts") + 1, finished_at=timezone.now()
    )


def ensure() -> int:
    """Plan again whatever is required and not there: failures, lost tasks, schools opened meanwhile.

    Returns the number of schools and modules that were sent.
    """
    sent = 0
    for module, uais in missing().items():
        with transaction.atomic():
            plan(module, uais)
        sent += len(uais)
    return sent


def missing() -> dict[str, list[str]]:
    """Module to the UAI of open schools where it is required and its tables are not."""
    found: dict[str, list[str]] = {}
    entries = catalogue()
    schools = {school.place.uai: school.place for school in open_schools(Policy.Scope.ALL, "")}
    for module in set(Policy.objects.filter(effect=Policy.Effect.REQUIRE).values_list("module", flat=True)):
        if module not in entries:
            continue
        there = set(InstalledApp.objects.filter(app_label=module).values_list("uai", flat=True))
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
