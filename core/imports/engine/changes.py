"""The difference as rows that are kept: what pages show before, what the history says, what undoing needs."""

from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from typing import Any

from core.imports.engine import staging
from core.imports.engine.staging import Scope
from core.imports.models import Change, Kind, Run
from core.imports.neutral import Level, Remark

PART = 200
_CHANGED = """(SELECT coalesce(jsonb_object_agg(k.key, {0}.{1} -> k.key), '{{}}')
    FROM jsonb_object_keys({0}.before) AS k(key) WHERE {0}.before -> k.key IS DISTINCT FROM {0}.after -> k.key)"""
_WHO = "JOIN i_named {0} ON {0}.id = {1}"
_END = """
    jsonb_strip_nulls(jsonb_build_object('ends_on', CASE WHEN e.starts_on <= e.last THEN e.last END,
        'deleted', CASE WHEN e.starts_on > e.last THEN true END))
"""
_ITEMS = f"""
    CREATE TEMP TABLE i_joined AS SELECT m.person_id, string_agg(p.name, ', ' ORDER BY p.name) AS names
        FROM i_member m JOIN i_place p ON p.kind = m.place AND p.id = m.place_id
        WHERE m.place = 'class' AND m.is_new GROUP BY 1;
    WITH i_named AS (
        SELECT id, first_name || ' ' || last_name AS name FROM people_person
        UNION ALL SELECT person_id, first_name || ' ' || last_name FROM i_person WHERE is_new AND lead
    ), i_spot AS (
        SELECT 'class' AS kind, id, name FROM structure_schoolclass
        UNION ALL SELECT 'group', id, name FROM structure_group
        UNION ALL SELECT kind, id, name FROM i_place WHERE is_new
    ), i_matter AS (
        SELECT id, name FROM structure_subject UNION ALL SELECT id, min(name) FROM i_topic WHERE is_new GROUP BY id
    )
    INSERT INTO i_item
    SELECT i.kind, 'created', 'people_person', i.person_id, i.person_id, NULL::bigint,
        i.first_name || ' ' || i.last_name, coalesce(j.names, i.function, ''), NULL::jsonb, NULL::jsonb
    FROM i_person i LEFT JOIN i_joined j ON j.person_id = i.person_id WHERE i.is_new AND i.lead
    UNION ALL
    SELECT u.kind, u.action, 'people_person', u.id, u.id, NULL, u.first_name || ' ' || u.last_name, '',
        {_CHANGED.format("u", "before")}, {_CHANGED.format("u", "after")}
    FROM i_update u
    UNION ALL
    SELECT x.kind, 'suspended', 'people_person', p.id, p.id, NULL, p.first_name || ' ' || p.last_name, '',
        jsonb_build_object('left_on', NULL), jsonb_build_object('left_on', greatest(%(today)s::date, p.arrived_on))
    FROM i_leave x JOIN people_person p ON p.id = x.person_id
    UNION ALL
    SELECT 'identity', 'updated', 'imports_identity', u.id, NULL, NULL, '', '', u.before, '{{}}'
    FROM i_identity_update u
    UNION ALL
    SELECT 'identity', 'suspended', 'imports_identity', g.id, NULL, NULL, '', '',
        jsonb_build_object('gone_since', NULL), jsonb_build_object('gone_since', %(today)s::date) FROM i_gone g
    UNION ALL
    SELECT 'relation', 'created', 'people_guardianlink', n.id, n.child_id, n.guardian_id, g.name || ' → ' || c.name, '',
        NULL, NULL
    FROM i_link_new n {_WHO.format("c", "n.child_id")} {_WHO.format("g", "n.guardian_id")}
    UNION ALL
    SELECT 'relation', 'updated', 'people_guardianlink', n.id, n.child_id, n.guardian_id, g.name || ' → ' || c.name, '',
        {_CHANGED.format("n", "before")}, {_CHANGED.format("n", "after")}
    FROM i_link_update n {_WHO.format("c", "n.child_id")} {_WHO.format("g", "n.guardian_id")}
    UNION ALL
    SELECT 'relation', 'suspended', 'people_guardianlink', n.id, n.child_id, n.guardian_id, g.name || ' → ' || c.name,
        '', jsonb_build_object('starts_on', n.starts_on, 'ends_on', n.ends_on),
        jsonb_build_object('starts_on', least(n.starts_on, %(today)s::date), 'ends_on', %(today)s::date)
    FROM i_link_end n {_WHO.format("c", "n.child_id")} {_WHO.format("g", "n.guardian_id")}
    UNION ALL
    SELECT p.kind, 'created', CASE p.kind WHEN 'class' THEN 'structure_schoolclass' ELSE 'structure_group' END, p.id,
        NULL, NULL, p.name, p.level, NULL, NULL
    FROM i_place p WHERE p.is_new
    UNION ALL
    SELECT 'class', 'updated', 'structure_schoolclass', c.id, NULL, NULL, c.name, '',
        jsonb_build_object('code', c.code, 'level', c.level),
        jsonb_build_object('code', p.code, 'level', CASE c.level WHEN '' THEN p.level ELSE c.level END)
    FROM i_place p JOIN structure_schoolclass c ON p.kind = 'class' AND c.id = p.id
    WHERE NOT p.coded OR c.level = '' AND p.level <> ''
    UNION ALL
    SELECT 'group', 'updated', 'structure_group', c.id, NULL, NULL, c.name, '', jsonb_build_object('code', c.code),
        jsonb_build_object('code', p.code)
    FROM i_place p JOIN structure_group c ON p.kind = 'group' AND c.id = p.id WHERE NOT p.coded
    UNION ALL
    SELECT 'subject', 'created', 'structure_subject', t.id, NULL, NULL, min(t.name), min(t.code), NULL, NULL
    FROM i_topic t WHERE t.is_new GROUP BY t.id
    UNION ALL
    SELECT 'subject', 'updated', 'structure_subject', s.id, NULL, NULL, s.name, '', jsonb_build_object('code', ''),
        jsonb_build_object('code', min(t.code) FILTER (WHERE t.code <> ''))
    FROM i_topic t JOIN structure_subject s ON s.id = t.id WHERE s.code = '' AND t.code <> '' GROUP BY s.id, s.name
    UNION ALL
    SELECT 'membership', 'created', 'structure_' || n.place || 'membership', n.id, n.person_id, NULL, w.name, s.name,
        NULL, NULL
    FROM i_member_new n {_WHO.format("w", "n.person_id")} JOIN i_spot s ON s.kind = n.place AND s.id = n.place_id
    UNION ALL
    SELECT 'membership', 'updated', 'structure_' || n.place || 'membership', n.id, n.person_id, NULL, w.name, s.name,
        jsonb_build_object('source', ''), jsonb_build_object('source', %(source)s)
    FROM i_member_adopt n {_WHO.format("w", "n.person_id")} JOIN i_spot s ON s.kind = n.place AND s.id = n.place_id
    UNION ALL
    SELECT 'membership', 'suspended', 'structure_' || e.place || 'membership', e.id, e.person_id, NULL, w.name, s.name,
        e.before, {_END}
    FROM i_member_end e {_WHO.format("w", "e.person_id")} JOIN i_spot s ON s.kind = e.place AND s.id = e.place_id
    UNION ALL
    SELECT 'service', 'created', 'structure_teachingservice', n.id, n.teacher_id, NULL, w.name,
        t.name || ' · ' || s.name, NULL, NULL
    FROM i_service_new n {_WHO.format("w", "n.teacher_id")} JOIN i_matter t ON t.id = n.subject_id
    JOIN i_spot s ON (s.kind, s.id) = (CASE WHEN n.class_id IS NULL THEN 'group' ELSE 'class' END,
        coalesce(n.class_id, n.group_id))
    UNION ALL
    SELECT 'service', 'updated', 'structure_teachingservice', n.id, n.teacher_id, NULL, w.name, t.name,
        jsonb_build_object('source', ''), jsonb_build_object('source', %(source)s)
    FROM i_service_adopt n {_WHO.format("w", "n.teacher_id")} JOIN i_matter t ON t.id = n.subject_id
    UNION ALL
    SELECT 'service', 'suspended', 'structure_teachingservice', e.id, e.teacher_id, NULL, w.name,
        t.name || ' · ' || s.name, e.before, {_END}
    FROM i_service_end e {_WHO.format("w", "e.teacher_id")} JOIN i_matter t ON t.id = e.subject_id
    JOIN i_spot s ON (s.kind, s.id) = (CASE WHEN e.class_id IS NULL THEN 'group' ELSE 'class' END,
        coalesce(e.class_id, e.group_id))
    UNION ALL
    SELECT 'service', 'suspended', 'structure_substitution', e.id, e.substitute_id, NULL, w.name, '', e.before, {_END}
    FROM i_cover_end e {_WHO.format("w", "e.substitute_id")}
"""
_STORE = f"""
    INSERT INTO imports_change (run_id, kind, action, "table", part, size, ids, items)
    SELECT %(run)s, kind, action, tbl, part, count(*),
        coalesce(array_agg(id ORDER BY place) FILTER (WHERE id > 0), '{{}}'),
        CASE kind WHEN 'identity' THEN
            coalesce(jsonb_agg(jsonb_build_object('id', id, 'before', before, 'after', after) ORDER BY place), '[]')
        ELSE jsonb_agg(CASE WHEN before IS NULL
            THEN jsonb_build_object('id', id, 'label', label, 'detail', detail, 'person', person, 'other', other)
            ELSE jsonb_build_object('id', id, 'label', label, 'detail', detail, 'person', person, 'other', other,
                'before', before, 'after', after) END ORDER BY place) END
    FROM (SELECT *, (place - 1) / {PART} AS part FROM (
        SELECT *, row_number() OVER (PARTITION BY kind, action, tbl ORDER BY lower(label), id) AS place FROM i_item
    ) AS numbered) AS cut
    GROUP BY kind, action, tbl, part
"""
_PAIRS = """
    INSERT INTO imports_pairing (key, source, kind, incoming, candidate_id, evidence, run_id, decision, found_at)
    SELECT d.key, %(source)s, d.kind, jsonb_strip_nulls(jsonb_build_object('last_name', i.last_name,
            'first_name', i.first_name, 'birth_name', i.birth_name, 'birth_date', i.birth_date, 'email', i.email,
            'phone', i.phone, 'address', i.address, 'function', i.function,
            'classes', (SELECT string_agg(DISTINCT coalesce(nullif(s.name, ''), s.code), ', ') FROM i_stay s
                WHERE s.person = d.key AND s.kind = 'class'),
            'children', (SELECT string_agg(DISTINCT concat_ws(' ', c.first_name, c.last_name), ', ') FROM i_relation r
                JOIN i_person c ON c.key = r.child WHERE r.guardian = d.key))),
        d.id, jsonb_strip_nulls(jsonb_build_object('names', true, 'birth_date',
            CASE WHEN d.same_date THEN 'same' WHEN d.no_date THEN 'missing' ELSE 'other' END,
            'email', nullif(d.same_email, false), 'phone', nullif(d.same_phone, false),
            'address', nullif(d.same_address, false), 'common_child', nullif(d.common_child, false),
            'several', nullif((SELECT count(*) > 1 FROM i_pair o WHERE o.key = d.key OR o.id = d.id), false))),
        %(run)s, 'pending', now()
    FROM i_pair d JOIN i_person i ON i.key = d.key
    ON CONFLICT (key, candidate_id) DO NOTHING
"""
_NEW_PAIRS = """
    SELECT count(*) FROM i_pair d WHERE NOT EXISTS (
        SELECT FROM imports_pairing p WHERE p.key = d.key AND p.candidate_id = d.id)
"""
_COUNTS = """
    SELECT kind, action, count(*) FROM i_item WHERE kind <> 'identity' AND tbl <> 'structure_substitution' GROUP BY 1, 2
"""
_HELD = "SELECT kind, count(*) FROM i_person WHERE held GROUP BY 1"
_READ = """
    SELECT 'relation', count(*) FROM i_relation UNION ALL SELECT 'membership', count(*) FROM i_stay
    UNION ALL SELECT 'service', count(*) FROM i_teaching UNION ALL SELECT 'subject', count(*) FROM i_topic
    UNION ALL SELECT kind, count(*) FROM i_place GROUP BY kind
"""
_UNCHANGED = """
    SELECT i.kind, count(*) FROM i_person i WHERE i.lead AND NOT i.is_new AND NOT i.held
        AND NOT EXISTS (SELECT FROM i_update u WHERE u.id = i.person_id) GROUP BY 1
    UNION ALL SELECT 'relation', count(*) FROM i_link i
        WHERE NOT EXISTS (SELECT FROM i_link_new n WHERE n.child_id = i.child_id AND n.guardian_id = i.guardian_id)
        AND NOT EXISTS (SELECT FROM i_link_update n WHERE n.child_id = i.child_id AND n.guardian_id = i.guardian_id)
    UNION ALL SELECT 'membership', (SELECT count(*) FROM i_member) - (SELECT count(*) FROM i_member_new)
        - (SELECT count(*) FROM i_member_adopt)
    UNION ALL SELECT 'service', (SELECT count(*) FROM i_service) - (SELECT count(*) FROM i_service_new)
        - (SELECT count(*) FROM i_service_adopt)
    UNION ALL SELECT 'subject', count(DISTINCT id) FROM i_topic t WHERE NOT is_new AND NOT EXISTS (
        SELECT FROM i_item u WHERE u.tbl = 'structure_subject' AND u.action = 'updated' AND u.id = t.id)
    UNION ALL SELECT kind, count(*) FROM i_place p WHERE coded AND NOT EXISTS (
        SELECT FROM i_item u WHERE u.kind = p.kind AND u.action = 'updated' AND u.id = p.id) GROUP BY kind
"""
_SHARES = """
    SELECT (SELECT count(*) FROM i_leave),
        (SELECT count(DISTINCT f.person_id) FROM imports_identity f JOIN people_person p ON p.id = f.person_id
            WHERE f.source = %(source)s AND f.main AND f.gone_since IS NULL AND p.left_on IS NULL),
        (SELECT count(*) FROM i_link_end),
        (SELECT count(*) FROM people_guardianlink l
            WHERE l.source = %(source)s AND (l.ends_on IS NULL OR l.ends_on > %(today)s))
"""
_SOMETHING = """
    SELECT EXISTS (SELECT FROM i_item) OR EXISTS (SELECT FROM i_person WHERE new_keys <> '{}') OR EXISTS (
        SELECT FROM i_division d JOIN i_place g ON g.kind = 'group' AND g.code = d.code
        CROSS JOIN LATERAL unnest(d.classes) AS within(code)
        JOIN i_place c ON c.kind = 'class' AND c.code = within.code
        WHERE d.kind = 'group' AND NOT EXISTS (
            SELECT FROM structure_group_classes m WHERE m.group_id = g.id AND m.schoolclass_id = c.id))
"""
_SAID = ("kind", "code", "sentence", "file", "line", "key")
Counts = dict[str, dict[str, int]]


