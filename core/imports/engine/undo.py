"""Taking an import back: what it made is removed unless it is used since, what it changed is put back unless it was
changed since, what it ended goes on. Everything in a fixed number of statements."""

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey

from core.imports.engine.applying import restore_accounts
from core.imports.engine.people import FIELDS, LINK_FIELDS
from core.imports.engine.staging import send
from core.imports.models import Run
from core.people.models import Person
from core.people.text import search_words
from core.structure.models import Group, SchoolClass, Subject, TeachingService
from tenants.accounts import identities, linking
from tenants.schemas import engine as schemas
from tenants.schemas.context import current_uai

Numbers = dict[str, int]
_LOAD = """
    DROP TABLE IF EXISTS u_made, u_was, u_kept;
    CREATE TEMP TABLE u_made AS
        SELECT "table" AS tbl, unnest(ids) AS id FROM imports_change WHERE run_id = %(run)s AND action = 'created';
    CREATE TEMP TABLE u_was AS
        SELECT kind, action, "table" AS tbl, (item ->> 'id')::bigint AS id, item -> 'before' AS before,
            item -> 'after' AS after, item ->> 'label' AS label
        FROM imports_change CROSS JOIN LATERAL jsonb_array_elements(items) AS item
        WHERE run_id = %(run)s AND item ? 'before';
    CREATE TEMP TABLE u_kept (tbl text, id bigint, label text, reason text)
"""
_STAYS = ("structure_classmembership", "structure_groupmembership")
# The columns by which an open stay or service is the like of another one
_SAME = {
    "structure_classmembership": ("school_class_id", "person_id", "kind"),
    "structure_groupmembership": ("group_id", "person_id"),
    "structure_teachingservice": ("teacher_id", "subject_id", "school_class_id", "group_id"),
    "structure_substitution": ("service_id", "substitute_id"),
}
_BACK = """
    SELECT t.id, coalesce((SELECT jsonb_object_agg(b.key, b.value) FROM jsonb_each(u.before) AS b
        WHERE to_jsonb(t) -> b.key IS NOT DISTINCT FROM u.after -> b.key), '{{}}') AS back
    FROM u_was u JOIN {table} t ON t.id = u.id WHERE u.tbl = '{table}'
"""
_CHANGED_SINCE = """
    INSERT INTO u_kept SELECT u.tbl, t.id, u.label, 'changed' FROM u_was u JOIN {table} t ON t.id = u.id
    WHERE u.tbl = '{table}' AND u.before <> '{{}}' AND EXISTS (SELECT FROM jsonb_each(u.before) AS b
        WHERE to_jsonb(t) -> b.key IS DISTINCT FROM u.after -> b.key)
"""
_PEOPLE_BACK = f"""
    UPDATE people_person p SET {", ".join(f"{one} = r.{one}" for one in FIELDS)}, roles = r.roles,
        external_ids = r.external_ids, corrections = r.corrections, left_on = r.left_on, updated_at = now()
    FROM (SELECT s.id AS of_row, (jsonb_populate_record(o, s.back)).*
          FROM ({_BACK.format(table="people_person")}) AS s JOIN people_person o ON o.id = s.id) AS r
    WHERE p.id = r.of_row RETURNING p.id, p.last_name, p.first_name, p.birth_name, p.account_id, p.left_on
"""
_LINKS_BACK = f"""
    UPDATE people_guardianlink l SET {", ".join(f"{one} = r.{one}" for one in LINK_FIELDS)}, source = r.source,
        corrections = r.corrections, starts_on = r.starts_on, ends_on = r.ends_on
    FROM (SELECT s.id AS of_row, (jsonb_populate_record(o, s.back)).*
          FROM ({_BACK.format(table="people_guardianlink")}) AS s JOIN people_guardianlink o ON o.id = s.id) AS r
    WHERE l.id = r.of_row AND NOT (r.ends_on IS NULL AND EXISTS (SELECT FROM people_guardianlink x WHERE x.id <> l.id
        AND x.child_id = l.child_id AND x.guardian_id = l.guardian_id AND x.ends_on IS NULL))
"""
_IDENTITIES_BACK = """
    UPDATE imports_identity f SET main = r.main, source = r.source, kind = r.kind, roles = r.roles,
        gone_since = r.gone_since
    FROM (SELECT u.id AS of_row, (jsonb_populate_record(o, u.before)).* FROM u_was u
          JOIN imports_identity o ON o.id = u.id WHERE u.tbl = 'imports_identity') AS r WHERE f.id = r.of_row;
    DELETE FROM imports_pairing WHERE run_id = %(run)s AND decision = 'pending';
    DELETE FROM imports_identity f WHERE f.run_id = %(run)s
        AND NOT EXISTS (SELECT FROM u_was u WHERE u.tbl = 'imports_identity' AND u.id = f.id)
        AND NOT EXISTS (SELECT FROM u_kept k
            WHERE k.tbl = 'people_person' AND k.id = f.person_id AND k.reason = 'used')
"""
# A group's rule took them in by itself: that is no use made of them.
_RULED = """
    DELETE FROM structure_groupmembership t USING u_made m
    WHERE m.tbl = 'people_person' AND m.id = t.person_id AND t.source = 'rule'
"""
_OPEN_STATES = """
    UPDATE {table} t SET {sets} FROM u_was u WHERE u.tbl = '{table}' AND u.id = t.id AND u.action = 'updated'
"""


