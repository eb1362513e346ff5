"""A school's own tables: out of it and into a schema beside it, as PostgreSQL's text COPY.

What is there is asked of pg_depend by the namespace, never by a scan: three thousand schools fill the catalogs.
Every function but `relations` expects to stand in the schema.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.db import connection
from django.utils.translation import gettext as _

from tenants.schemas.archive.bundle import Bundle
from tenants.schemas.archive.manifest import Sequence, Table
from tenants.schemas.archive.refusals import altered
from tenants.schemas.context import region

# Keys to open doors; everyone signs in again.
EMPTIED = frozenset({"django_session"})
# Written by whoever builds the tables.
_WRITTEN = "django_migrations"
# Both ways the same, whatever the server is set to.
_TEXT_FORMS = (
    "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL timezone = 'UTC';"
    " SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL client_encoding = 'UTF8'"
)
_ASIDE = "restoring_aside"
_INTEGERS = "ARRAY['int8', 'int4']::regtype[]"


@dataclass(frozen=True)
class Relation:
    oid: int
    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """A column that refers to an account of the region by its id."""

    table: str
    column: str
    required: bool


def relations(schema: str) -> tuple[list[Relation], list[str]]:
    """The tables with their columns (those that are stored as given), and the sequences' names."""
    found = _members(schema, "r", "S")
    with region():
        columns: dict[int, list[str]] = {}
        for oid, name in _all(
            "SELECT attrelid, attname FROM pg_attribute WHERE attrelid = ANY(%s) AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' ORDER BY attrelid, attnum",
            [oid for oid, _name, kind in found if kind == "r"],
        ):
            columns.setdefault(oid, []).append(name)
    tables = [Relation(oid, name, tuple(columns.get(oid, ()))) for oid, name, kind in found if kind == "r"]
    return tables, [name for _oid, name, kind in found if kind == "S"]


def _views(schema: str) -> list[str]:
    """Those that keep rows, in the order in which they were made: a later one may read an earlier one."""
    return [name for _oid, name, _kind in sorted(_members(schema, "m"))]


def _members(schema: str, *kinds: str) -> list[tuple[Any, ...]]:
    with region():
        return _all(
            "SELECT c.oid, c.relname, c.relkind::text FROM pg_depend d JOIN pg_class c ON c.oid = d.objid"
            " WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = to_regnamespace(%s)"
            " AND d.classid = 'pg_class'::regclass AND c.relkind::text = ANY(%s) ORDER BY c.relname",
            schema, list(kinds),
        )  # fmt: skip


def copy_out(tables: Iterable[Relation], spool: IO[bytes]) -> list[Table]:
    """Append each table's data to `spool`, one after the other; what was written, in that order."""
    with connection.cursor() as cursor:
        cursor.execute(_TEXT_FORMS)
    return [_copy_out(table, spool) for table in tables]


def _copy_out(table: Relation, spool: IO[bytes]) -> Table:
    digest, size, rows = hashlib.sha256(), 0, 0
    if table.name not in EMPTIED:
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY {_listed(table.name, table.columns)} TO STDOUT") as copy:
                for data in copy:
                    digest.update(data)
                    size += spool.write(data)
            rows = cursor.rowcount
    return Table(table.name, list(table.columns), rows, size, digest.hexdigest())


def sequences(names: list[str]) -> list[Sequence]:
    """Where each stands."""
    if not names:
        return []
    each = " UNION ALL ".join(f"SELECT {_literal(name)}, last_value, is_called FROM {_quoted(name)}" for name in names)
    return [Sequence(*row) for row in sorted(_all(each))]