def gather(scope: Scope) -> None:
    """Write every single change into `i_item`, whatever table it is of."""
    staging.run((_ITEMS,), scope)


def counts(scope: Scope) -> Counts:
    """{kind: {"read", "unchanged", "created", "updated", "suspended", "returned", "held": n}}"""
    found: Counts = {}
    for kind, action, number in staging.rows(_COUNTS, scope):
        found.setdefault(kind, {})[action] = number
    for name, statement in (("read", _READ), ("unchanged", _UNCHANGED), ("held", _HELD)):
        for kind, number in staging.rows(statement, scope):
            if number:
                found.setdefault(kind, {})[name] = number
    return found


def shares(scope: Scope) -> tuple[int, int, int, int]:
    """People who leave, of how many; links that end, of how many."""
    row = staging.rows(_SHARES, scope)[0]
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])


def is_something(scope: Scope) -> bool:
    """Whether there is anything to write of people and structure."""
    return bool(staging.rows(_SOMETHING, scope)[0][0])


def has_new_pairs(scope: Scope) -> bool:
    return bool(staging.number(_NEW_PAIRS, scope))


def store(run: Run, scope: Scope, remarks: Iterable[dict[str, Any]]) -> None:
    """Keep the difference and what is to be told, in place of what was kept of this run before."""
    Change.objects.filter(run=run).delete()
    staging.run((_STORE, _PAIRS), scope)
    rows: dict[str, list[dict[str, Any]]] = {}
    for one in remarks:
        rows.setdefault(str(one["level"]), []).append(one)
    Change.objects.bulk_create(
        Change(run=run, kind=Kind.REMARK, action=level, part=number, size=len(part), items=part)
        for level, told in rows.items()
        for number, part in enumerate(told[start : start + PART] for start in range(0, len(told), PART))
    )


def as_dict(remark: Remark) -> dict[str, Any]:
    return asdict(remark)


def first_refused(remarks: Iterable[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """What is said of refused records, without the records themselves."""
    some = islice((one for one in remarks if one["level"] == Level.REFUSED), most)
    return [{name: str(one[name] or "") if name == "kind" else one[name] for name in _SAID} for one in some]


def refused(remarks: Iterable[dict[str, Any]]) -> Counts:
    """By kind, how many records were refused for each reason; "" where the kind is not known."""
    found: Counts = {}
    for one in remarks:
        if one["level"] == Level.REFUSED:
            reasons = found.setdefault(str(one.get("kind") or ""), {})
            reasons[one["code"]] = reasons.get(one["code"], 0) + 1
    return found