def undo(run: Run) -> dict[str, Any]:
    """Put everything back, in the caller's transaction. Returns {"removed", "restored": {table: n}, "kept": […]}."""
    send(_LOAD, {"run": run.pk})
    removed = {table: _remove(table) for table in ("structure_group_classes", *_STAYS)}
    _execute(_RULED)
    removed["structure_teachingservice"] = _remove_unused(TeachingService)
    removed["people_guardianlink"] = _remove("people_guardianlink")
    removed["people_person"] = _remove_unused(Person, more="t.account_id IS NULL")
    restored = {table: _reopen(table) for table in _SAME}
    restored["people_person"] = _people_back()
    restored["people_guardianlink"] = _execute(
        _CHANGED_SINCE.format(table="people_guardianlink"), _LINKS_BACK
    )
    _execute(*_IDENTITIES_BACK.split(";"), params={"run": run.pk})
    _forget_in_region()
    for table, sets in (
        ("structure_schoolclass", "code = u.before ->> 'code', level = u.before ->> 'level'"),
        ("structure_group", "code = u.before ->> 'code'"),
        ("structure_subject", "code = u.before ->> 'code'"),
    ):
        restored[table] = _execute(_OPEN_STATES.format(table=table, sets=sets))
    for model in (Group, SchoolClass, Subject):
        removed[model._meta.db_table] = _remove_unused(model)
    return {"removed": _counted(removed), "restored": _counted(restored), "kept": _kept()}


def _remove(table: str) -> int:
    return _execute(f"DELETE FROM {table} t USING u_made m WHERE m.tbl = '{table}' AND m.id = t.id")


def _remove_unused(model: Any, *, more: str = "true") -> int:
    """Delete what the import made and nothing refers to; what is used since is told."""
    table = model._meta.db_table
    unused = " AND ".join(
        [more]
        + [f"NOT EXISTS (SELECT FROM {other} x WHERE x.{column} = t.id)" for other, column in references_to(model)]
    )
    return _execute(
        f"""INSERT INTO u_kept SELECT '{table}', t.id, t.{_name(model)}, 'used' FROM {table} t
            JOIN u_made m ON m.tbl = '{table}' AND m.id = t.id WHERE NOT ({unused})""",
        f"DELETE FROM {table} t USING u_made m WHERE m.tbl = '{table}' AND m.id = t.id AND {unused}",
    )


def _name(model: Any) -> str:
    if model is Person:
        return "first_name || ' ' || t.last_name"
    return "name" if model is not TeachingService else "id::text"


