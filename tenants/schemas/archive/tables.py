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
    with region():
        found = _all(
            "SELECT c.oid, c.relname, c.relkind::text FROM pg_depend d JOIN pg_class c ON c.oid = d.objid"
            " WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = to_regnamespace(%s)"
            " AND d.classid = 'pg_class'::regclass AND c.relkind IN ('r', 'S') ORDER BY c.relname",
            schema,
        )
        columns: dict[int, list[str]] = {}
        for oid, name in _all(
            "SELECT attrelid, attname FROM pg_attribute WHERE attrelid = ANY(%s) AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' ORDER BY attrelid, attnum",
            [oid for oid, _name, kind in found if kind == "r"],
        ):
            columns.setdefault(oid, []).append(name)
    tables = [Relation(oid, name, tuple(columns.get(oid, ()))) for oid, name, kind in found if kind == "r"]
    return tables, [name for _oid, name, kind in found if kind == "S"]


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


def copy_in(bundle: Bundle, schema: str) -> None:
    """Fill the empty tables of `schema`, and set its sequences. Raises ArchiveRefused when a count is not right.

    Triggers of the apps do not fire: what they once did is in the rows.
    """
    there = {table.name: table.oid for table in relations(schema)[0]}
    missing = sorted({table.name for table in bundle.manifest.tables} ^ there.keys())
    if missing:
        raise altered(_("ses plans ne font pas les tables %(names)s") % {"names": ", ".join(missing)})
    watched = _with_triggers(there.values())
    with connection.cursor() as cursor:
        cursor.execute(_TEXT_FORMS)
        cursor.execute(f"DELETE FROM {_WRITTEN}")
        for table in _in_order(bundle.manifest.tables, there):
            if there[table.name] in watched:
                cursor.execute(f"ALTER TABLE {_quoted(table.name)} DISABLE TRIGGER USER")
            _copy_in(cursor, bundle, table)
            if there[table.name] in watched:
                cursor.execute(f"ALTER TABLE {_quoted(table.name)} ENABLE TRIGGER USER")
        _set_sequences(cursor, bundle.manifest.sequences)


def _copy_in(cursor: Any, bundle: Bundle, table: Table) -> None:
    with cursor.copy(f"COPY {_listed(table.name, table.columns)} FROM STDIN") as copy:
        for chunk in bundle.chunks(f"tables/{table.name}"):
            copy.write(chunk)
    if cursor.rowcount != table.rows:
        raise altered(table.name)


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


def rename_accounts(found: list[Link], now: dict[int, int]) -> None:
    """Let the columns name accounts by their ids here. `now`: id in the bundle to id here, for those that exist.

    Who is nobody here becomes NULL, or the id made negative where one is required: that is never an account's.
    """
    changed = {old: new for old, new in now.items() if old != new}
    for link in found:
        table, column = _quoted(link.table), _quoted(link.column)
        nobody = f"-{column}" if link.required else "NULL"
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET {column} = {nobody} WHERE {column} > 0 AND NOT {column} = ANY(%s)", [list(now)]
            )
            if not changed:
                continue
            # By way of numbers that are in nobody's way: the column may be unique, and ids may trade places.
            cursor.execute(
                f"UPDATE {table} t SET {column} = -m.new - %s FROM unnest(%s::bigint[], %s::bigint[]) AS m(old, new)"
                f" WHERE t.{column} = m.old",
                [_ASIDE, list(changed), list(changed.values())],
            )
            cursor.execute(f"UPDATE {table} SET {column} = -({column} + %s) WHERE {column} < -%s", [_ASIDE, _ASIDE])


_ASIDE = 2**61


def rename_school(schema: str, old: str, new: str) -> None:
    """Let the columns `uai` and `…_uai` name the school by its new code."""
    for table, column, _required in _named(schema, "uai", "a.attgenerated = ''"):
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {_quoted(table)} SET {_quoted(column)} = %s WHERE {_quoted(column)} = %s", [new, old]
            )


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
