"""Taking one school along a chain. Each transaction changes the tables, Django's record and the ledger together."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib.postgres import operations as postgres
from django.db import InterfaceError, OperationalError, connection, transaction

from tenants.establishments.models import Establishment
from tenants.schemas import applying, ledger
from tenants.schemas.context import region, school
from tenants.schemas.lanes.chains import PYTHON, SQL, Step, one_move
from tenants.schemas.models import InstalledApp
from tenants.schemas.replay import LOCK_TIMEOUT, lock_key, send, together, transaction_in


class Failed(Exception):
    """A migration failed in a school. `cause` is what the database or the migration's Python raised."""

    def __init__(self, step: Step, cause: BaseException) -> None:
        super().__init__(f"{step.name}: {cause}")
        self.step = step
        self.cause = cause


class Busy(Exception):
    """The school's tables were in use for too long; nothing has changed."""


class Moved(Exception):
    """Somebody else has changed the school's tables meanwhile; look again."""


# lock_not_available, deadlock_detected, serialization_failure
_BUSY = {"55P03", "40P01", "40001"}
_DIVISION_BY_ZERO = "22012"  # ledger.expect
# Errors that say nothing about the migration: connection, resources, a server that stops
_NOT_THE_SCHOOL = ("08", "53", "57P")


def take(establishment: Establishment, steps: list[Step]) -> None:
    """Run the steps in order. Raises Failed, Busy or Moved; what came before stays done."""
    for sql, group in groupby(steps, key=lambda step: step.lane == SQL):
        run = list(group)
        if sql:
            _send(establishment, run)
            continue
        for step in run:
            with explained(establishment, [step]):
                (_by_python if step.lane == PYTHON else _outside)(establishment, step)


def _send(establishment: Establishment, steps: list[Step]) -> None:
    """Every step that is SQL alone, in one message: one transaction, or more where hand-written SQL is."""
    with explained(establishment, steps):
        send(*(_transaction(establishment, part) for part in _parts(steps)))


def _parts(steps: Iterable[Step]) -> list[list[Step]]:
    parts: list[list[Step]] = []
    alone = True
    for step in steps:
        if alone or step.alone:
            parts.append([])
        parts[-1].append(step)
        alone = step.alone
    return parts


def _transaction(establishment: Establishment, steps: list[Step]) -> list[str]:
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    for step in steps:
        first.setdefault(step.label, step.before)
        last[step.label] = step.after
    return transaction_in(
        establishment.schema_name,
        _in_a_row(steps),
        before=[s for label, version in first.items() for s in ledger.expect(establishment.uai, label, version)],
        after=ledger.put(establishment.uai, last),
        lock_timeout=LOCK_TIMEOUT,
    )


def _in_a_row(steps: list[Step]) -> list[str]:
    """Between two migrations the checks that the first put off: an ALTER TABLE trips over events that wait."""
    statements = list(steps[0].statements)
    for step in steps[1:]:
        statements += ["SET CONSTRAINTS ALL IMMEDIATE", *step.statements]
    return statements


def _by_python(establishment: Establishment, step: Step) -> None:
    name = establishment.schema_name
    with school(establishment, include_public=False), connection.schema_editor(atomic=True) as editor:
        _at_once(
            f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'",
            f"SELECT pg_advisory_xact_lock({lock_key(name)})",
            *ledger.expect(establishment.uai, step.label, step.before),
        )
        for act in step.acts:
            if isinstance(act, list):
                _at_once(*act)
            else:
                one_move(step, *act, editor)
        applying.flush(editor)
        noted = ledger.put(establishment.uai, {step.label: step.after})
        _at_once(*step.record, "SET LOCAL ROLE NONE", *noted, f"SET LOCAL ROLE {name}")


def _at_once(*statements: str) -> None:
    """In one round trip, in the transaction that is open."""
    if settings.REPLAY == "statements":
        applying.execute(statements)
    else:
        applying.execute([together(statements)])


