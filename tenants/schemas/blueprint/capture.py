"""Capturing what migrations make: a template is migrated by Django, app after app, and read after each.

What an app adds is its definition. The whole is then replayed into an empty schema and compared; where it is not
the same, the definition is marked, and schools get the app from its migrations.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import structlog
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState

from tenants.schemas import applying, roles
from tenants.schemas.blueprint.catalog import Catalog
from tenants.schemas.blueprint.definition import Definition
from tenants.schemas.blueprint.fingerprint import fingerprints
from tenants.schemas.blueprint.objects import Object, Unreadable, ordered
from tenants.schemas.context import region, workshop
from tenants.schemas.graph import Graph, version_of
from tenants.schemas.lanes.purity import is_pure
from tenants.schemas.names import workshop_name
from tenants.schemas.replay import send, transaction_in

logger = structlog.get_logger(__name__)

# The definition of Django's own table of migrations, which every school holds before anything else.
BASE = "django_migrations"
_ROWS_A_STATEMENT = 500


def capture(graph: Graph) -> list[Definition]:
    """The definitions of all apps of the code, the base first, in an order in which they can be replayed.

    Takes about two seconds, whatever the number of schools.
    """
    clean_up("template")
    definitions, rows = _migrate_and_read(graph)
    definitions = _without_varying_rows(graph, definitions, rows)
    return _proved(definitions)


@contextmanager
def scratch(kind: str) -> Iterator[str]:
    """An empty schema with its owner, gone after the block."""
    name = workshop_name(kind)
    roles.ensure(name, login=True)
    with region(), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {name} AUTHORIZATION {name}")
    try:
        yield name
    finally:
        drop(name)


def drop(name: str) -> None:
    """A workshop schema and its owner."""
    with region(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {name}" if connection.in_atomic_block else f"SET ROLE {name}")
        try:
            cursor.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
        finally:
            cursor.execute("SET LOCAL ROLE NONE" if connection.in_atomic_block else "RESET ROLE")
        cursor.execute(f"DROP ROLE IF EXISTS {name}")


def clean_up(kind: str) -> None:
    """Remove what a killed process left. Runs under the lock of whoever makes such schemas."""
    with region(), connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE %s", [f"w\\_{kind}\\_%"])
        left = [name for (name,) in cursor.fetchall()]
    for name in left:
        drop(name)


# --- one template --------------------------------------------------------------------------------------------
Rows = dict[str, dict[str, list[str]]]  # label -> table -> rows as SQL, moments masked


def _migrate_and_read(graph: Graph) -> tuple[list[Definition], Rows]:
    definitions: list[Definition] = []
    masked: Rows = {}
    with scratch("template") as schema, workshop(schema):
        applying.make_recorder_table()
        reader = _Reader(schema)
        definitions.append(reader.added(BASE, []))
        state = ProjectState(real_apps=graph.loader.unmigrated_apps)
        for label in graph.ordered(graph.labels):
            for node in graph.plan_of([label]):
                if node[0] == label:
                    state = applying.apply(graph.loader.graph.nodes[node], state)
            definitions.append(reader.added(label, graph.names[label]))
            masked[label] = reader.masked
    return definitions, masked


class _Reader:
    """Reads a schema again and again, and says each time what is new."""

    def __init__(self, schema: str) -> None:
        self.schema = schema
        self.known: dict[int, str] = {}
        self.objects: dict[str, str] = {}
        self.rows: dict[str, Counter[str]] = {}
        self.positions: dict[str, str] = {}
        self.masked: dict[str, list[str]] = {}

    def added(self, label: str, migrations: list[str]) -> Definition:
        """What came since the last reading, as the definition of this app."""
        definition = Definition(label=label, version=version_of(migrations), migrations=migrations)
        objects = fingerprints([self.schema])[self.schema]
        definition.objects.update({key: value for key, value in objects.items() if self.objects.get(key) != value})
        changed = sorted(key for key in definition.objects if key in self.objects)
        self.objects = objects
        try:
            catalog = Catalog(self.schema)
        except Unreadable as error:
            return replace(definition, unfaithful=f"not known to the capture: {error}")
        new = ordered(thing for oid, thing in catalog.objects.items() if oid not in self.known)
        changed += [
            thing.identity for oid, thing in catalog.objects.items() if self.known.get(oid, thing.text) != thing.text
        ]
        self.known = {oid: thing.text for oid, thing in catalog.objects.items()}
        _write(definition, new)
        definition.drops.extend(_drops(new))
        gone = self._rows(definition, [thing.name for thing in catalog.objects.values() if thing.kind == "table"])
        self._positions(definition, catalog)
        if changed or gone:
            what = ", ".join([*changed, *gone])
            return replace(definition, unfaithful=f"its migrations change what other apps made: {what}")
        return definition

    def _rows(self, definition: Definition, tables: list[str]) -> list[str]:
        """Write the rows that are new; returns the tables that lost some."""
        lost: list[str] = []
        self.masked = {}
        for table in _filled([table for table in tables if table != BASE]):
            columns, rows, masked = _literals(table)
            before = self.rows.get(table, Counter())
            now = Counter(rows)
            if before - now:
                lost.append(f"rows of {table}")
            fresh = [(row, plain) for row, plain in zip(rows, masked, strict=True) if not before[row]]
            for start in range(0, len(fresh), _ROWS_A_STATEMENT):
                values = ",\n".join(row for row, _plain in fresh[start : start + _ROWS_A_STATEMENT])
                definition.rows.append(f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE VALUES {values}")
            self.masked[table] = sorted(plain for _row, plain in fresh)
            self.rows[table] = now
        return lost

    def _positions(self, definition: Definition, catalog: Catalog) -> None:
        """Sequences that migrations have moved."""
        names = [thing.name for thing in catalog.objects.values() if thing.kind == "sequence"]
        names += sorted(catalog.identity_names)
        if not names:
            return
        union = " UNION ALL ".join(
            f"SELECT {applying.quoted(name)}, last_value, is_called FROM {name}" for name in names
        )
        with connection.cursor() as cursor:
            cursor.execute(union)
            for name, value, called in cursor.fetchall():
                statement = f"SELECT setval({applying.quoted(name)}, {value}, {str(called).lower()})"
                if name.strip('"') != f"{BASE}_id_seq" and self.positions.get(name, "") != statement and called:
                    definition.finish.append(statement)
                self.positions[name] = statement


def _write(definition: Definition, new: list[Object]) -> None:
    if any(thing.kind == "function" for thing in new):
        # A function's body may name tables that come after it
        definition.structure.append("SET LOCAL check_function_bodies = off")
    made: set[int] = set()
    coming = {thing.oid for thing in new}
    for thing in new:
        made.add(thing.oid)
        if thing.kind != "table":
            definition.structure.extend([thing.create] if thing.create else [])
            definition.finish.extend(thing.late)
            continue
        definition.tables.append(thing.name)
        ready = [sql for target, sql in thing.foreign if target in made or target not in coming]
        later = [sql for target, sql in thing.foreign if target in coming and target not in made]
        inside = ",\n    ".join([*thing.columns, *thing.inline, *ready])
        definition.structure.append(f"{thing.create} (\n    {inside}\n){thing.suffix}")
        definition.finish.extend(f"ALTER TABLE {thing.name} ADD {sql}" for sql in later)
        definition.finish.extend(thing.late)
        made.add(thing.oid)


def _drops(new: list[Object]) -> list[str]:
    """Without CASCADE: what still stands on it is an error, not a loss."""
    tables = [thing.name for thing in new if thing.kind == "table"]
    views = [f"DROP {thing.called}" for thing in reversed(new) if thing.kind in {"view", "materialized view"}]
    others = [
        f"DROP {thing.called}"
        for thing in reversed(new)
        if thing.kind in {"sequence", "function", "type"} and not thing.goes_with
    ]
    return [*views, *([f"DROP TABLE {', '.join(tables)}"] if tables else []), *others]


def _filled(tables: list[str]) -> list[str]:
    if not tables:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT {applying.quoted(t)} WHERE EXISTS (SELECT FROM {t})" for t in tables)
        )
        return [name for (name,) in cursor.fetchall()]


def _literals(table: str) -> tuple[str, list[str], list[str]]:
    """Column list, rows as SQL literals, and the same rows without their moments (which differ by nature)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(attname), atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype,"
            " 'time'::regtype) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' ORDER BY attnum",
            [table],
        )
        columns = cursor.fetchall()
        literal = ", ".join(f"quote_nullable({name}::text)" for name, _moment in columns)
        plain = ", ".join("'…'" if moment else f"quote_nullable({name}::text)" for name, moment in columns)
        cursor.execute(
            f"SELECT '(' || concat_ws(', ', {literal}) || ')', concat_ws(', ', {plain}) FROM {table} ORDER BY ctid"
        )
        rows = cursor.fetchall()
    return ", ".join(name for name, _moment in columns), [row for row, _ in rows], [row for _, row in rows]


