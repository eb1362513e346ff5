"""What a source says of one school, in temporary tables of the transaction. `engine.lines` writes their lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from core.imports.engine.spool import EVERYWHERE, TABLES, blocks, path_of

# `told`: "whole" records, "partial" ones that correct somebody, "known" ones of people whose child is not told of.
# Then what matching finds: who it is, how that was found, whether nobody knew them, whether a person must decide.
_PERSON = """
    kind text, key text, told text, weak bool, facets int, last_name text, first_name text, civility text,
    birth_name text, birth_date date, roles varchar[], function text, email text, phone text, other_phones varchar[],
    address text, regime text, studies varchar[], ids text[], search_text text, folded text[],
    person_id bigint, is_new bool DEFAULT false, held bool DEFAULT false, lead bool DEFAULT true,
    away bool DEFAULT false, known bool DEFAULT false, gone bool DEFAULT false, was_roles varchar[] DEFAULT '{}',
    new_keys text[] DEFAULT '{}'
"""
_COPIED = """kind, key, told, weak, facets, last_name, first_name, civility, birth_name, birth_date, roles, function,
    email, phone, other_phones, address, regime, studies, ids, search_text, folded"""
_SHAPES = {
    "i_person": _PERSON,
    "i_relation": "child text, guardian text, kinship text, authority text, pays bool, is_contact bool, priority int",
    "i_stay": "person text, kind text, code text, name text, level text, starts_on date, ends_on date",
    "i_teaching": "person text, kind text, code text, subject text, subject_name text",
    "i_division": "kind text, code text, name text, level text, classes text[]",
    "i_subject": "code text, name text",
    "i_removal": "kind text, key text",
    "i_seen": "key text",
    "i_known": "id bigint, name text",
    "i_pair": """key text, id bigint, kind text, certain bool, possible bool, same_date bool, no_date bool,
        same_email bool, same_phone bool, same_address bool, common_child bool""",
    "i_leave": "person_id bigint, kind text",
    "i_item": """kind text, action text, tbl text, id bigint, person bigint, other bigint, label text, detail text,
        before jsonb, after jsonb""",
}
# Made by the statements of the difference
_MADE = (
    "i_update", "i_gone", "i_link", "i_link_update", "i_link_new", "i_link_end", "i_place", "i_member", "i_member_new",
    "i_member_adopt", "i_member_end", "i_topic", "i_service", "i_service_new", "i_service_adopt", "i_service_end",
    "i_cover_end", "i_identity_update", "i_joined",
)  # fmt: skip


# Nobody has counted these tables, nor the school's own just after its first import: a plan that goes through one of
# them for each row of another would be chosen for what looks empty.
_PLANS = "SET LOCAL client_min_messages = error; SET LOCAL enable_nestloop = off; SET LOCAL jit = off"


@dataclass
class Scope:
    """What the statements of one import need to know. `year` is (id, first day, last day, whether it is current)."""

    source: str
    complete: bool
    today: date
    year: tuple[int, date, date, bool] | None
    kinds: list[str] = field(default_factory=list)
    # Roles that who imports may neither give nor touch
    blocked: list[str] = field(default_factory=list)
    dry: bool = True
    run: int | None = None

    def fresh(self, table: str) -> str:
        """The id of a row that is to be made; of a difference that is only shown, none."""
        return "NULL::bigint" if self.dry else f"nextval(pg_get_serial_sequence('{table}', 'id'))"

    @property
    def future(self) -> bool:
        """Whether it is about a year that has been prepared and has not begun."""
        return self.year is not None and not self.year[3]

    def params(self) -> dict[str, Any]:
        year = self.year or (-1, self.today, self.today, True)
        return {
            "source": self.source, "complete": self.complete, "today": self.today,
            "yesterday": self.today - timedelta(days=1), "kinds": self.kinds, "blocked": self.blocked,
            "year": year[0], "year_start": year[1], "year_end": year[2], "sweep": self.complete and year[3],
            "run": self.run, "future": self.future,
        }  # fmt: skip


def load(folder: Path, uai: str) -> None:
    """Make the tables anew and fill them from the parts of a school, and of what fits none."""
    drop()
    tables = "; ".join(f"CREATE TEMP TABLE {name} ({shape})" for name, shape in _SHAPES.items())
    send(tables)
    with connection.cursor() as cursor:
        for table, parts in _gathered(folder, uai).items():
            columns = f" ({_COPIED})" if table == "i_person" else ""
            with cursor.copy(f"COPY {table}{columns} FROM STDIN") as copy:
                for part in parts:
                    copy.write(part)


def _gathered(folder: Path, uai: str) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for name in (uai, EVERYWHERE):
        for letter, data in blocks(path_of(folder, name)):
            if letter in TABLES:
                found.setdefault(TABLES[letter], []).append(data)
    return found


def drop() -> None:
    """Within a transaction that goes on (tests, a second school) the tables of before must not stand in the way."""
    send(f"{_PLANS}; DROP TABLE IF EXISTS {', '.join((*_SHAPES, *_MADE))}")


def run(statements: Iterable[str], scope: Scope) -> None:
    """Each statement once, whatever the number of people; all of them in one message."""
    send(";".join(statements), scope.params())


def send(statements: str, params: Mapping[str, Any] | None = None) -> None:
    """Several statements, in one message or one by one as Citus wants them (`settings.REPLAY`)."""
    with connection.cursor() as cursor:
        if settings.REPLAY == "message":
            cursor.execute(statements, params)
            return
        for statement in filter(str.strip, statements.split(";")):
            cursor.execute(statement, params)


def rows(statement: str, scope: Scope) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, scope.params())
        return list(cursor.fetchall())


def number(statement: str, scope: Scope) -> int:
    return int(rows(statement, scope)[0][0] or 0)