# --- outside transactions ------------------------------------------------------------------------------------
def _outside(establishment: Establishment, step: Step) -> None:
    """Operation by operation; the ledger says how many are done, so that a killed run goes on where it was."""
    done = _begin(establishment, step)
    if done:
        _drop_invalid_indexes(establishment)
    for number, (operation, before, after) in enumerate(step.moves):
        if number + 1 < done or _is_there(establishment, operation, step, interrupted=bool(done)):
            continue
        with school(establishment, include_public=False):
            connection.ensure_connection()
            with connection.schema_editor(atomic=False) as editor:
                if operation.atomic:
                    with transaction.atomic():
                        applying.execute([f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"])
                        one_move(step, operation, before, after, editor)
                else:
                    one_move(step, operation, before, after, editor)
        _note(establishment, step, operations_done=number + 2)
    noted = ledger.put(establishment.uai, {step.label: step.after})
    send(transaction_in(establishment.schema_name, step.record, after=noted))


def _row(establishment: Establishment, step: Step) -> Any:
    return InstalledApp.objects.filter(uai=establishment.uai, app_label=step.label)


def _begin(establishment: Establishment, step: Step) -> int:
    """0 for a fresh start, else one more than the operations that an interrupted run has certainly done."""
    with region():
        row = _row(establishment, step).get()
        if row.version != step.before:
            raise Moved
        if row.migration == step.migration and row.operations_done:
            return int(row.operations_done)
    _note(establishment, step, operations_done=1)
    return 0


def _note(establishment: Establishment, step: Step, *, operations_done: int) -> None:
    with region():
        _row(establishment, step).update(migration=step.migration, operations_done=operations_done)


def _drop_invalid_indexes(establishment: Establishment) -> None:
    """CREATE INDEX CONCURRENTLY leaves one when it is interrupted."""
    with school(establishment, include_public=False), connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexrelid::regclass::text FROM pg_depend d JOIN pg_index i ON i.indrelid = d.objid"
            " WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = current_schema()::regnamespace"
            " AND d.classid = 'pg_class'::regclass AND NOT i.indisvalid"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")


def _is_there(establishment: Establishment, operation: Any, step: Step, *, interrupted: bool) -> bool:
    """Whether an interrupted run made this index just before it could say so."""
    if not interrupted or step.backwards or not isinstance(operation, postgres.AddIndexConcurrently):
        return False
    with school(establishment, include_public=False), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [connection.ops.quote_name(operation.index.name)])
        return bool(cursor.fetchone()[0])


# --- what went wrong -----------------------------------------------------------------------------------------
class explained:
    """Turns what is raised into Failed, Busy or Moved. A lost connection stays what it is."""

    def __init__(self, establishment: Establishment, steps: list[Step]) -> None:
        self.establishment = establishment
        self.steps = steps

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is None or isinstance(error, Moved) or not isinstance(error, Exception):
            return
        state = getattr(error.__cause__, "sqlstate", None) or ""
        if state in _BUSY:
            raise Busy(str(error)) from error
        lost = not state and isinstance(error, OperationalError | InterfaceError)
        if lost or state.startswith(_NOT_THE_SCHOOL):
            return  # as it is
        held = ledger.versions(self.establishment.uai)
        if state == _DIVISION_BY_ZERO and held.get(self.steps[0].label) != self.steps[0].before:
            raise Moved from error
        raise Failed(self._where(held), error) from error

    def _where(self, held: dict[str, str]) -> Step:
        """The first step that is not done: those before it, in transactions of their own, are."""
        for part in _parts(self.steps):
            if held.get(part[-1].label) != part[-1].after:
                return part[0] if len(part) == 1 else _joined(part)
        return self.steps[-1]


def _joined(steps: list[Step]) -> Step:
    """Migrations that share a transaction are told together."""
    first = steps[0]
    names = " + ".join(step.migration for step in steps)
    return Step(first.label, names, SQL, first.backwards, first.before, steps[-1].after)