def copy_in(bundle: Bundle, schema: str, *, accounts: dict[int, int] | None, uai: str) -> None:
    """Fill the empty tables of `schema`, and set its sequences. Raises ArchiveRefused when a count is not right.

    `accounts`: ids in the bundle to ids here; None when they are the same. `uai`: the school's code here.
    Triggers of the apps do not fire: what they once did is in the rows.
    """
    there = {table.name: table.oid for table in relations(schema)[0]}
    missing = sorted({table.name for table in bundle.manifest.tables} ^ there.keys())
    if missing:
        raise altered(_("ses plans ne font pas les tables %(names)s") % {"names": ", ".join(missing)})
    watched = _with_triggers(there.values())
    views = _views(schema)
    rewritten = _rewritten(schema, bundle.manifest.uai, uai, accounts)
    with connection.cursor() as cursor:  # from here on nothing looks elsewhere: the cursor would stay there
        cursor.execute(_TEXT_FORMS)
        cursor.execute(f"DELETE FROM {_WRITTEN}")
        for table in _in_order(bundle.manifest.tables, there):
            if there[table.name] in watched:
                cursor.execute(f"ALTER TABLE {_quoted(table.name)} DISABLE TRIGGER USER")
            if changes := rewritten.get(table.name):
                _copy_in_changed(cursor, bundle, table, changes)
            else:
                _copy_in(cursor, bundle, table, into=table.name)
            if there[table.name] in watched:
                cursor.execute(f"ALTER TABLE {_quoted(table.name)} ENABLE TRIGGER USER")
        _set_sequences(cursor, bundle.manifest.sequences)
        for name in views:
            cursor.execute(f"REFRESH MATERIALIZED VIEW {_quoted(name)}")


def _copy_in(cursor: Any, bundle: Bundle, table: Table, *, into: str) -> None:
    with cursor.copy(f"COPY {_listed(into, table.columns)} FROM STDIN") as copy:
        for chunk in bundle.chunks(f"tables/{table.name}"):
            copy.write(chunk)
    if cursor.rowcount != table.rows:
        raise altered(table.name)


def _copy_in_changed(cursor: Any, bundle: Bundle, table: Table, changes: "dict[str, Change]") -> None:
    """By way of a table aside: the owner itself may be barred from changing rows that are there (the journal)."""
    names = ", ".join(map(_quoted, table.columns))
    cursor.execute(f"CREATE TABLE {_ASIDE} AS SELECT {names} FROM {_quoted(table.name)} WITH NO DATA")
    _copy_in(cursor, bundle, table, into=_ASIDE)
    chosen = [changes[column].sql if column in changes else f"s.{_quoted(column)}" for column in table.columns]
    joins = " ".join(change.join for change in changes.values())
    cursor.execute(
        f"INSERT INTO {_quoted(table.name)} ({names}) OVERRIDING SYSTEM VALUE"
        f" SELECT {', '.join(chosen)} FROM {_ASIDE} s {joins} ORDER BY s.ctid",
        [value for change in changes.values() for value in change.values] or None,
    )
    if cursor.rowcount != table.rows:
        raise altered(table.name)
    cursor.execute(f"DROP TABLE {_ASIDE}")


@dataclass(frozen=True)
class Change:
    """What a column receives in place of its value in the bundle (`s`), and what that is joined to."""

    sql: str
    join: str = ""
    values: tuple[Any, ...] = ()


def _rewritten(schema: str, old: str, new: str, accounts: dict[int, int] | None) -> dict[str, dict[str, Change]]:
    """Table to column to what must be written otherwise.

    Who is nobody here becomes NULL, or the id made negative where one is required: that is never an account's.
    """
    found: dict[str, dict[str, Change]] = {}
    if accounts is not None:
        for n, link in enumerate(links(schema)):
            column = f"s.{_quoted(link.column)}"
            nobody = f"-{column}" if link.required else "NULL"
            found.setdefault(link.table, {})[link.column] = Change(
                f"CASE WHEN {column} > 0 THEN coalesce(m{n}.new, {nobody}) ELSE {column} END",
                f"LEFT JOIN unnest(%s::bigint[], %s::bigint[]) AS m{n} (old, new) ON m{n}.old = {column}",
                (list(accounts), list(accounts.values())),
            )
    if old != new:
        for table, name in uai_columns(schema):
            column = f"s.{_quoted(name)}"
            sql = f"CASE WHEN {column} = {_literal(old)} THEN {_literal(new)} ELSE {column} END"
            found.setdefault(table, {})[name] = Change(sql)
    return found