# --- what may be trusted ---------------------------------------------------------------------------------
def _without_varying_rows(graph: Graph, definitions: list[Definition], rows: Rows) -> list[Definition]:
    """Rows that Python wrote may hold something drawn by lot or taken from the school: a second template tells."""
    doubtful = {d.label for d in definitions if d.rows and not all(map(is_pure, _migrations(graph, d.label)))}
    if not doubtful:
        return definitions
    again = _migrate_and_read(graph)[1]
    return [
        replace(d, unfaithful="its migrations insert rows that differ from school to school")
        if d.label in doubtful and again[d.label] != rows[d.label]
        else d
        for d in definitions
    ]


def _migrations(graph: Graph, label: str) -> list[Migration]:
    return [graph.loader.graph.nodes[node] for node in graph.plan_of([label]) if node[0] == label]


def _proved(definitions: list[Definition]) -> list[Definition]:
    """Replay what was captured into an empty schema; mark each app whose objects are not what they were."""
    doubts = {d.label: d.unfaithful for d in definitions}
    sound = [d for d in definitions if not d.unfaithful]
    with scratch("template") as schema:
        for definition in sound:
            try:
                send(transaction_in(schema, definition.statements()))
            except Exception as error:  # noqa: BLE001 -- whatever it is, the migrations themselves will do
                doubts[definition.label] = f"it cannot be replayed: {error}".strip()
        found = fingerprints([schema])[schema]
    for definition in sound:
        differing = sorted(key for key, digest in definition.objects.items() if found.get(key) != digest)
        if differing and not doubts[definition.label]:
            doubts[definition.label] = f"the replay differs in {', '.join(differing)}"
    for label, doubt in doubts.items():
        if doubt:
            logger.warning("blueprint not faithful", app=label, reason=doubt)
    return [replace(d, unfaithful=doubts[d.label]) for d in definitions]
