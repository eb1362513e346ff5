"""What stands in schemas, one digest an object, in one query for any number of them.

Some 20 s for 3,200 schools, most of it PostgreSQL writing out indexes and constraints. Two schemas with the same
digests have the same tables, columns, defaults, constraints, indexes, triggers, views and functions. The order of
columns does not count: a migration that was undone puts its column last.
"""

from collections.abc import Iterable

from django.db import connection

from tenants.schemas.context import region

_OWN = "replace(replace({}, s.nspname || '.', ''), quote_ident(s.nspname) || '.', '')"
# PostgreSQL writes `column IN ('a', 'b')` over varchar in one way, and in another once that was read again: the casts
# stand on the array, then on each of its items.
_STEADY = (
    r"regexp_replace(regexp_replace({}, '\((ARRAY\[[^]]*\])\)::text\[\]', '\1', 'g'),"
    r" '\((''[^'']*''::character varying)\)::text', '\1', 'g')"
)
_LINES = _OWN.format("string_agg(said, E'\\n' ORDER BY said)")

_SQL = f"""
WITH s AS (SELECT oid, nspname FROM pg_namespace WHERE nspname = ANY(%s)),
members AS (
    SELECT s.oid AS schema, s.nspname, d.classid, d.objid FROM s JOIN pg_depend d
    ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = s.oid AND d.deptype = 'n'
),
relations AS (
    SELECT s.schema, s.nspname, c.oid, c.relname, c.relkind::text, c.relacl, c.relowner, c.relrowsecurity,
           array_to_string(c.reloptions, ',') AS options
    FROM members s JOIN pg_class c ON s.classid = 'pg_class'::regclass AND c.oid = s.objid
)
SELECT s.nspname, 'relation ' || relname, md5(concat_ws(E'\\n', relkind, options, relrowsecurity,
    (SELECT string_agg(concat_ws(' ', attname, {_OWN.format("format_type(atttypid, atttypmod)")}, attnotnull,
        attidentity, attgenerated, {_OWN.format("pg_get_expr(adbin, adrelid)")}, attcollation,
        col_description(attrelid, attnum)), E'\\n' ORDER BY attname)
     FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     WHERE attrelid = s.oid AND attnum > 0 AND NOT attisdropped AND relkind <> 'S'),
    (SELECT {_LINES} FROM (
        SELECT concat_ws(' ', conname, contype, CASE contype WHEN 'n' THEN convalidated::text || connoinherit
            ELSE {_STEADY.format("pg_get_constraintdef(pg_constraint.oid)")} END) AS said
        FROM pg_constraint WHERE conrelid = s.oid) constraints),
    (SELECT {_LINES} FROM (
        SELECT concat_ws(' ', indisvalid, {_STEADY.format("pg_get_indexdef(indexrelid)")}) AS said
        FROM pg_index WHERE indrelid = s.oid) indexes),
    (SELECT string_agg(concat_ws(' ', tgenabled, {_OWN.format("pg_get_triggerdef(pg_trigger.oid)")}),
        E'\\n' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = s.oid AND NOT tgisinternal),
    (SELECT string_agg(concat_ws(' ', polname, polcmd, polpermissive, pg_get_expr(polqual, polrelid),
        pg_get_expr(polwithcheck, polrelid)), E'\\n' ORDER BY polname) FROM pg_policy WHERE polrelid = s.oid),
    (SELECT string_agg(CASE grantee WHEN 0 THEN 'PUBLIC' WHEN relowner THEN 'owner'
        ELSE grantee::regrole::text END || ' ' || privilege_type, ',' ORDER BY grantee = relowner, grantee,
        privilege_type) FROM aclexplode(relacl)),
    CASE WHEN relkind IN ('v', 'm') THEN {_OWN.format("pg_get_viewdef(s.oid)")} END,
    (SELECT concat_ws(' ', seqtypid, seqstart, seqincrement, seqmin, seqmax, seqcycle)
     FROM pg_sequence WHERE seqrelid = s.oid),
    obj_description(s.oid, 'pg_class')))
FROM relations s WHERE relkind <> 'i'
UNION ALL
SELECT s.nspname, 'function ' || {_OWN.format("p.oid::regprocedure::text")},
    md5(concat_ws(E'\\n', {_OWN.format("CASE WHEN prokind = 'a' THEN p.proname ELSE pg_get_functiondef(p.oid) END")},
                  obj_description(p.oid, 'pg_proc')))
FROM members s JOIN pg_proc p ON s.classid = 'pg_proc'::regclass AND p.oid = s.objid
UNION ALL
SELECT s.nspname, 'type ' || typname, md5(concat_ws(E'\\n', typtype, typnotnull, typdefault,
    {_OWN.format("format_type(typbasetype, typtypmod)")},
    (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid),
    (SELECT string_agg(conname || ' ' || pg_get_constraintdef(oid), ',' ORDER BY conname)
     FROM pg_constraint WHERE contypid = t.oid)))
FROM members s JOIN pg_type t ON s.classid = 'pg_type'::regclass AND t.oid = s.objid
UNION ALL
SELECT s.nspname, 'other ' || classid::regclass::text, md5(count(*)::text) FROM members s
WHERE classid NOT IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass) GROUP BY 1, 2
"""


def fingerprints(schemas: Iterable[str]) -> dict[str, dict[str, str]]:
    """Schema to {"relation people_person": digest, …}. A schema that is not there has no entry."""
    names = list(schemas)
    found: dict[str, dict[str, str]] = {}
    with region(), connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s)", [names])
        found = {name: {} for (name,) in cursor.fetchall()}
        cursor.execute(_SQL, [names])
        for schema, thing, digest in cursor.fetchall():
            found.setdefault(schema, {})[thing] = digest
    return found
