"""From one version of an app to another: the migrations in between, each ready to reach many schools.

A chain is made once and used for every school that comes from the same versions. What depends on the models alone
becomes SQL, recorded while Django migrates a template; the rest keeps the models' states, rendered once.
"""

import re
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from threading import RLock
from typing import Any

from django.core.signals import setting_changed
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.exceptions import BadMigrationError
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.utils.translation import gettext as _

from tenants.errors import DomainError
from tenants.schemas import applying, engine, graph, ledger
from tenants.schemas.blueprint import store
from tenants.schemas.blueprint.capture import scratch
from tenants.schemas.context import workshop
from tenants.schemas.lanes.purity import has_own_sql, is_mixed, is_pure, is_pure_operation, touches_others

SQL, PYTHON, OUTSIDE = "sql", "python", "outside"

Versions = tuple[tuple[str, str], ...]
# An operation with the models before and after it, in the direction of the step
Move = tuple[Operation, ProjectState, ProjectState]


@dataclass
class Step:
    """One migration of a chain, forwards or backwards.

    `statements` are those of the SQL lane, record included; `acts` those of the Python lane, in order: statements
    where they are the same in every school, operations where they are not; `moves` is every operation.
    """

    label: str
    migration: str
    lane: str
    backwards: bool
    before: str
    after: str
    statements: list[str] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    acts: list[list[str] | Move] = field(default_factory=list)
    record: list[str] = field(default_factory=list)
    # Hand-written statements may leave events that the next migration's ALTER TABLE would trip over
    alone: bool = False
    # Only some of its operations have to run as Python
    mixed: bool = False

    @property
    def name(self) -> str:
        return f"{self.label}.{self.migration}"


class Ahead(Exception):
    """The school was migrated by newer code than this one."""


@dataclass(frozen=True)
class Route:
    """What lies between two versions of an app, whatever else a school holds."""

    label: str
    start: str
    end: str
    plan: tuple[tuple[Migration, bool], ...]
    reaches_others: bool


_lock = RLock()


@lru_cache(maxsize=512)
def route(label: str, start: str, migration: str = "") -> Route:
    """The migrations from version `start` to `migration`, or to the code's own version.

    Raises Ahead when newer code made `start`, LookupError when nobody knows what it stands for, DomainError for a
    target that does not exist or cannot be reached.
    """
    known = graph.current()
    held = ledger.migrations_of(label, start)
    if graph.unknown_and_newer(held, known.names[label]):
        raise Ahead(label)
    applied = [(label, name) for name in held]
    applied += [(other, name) for other in known.stands_on[label] for name in known.names[other]]
    planner = graph.Planner(graph.Loader(applied))
    targets = [_target(planner, label, migration)] if migration else planner.loader.graph.leaf_nodes(label)
    plan = planner.migration_plan(targets)
    if strangers := {m.app_label for m, _backwards in plan} - {label}:
        raise DomainError("migration-strangers", _("Ce retour touche aussi %s.") % ", ".join(sorted(strangers)))
    for stage, backwards in plan:
        if backwards and not all(operation.reversible for operation in stage.operations):
            raise DomainError("irreversible", _("%s ne peut pas être annulée.") % f"{label}.{stage.name}")
    end = _names_after(held, plan) if migration else known.names[label]
    return Route(label, start, ledger.learn(label, end), tuple(plan), any(touches_others(m) for m, _b in plan))


def _target(planner: graph.Planner, label: str, prefix: str) -> graph.Node:
    try:
        return (label, planner.loader.get_migration_by_prefix(label, prefix).name)
    except (KeyError, BadMigrationError, ValueError):
        raise DomainError("no-migration", _("%s n’a pas de migration de ce nom.") % label) from None
    except Exception as error:  # AmbiguityError derives from Exception alone
        raise DomainError("ambiguous-migration", str(error)) from error


def _names_after(names: Iterable[str], plan: Iterable[tuple[Migration, bool]]) -> list[str]:
    result = list(names)
    for migration, backwards in plan:
        own = [name for _app, name in applying.recorded(migration)]
        result = [name for name in result if name not in own] + ([] if backwards else own)
    return result


def chain(way: Route, held: Mapping[str, str]) -> list[Step]:
    """The steps of a route in a school that holds these versions. The same versions give the same list."""
    known = graph.current()
    around = set(known.stands_on[way.label])
    if way.reaches_others:
        around |= {label for label in known.labels if way.label in known.stands_on[label]}
    versions = {label: held[label] for label in sorted(around) if label in held} | {way.label: way.start}
    with _lock:  # two workers that come to it at once make it once
        return _chain(way, tuple(versions.items()))


@lru_cache(maxsize=256)
def _chain(way: Route, versions: Versions) -> list[Step]:
    if not way.plan:
        missing = [name for name in ledger.migrations_of(way.label, way.end)]
        return [Step(way.label, "", SQL, False, way.start, way.end,
                     statements=applying.record([(way.label, name) for name in missing]))]  # fmt: skip
    steps = _with_states(way, dict(versions))
    if any(step.lane == SQL or step.mixed for step in steps):
        with scratch("template") as name:
            _compile(name, dict(versions), steps)
    for step in steps:
        if step.lane == PYTHON and not step.acts:
            step.acts = list(step.moves)
        if step.lane != OUTSIDE:
            step.moves = []  # the states are large, and no longer needed
    return steps