def _set_sequences(cursor: Any, wanted: list[Sequence]) -> None:
    if wanted:
        calls = ", ".join("setval(%s::regclass, %s, %s)" for _sequence in wanted)
        values = [value for s in wanted for value in (_quoted(s.name), s.last_value, s.is_called)]
        cursor.execute(f"SELECT {calls}", values)


def learn(tables: list[Table]) -> None:
    """Let the planner know the tables that hold something."""
    if filled := [_quoted(table.name) for table in tables if table.rows]:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(filled)}")


def end_sessions() -> None:
    with connection.cursor() as cursor:
        for name in EMPTIED:
            cursor.execute(f"DELETE FROM {_quoted(name)}")


# --- what the rows say of the region ------------------------------------------------------------------------
def links(schema: str) -> list[Link]:
    """The columns `account_id` and `…_account_id` that are no key of the school's own."""
    found = _named(schema, "account_id", f"a.atttypid = ANY({_INTEGERS})")
    return [Link(table, column, required) for table, column, required in found]


def mentioned(found: list[Link]) -> set[int]:
    """The ids of all accounts that these columns name."""
    if not found:
        return set()
    each = " UNION ".join(
        f"SELECT {_quoted(link.column)} FROM {_quoted(link.table)} WHERE {_quoted(link.column)} > 0" for link in found
    )
    return {row[0] for row in _all(each)}


def uai_columns(schema: str) -> list[tuple[str, str]]:
    """(table, column) of the columns `uai` and `…_uai` that are no key of the school's own."""
    return [(table, column) for table, column, _required in _named(schema, "uai", "a.attgenerated = ''")]


def _named(schema: str, name: str, condition: str) -> list[tuple[str, str, bool]]:
    """(table, column, whether it is required) of the columns of that name, or that end with it."""
    oids = [table.oid for table in relations(schema)[0]]
    return _all(
        "SELECT c.relname, a.attname, a.attnotnull FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE a.attrelid = ANY(%s) AND a.attnum > 0 AND NOT a.attisdropped"
        f" AND (a.attname = %s OR right(a.attname, length(%s)) = %s) AND {condition}"
        " AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'f'"
        " AND a.attnum = ANY(k.conkey)) ORDER BY 1, 2",
        oids, name, f"_{name}", f"_{name}",
    )  # fmt: skip


# --- helpers ------------------------------------------------------------------------------------------------
def _in_order(tables: list[Table], oids: dict[str, int]) -> Iterator[Table]:
    """What is pointed to first, as far as keys that are checked at once allow."""
    targets: dict[int, set[int]] = {}
    for oid, target in _all(
        "SELECT conrelid, confrelid FROM pg_constraint WHERE conrelid = ANY(%s) AND contype = 'f'"
        " AND NOT condeferred AND conrelid <> confrelid",
        list(oids.values()),
    ):
        targets.setdefault(oid, set()).add(target)
    by_oid = {oids[table.name]: table for table in tables}
    seen: set[int] = set()

    def place(oid: int) -> Iterator[Table]:
        if oid not in seen:
            seen.add(oid)
            for target in sorted(targets.get(oid, ())):
                yield from place(target)
            yield by_oid[oid]

    for oid in by_oid:
        yield from place(oid)


def _with_triggers(oids: Iterable[int]) -> set[int]:
    found = _all("SELECT tgrelid FROM pg_trigger WHERE tgrelid = ANY(%s) AND NOT tgisinternal", list(oids))
    return {row[0] for row in found}


def _listed(table: str, columns: Iterable[str]) -> str:
    return f"{_quoted(table)} ({', '.join(map(_quoted, columns))})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _all(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return list(cursor.fetchall())