def references_to(model: Any) -> list[tuple[str, str]]:
    """(table, column) of every key to the model in the school one stands in, but for what imports note of it."""
    mine = {"imports_identity", "imports_pairing"}
    here = schemas.installed_labels(current_uai())
    return sorted(
        (other._meta.db_table, field.column)
        for other in apps.get_models(include_auto_created=True)
        if other._meta.app_label in here and other._meta.managed and other._meta.db_table not in mine
        for field in other._meta.local_fields
        if isinstance(field, ForeignKey) and field.related_model is model
    )


def _reopen(table: str) -> int:
    """What was ended goes on; what was removed because it had not begun is there again. Unless the like is open."""
    same = " AND ".join(f"x.{one} IS NOT DISTINCT FROM {{0}}.{one}" for one in _SAME[table])
    open_one = f"EXISTS (SELECT FROM {table} x WHERE x.id <> {{0}}.id AND x.ends_on IS NULL AND {same})"
    blocked = open_one.format("w")
    return _execute(
        f"""INSERT INTO {table} SELECT w.* FROM u_was u
            CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, u.before) AS w
            WHERE u.tbl = '{table}' AND u.action = 'suspended' AND u.after ? 'deleted' AND NOT {blocked}
                AND NOT EXISTS (SELECT FROM {table} x WHERE x.id = w.id)""",
        f"""UPDATE {table} w SET ends_on = (u.before ->> 'ends_on')::date FROM u_was u
            WHERE u.tbl = '{table}' AND u.action = 'suspended' AND u.id = w.id
                AND w.ends_on = (u.after ->> 'ends_on')::date AND NOT {blocked}""",
        f"""UPDATE {table} w SET source = u.before ->> 'source' FROM u_was u
            WHERE u.tbl = '{table}' AND u.action = 'updated' AND u.id = w.id""" if table != "structure_substitution"
        else "",
    )  # fmt: skip


def _people_back() -> int:
    """Names, roles, presence; then the accounts of those who are here again, or no more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT p.id FROM u_was u JOIN people_person p ON p.id = u.id WHERE p.left_on IS NOT NULL")
        away = {row[0] for row in cursor.fetchall()}
        cursor.execute(_CHANGED_SINCE.format(table="people_person"))
        cursor.execute(_PEOPLE_BACK)
        rows = cursor.fetchall()
    words = {pk: search_words(last, first, birth) for pk, last, first, birth, _account, _left in rows}
    _execute(
        "UPDATE people_person p SET search_text = n.words FROM unnest(%(ids)s::bigint[], %(words)s::text[])"
        " AS n(id, words) WHERE p.id = n.id AND p.search_text <> n.words",
        params={"ids": list(words), "words": list(words.values())},
    )
    restore_accounts({pk: account for pk, *_names, account, left in rows if account and left is None and pk in away})
    gone = [account for pk, *_names, account, left in rows if account and left is not None and pk not in away]
    linking.unlink_many(uai=current_uai(), account_ids=gone)
    return len(rows)


def _forget_in_region() -> None:
    """Nobody in another school is taken for somebody who is not here any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.id FROM u_made m WHERE m.tbl = 'people_person'"
            " AND NOT EXISTS (SELECT FROM people_person p WHERE p.id = m.id)"
        )
        gone = [row[0] for row in cursor.fetchall()]
    if gone:
        identities.forget(current_uai(), gone)


def _execute(*statements: str, params: dict[str, Any] | None = None) -> int:
    """Returns how many rows the statements touched together, notes apart."""
    touched = 0
    with connection.cursor() as cursor:
        for statement in filter(str.strip, statements):
            cursor.execute(statement, params)
            touched += 0 if statement.lstrip().startswith("INSERT INTO u_kept") else cursor.rowcount
    return touched


def _counted(numbers: Numbers) -> Numbers:
    return {table: number for table, number in numbers.items() if number > 0}


def _kept() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tbl, id, label, reason FROM u_kept ORDER BY tbl, label LIMIT 200")
        rows = cursor.fetchall()
        cursor.execute("DROP TABLE u_made, u_was, u_kept")
    return [{"table": table, "id": pk, "label": label or "", "reason": reason} for table, pk, label, reason in rows]