def _with_states(way: Route, versions: dict[str, str]) -> list[Step]:
    steps: list[Step] = []
    names = ledger.migrations_of(way.label, way.start)
    for migration, backwards in way.plan:
        after = _names_after(names, [(migration, backwards)])
        low = after if backwards else names
        steps.append(
            Step(
                way.label,
                migration.name,
                lane_of(migration, backwards=backwards),
                backwards,
                before=graph.version_of(names),
                after=ledger.learn(way.label, after),
                moves=_moves(migration, backwards, _state(versions | {way.label: ""}, {way.label: low})),
                record=applying.record(applying.recorded(migration), backwards=backwards),
                alone=has_own_sql(migration),
                mixed=is_mixed(migration, backwards=backwards),
            )
        )
        names = after
    steps[0].before, steps[-1].after = way.start, way.end
    return steps


def lane_of(migration: Migration, *, backwards: bool = False) -> str:
    """How a migration reaches the schools: SQL, PYTHON or OUTSIDE."""
    if not migration.atomic:
        return OUTSIDE
    return SQL if is_pure(migration, backwards=backwards) else PYTHON


def _state(versions: Mapping[str, str], instead: Mapping[str, list[str]]) -> ProjectState:
    applied = [
        (label, name)
        for label, version in versions.items()
        for name in (instead[label] if label in instead else ledger.migrations_of(label, version))
    ]
    state = graph.Planner(graph.Loader(applied)).state(versions)
    state.apps  # noqa: B018 -- rendered here, once for all schools
    return state


def _moves(migration: Migration, backwards: bool, state: ProjectState) -> list[Move]:
    moves: list[Move] = []
    for operation in migration.operations:
        before = state
        state = state.clone()
        operation.state_forwards(migration.app_label, state)
        moves.append((operation, state, before) if backwards else (operation, before, state))
    for operation, start, _end in moves:
        if not is_pure_operation(operation, backwards=backwards):
            _render(start)
    return moves[::-1] if backwards else moves


def _render(state: ProjectState) -> None:
    """RunPython has the models rendered anew if some were put off: once is enough for all schools."""
    state.clear_delayed_apps_cache()
    state.apps  # noqa: B018 -- rendered here
    state.is_delayed = False


# --- compiling -----------------------------------------------------------------------------------------------
def _compile(name: str, versions: dict[str, str], steps: list[Step]) -> None:
    """Take a template along the route, and note what Django sends in the steps that are SQL alone."""
    _furnish(name, versions)
    with workshop(name):
        for step in steps:
            kept: list[str] = []
            with _recording(kept, atomic=step.lane != OUTSIDE) as editor:
                acts = _acts(name, step, editor, kept)
            applying.execute(step.record)
            if step.lane == SQL:
                step.statements = [sql for act in acts if isinstance(act, list) for sql in act] + step.record
            elif step.mixed:
                step.acts = acts


def _acts(name: str, step: Step, editor: Any, kept: list[str]) -> list[list[str] | Move]:
    """Run the step on the template. What the editor sent becomes text, also what it put off to the end; what has to
    run in each school stays an operation, and puts off its own there.
    """
    acts: list[list[str] | Move] = []
    theirs: set[int] = set()  # put off by operations that run in each school
    for one in step.moves:
        kept.clear()
        before = {id(statement) for statement in editor.deferred_sql}
        one_move(step, *one, editor)
        if is_pure_operation(one[0], backwards=step.backwards):
            acts.append(_plain(name, kept))
        else:
            acts.append(one)
            theirs |= {id(statement) for statement in editor.deferred_sql} - before
    last: list[str] = []
    for statement in editor.deferred_sql:
        kept.clear()
        editor.execute(statement, None)
        last += [] if id(statement) in theirs else _plain(name, kept)
    editor.deferred_sql.clear()
    return [act for act in [*acts, last] if act]


def _plain(name: str, kept: list[str]) -> list[str]:
    return [one.replace(f"{name}.", "") for text in kept for one in _singles(text)]


def _singles(text: str) -> list[str]:
    """Django adds a foreign key and asks for its check in one text; Citus wants them apart."""
    return [part.rstrip("; \n") for part in re.split(r";\s*(?=SET CONSTRAINTS )", text)]


def _furnish(name: str, versions: dict[str, str]) -> None:
    """Bring an empty schema to these versions: from kept blueprints, or else by Django from the beginning."""
    try:
        definitions = store.for_versions(versions)
    except LookupError:
        definitions = []
    if definitions and not any(d.unfaithful for d in definitions):
        engine.fill_workshop(name, definitions)
        return
    applied = [(label, n) for label, version in versions.items() for n in ledger.migrations_of(label, version)]
    planner = graph.Planner(graph.Loader(applied))
    state = ProjectState(real_apps=planner.loader.unmigrated_apps)
    with workshop(name):
        applying.make_recorder_table()
        for migration, _backwards in planner.migration_plan(planner.loader.graph.leaf_nodes(), clean_start=True):
            if (migration.app_label, migration.name) in planner.loader.applied_migrations:
                state = applying.apply(migration, state)


def _recording(kept: list[str], *, atomic: bool) -> Any:
    parent: Any = connection.SchemaEditorClass

    class Editor(parent):
        """Sends what it is given, and keeps its text."""

        def execute(self, sql: Any, params: Any = ()) -> Any:
            text = str(sql) if params is None else self.connection.ops.compose_sql(str(sql), params)
            kept.append(text)
            return super().execute(text, None)

    return Editor(connection, atomic=atomic)


def one_move(step: Step, operation: Operation, before: ProjectState, after: ProjectState, editor: Any) -> None:
    """Run one operation, on a copy: some change themselves while they run, and workers share them."""
    operation = copy(operation)
    if step.backwards:
        operation.database_backwards(step.label, editor, before, after)
    else:
        operation.database_forwards(step.label, editor, before, after)


def forget(**_kwargs: Any) -> None:
    route.cache_clear()
    _chain.cache_clear()


setting_changed.connect(forget, dispatch_uid="schemas.chains")
