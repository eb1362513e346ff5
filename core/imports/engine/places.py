"""What an import changes of classes and groups, of who is in them, and of who teaches what there."""

from core.imports.engine import staging
from core.imports.engine.staging import Scope
from core.imports.neutral import Remark

# --- classes, groups, subjects --------------------------------------------------------------------------
# Found by the source's code, then by name where no code was noted; made where nothing is found. What the school
# renamed keeps its name.
_PLACES = """
    CREATE TEMP TABLE i_place AS
    SELECT place AS kind, code, coalesce(max(nullif(name, '')), code) AS name, coalesce(max(level), '') AS level,
        NULL::bigint AS id, false AS is_new, false AS coded
    FROM (
        SELECT kind AS place, code, name, level FROM i_division UNION ALL
        SELECT CASE kind WHEN 'group' THEN 'group' ELSE 'class' END, code, name, level FROM i_stay UNION ALL
        SELECT kind, code, '', '' FROM i_teaching
    ) AS told WHERE code <> '' GROUP BY place, code;
    UPDATE i_place i SET id = c.id, coded = true FROM structure_schoolclass c
    WHERE i.kind = 'class' AND c.year_id = %(year)s AND c.code = i.code;
    UPDATE i_place i SET id = c.id, coded = true FROM structure_group c
    WHERE i.kind = 'group' AND c.year_id = %(year)s AND c.code = i.code;
    UPDATE i_place i SET id = c.id FROM structure_schoolclass c
    WHERE i.kind = 'class' AND i.id IS NULL AND c.year_id = %(year)s AND c.code = '' AND lower(c.name) = lower(i.name)
        AND NOT EXISTS (
            SELECT FROM i_place o WHERE o.kind = i.kind AND lower(o.name) = lower(i.name) AND o.code < i.code);
    UPDATE i_place i SET id = c.id FROM structure_group c
    WHERE i.kind = 'group' AND i.id IS NULL AND c.year_id = %(year)s AND c.code = '' AND lower(c.name) = lower(i.name)
        AND NOT EXISTS (
            SELECT FROM i_place o WHERE o.kind = i.kind AND lower(o.name) = lower(i.name) AND o.code < i.code);
    UPDATE i_place i SET name = left(i.name, 38 - length(left(i.code, 20))) || ' ' || left(i.code, 20)
    WHERE i.id IS NULL AND (
        EXISTS (SELECT FROM i_place o WHERE o.kind = i.kind AND o.name = i.name AND o.code < i.code)
        OR i.kind = 'class' AND EXISTS (
            SELECT FROM structure_schoolclass c WHERE c.year_id = %(year)s AND c.name = i.name)
        OR i.kind = 'group' AND EXISTS (
            SELECT FROM structure_group c WHERE c.year_id = %(year)s AND c.name = i.name))
"""
_NEW_PLACES = """
    UPDATE i_place i SET is_new = true, id = n.id FROM (
        SELECT kind, code, {id} AS id FROM (
            SELECT kind, code, row_number() OVER (ORDER BY kind, code) AS place FROM i_place
            WHERE id IS NULL AND kind = '{kind}') AS found) AS n
    WHERE n.kind = i.kind AND n.code = i.code
"""
_TOPICS = """
    CREATE TEMP TABLE i_topic AS
    SELECT DISTINCT t.subject AS code, t.subject_name, NULL::bigint AS id, false AS is_new,
        coalesce(nullif(s.name, ''), nullif(t.subject_name, ''), t.subject) AS name
    FROM i_teaching t LEFT JOIN (SELECT code, max(name) AS name FROM i_subject GROUP BY code) s ON s.code = t.subject
    WHERE t.subject <> '' OR t.subject_name <> '';
    UPDATE i_topic i SET id = s.id FROM structure_subject s WHERE i.code <> '' AND s.code = i.code;
    UPDATE i_topic i SET id = s.id FROM structure_subject s WHERE i.id IS NULL AND lower(s.name) = lower(i.name)
"""
_NEW_TOPICS = """
    UPDATE i_topic i SET is_new = true, id = n.id FROM (
        SELECT name, {id} AS id FROM (SELECT lower(name) AS name, row_number() OVER (ORDER BY lower(name)) AS place
            FROM i_topic WHERE id IS NULL GROUP BY lower(name)) AS found) AS n
    WHERE i.id IS NULL AND n.name = lower(i.name)
"""
# What somebody ended by hand ("hand", core.structure.endings) is not begun again.
# --- who is there ---------------------------------------------------------------------------------------
_MEMBERS = """
    CREATE TEMP TABLE i_member AS
    SELECT i.person_id, p.kind AS place, p.id AS place_id,
        CASE s.kind WHEN 'main_teacher' THEN 'main_teacher' ELSE 'pupil' END AS quality,
        min(s.starts_on) AS starts_on, max(s.ends_on) AS ends_on, bool_or(i.is_new) AS is_new
    FROM i_stay s JOIN i_person i ON i.key = s.person AND i.person_id IS NOT NULL AND NOT i.away
    JOIN i_place p ON (p.code, p.kind) = (s.code, CASE s.kind WHEN 'group' THEN 'group' ELSE 'class' END)
    GROUP BY 1, 2, 3, 4;
    CREATE TEMP TABLE i_member_new (id bigint, person_id bigint, place text, place_id bigint, quality text,
        starts_on date, ends_on date);
    CREATE TEMP TABLE i_member_adopt (id bigint, place text, person_id bigint, place_id bigint);
    CREATE TEMP TABLE i_member_end (id bigint, place text, person_id bigint, place_id bigint, starts_on date, last date,
        before jsonb)
"""


def _membership_statements(place: str, table: str, key: str, parent: str, quality: str) -> str:
    """`quality` is how the table says pupil or main teacher; groups have pupils alone."""
    here = f"""
        EXISTS (SELECT FROM {parent} c WHERE c.id = m.{key} AND c.year_id = %(year)s)
        AND (m.ends_on IS NULL OR m.ends_on >= %(today)s)
    """
    same = f"m.person_id = i.person_id AND m.{key} = i.place_id AND {quality} = i.quality"
    # Moved by hand: the school's own class of a pupil stands.
    by_hand = (
        f"""AND NOT (i.quality = 'pupil' AND EXISTS (SELECT FROM {table} m WHERE m.person_id = i.person_id
            AND {quality} = 'pupil' AND m.source = '' AND {here}))"""
        if place == "class"
        else ""
    )
    theirs = "m.source = %(source)s"
    if by_hand:  # one class a pupil: the import that speaks last says which
        theirs += f" OR {quality} = 'pupil' AND m.source NOT IN ('', 'rule', 'hand')"
    return f"""
        INSERT INTO i_member_adopt
        SELECT m.id, '{place}', m.person_id, m.{key} FROM {table} m JOIN i_member i ON i.place = '{place}' AND {same}
        WHERE m.source = '' AND {here};
        INSERT INTO i_member_new
        SELECT {{id}}, i.person_id, '{place}', i.place_id, i.quality,
            CASE WHEN i.starts_on BETWEEN %(year_start)s AND %(year_end)s THEN i.starts_on
                WHEN EXISTS (SELECT FROM {table} m JOIN {parent} c ON c.id = m.{key} AND c.year_id = %(year)s
                    WHERE m.person_id = i.person_id)
                THEN least(greatest(%(today)s, %(year_start)s), %(year_end)s) ELSE %(year_start)s END,
            CASE WHEN i.ends_on BETWEEN %(year_start)s AND %(year_end)s THEN i.ends_on END
        FROM i_member i
        WHERE i.place = '{place}' {by_hand}
            AND NOT EXISTS (SELECT FROM {table} m WHERE {same} AND (m.ends_on IS NULL OR m.ends_on >= %(today)s))
            AND NOT EXISTS (SELECT FROM {table} m WHERE {same} AND m.source = 'hand' AND m.ends_on = (
                SELECT max(n.ends_on) FROM {table} n WHERE (n.person_id, n.{key}) = (m.person_id, m.{key})));
        INSERT INTO i_member_end
        SELECT m.id, '{place}', m.person_id, m.{key}, m.starts_on, %(yesterday)s, to_jsonb(m) FROM {table} m
        WHERE ({theirs}) AND {here}
            AND EXISTS (SELECT FROM i_person i WHERE i.person_id = m.person_id AND NOT i.held AND NOT i.away
                AND i.facets & {16 if place == 'class' else 32} > 0)
            AND NOT EXISTS (SELECT FROM i_member i WHERE i.place = '{place}' AND {same});
        INSERT INTO i_member_end
        SELECT m.id, '{place}', m.person_id, m.{key}, m.starts_on, %(today)s, to_jsonb(m) FROM {table} m
        JOIN i_leave x ON x.person_id = m.person_id WHERE m.ends_on IS NULL OR m.ends_on > %(today)s
    """


_IN_CLASSES = _membership_statements(
    "class", "structure_classmembership", "school_class_id", "structure_schoolclass", "m.kind"
)
_IN_GROUPS = _membership_statements("group", "structure_groupmembership", "group_id", "structure_group", "'pupil'")
# --- who teaches ----------------------------------------------------------------------------------------
_SAME_SERVICE = """
    m.teacher_id = i.teacher_id AND m.subject_id = i.subject_id
    AND m.school_class_id IS NOT DISTINCT FROM i.class_id AND m.group_id IS NOT DISTINCT FROM i.group_id
"""
_LASTING = "(m.ends_on IS NULL OR m.ends_on >= %(today)s)"
_OF_YEAR = """
    (EXISTS (SELECT FROM structure_schoolclass c WHERE c.id = m.school_class_id AND c.year_id = %(year)s)
     OR EXISTS (SELECT FROM structure_group c WHERE c.id = m.group_id AND c.year_id = %(year)s))
"""
_SERVICES = f"""
    CREATE TEMP TABLE i_service AS
    SELECT i.person_id AS teacher_id, t.id AS subject_id, CASE p.kind WHEN 'class' THEN p.id END AS class_id,
        CASE p.kind WHEN 'group' THEN p.id END AS group_id
    FROM i_teaching s JOIN i_person i ON i.key = s.person AND i.person_id IS NOT NULL AND NOT i.away
    JOIN i_place p ON p.code = s.code AND p.kind = s.kind
    JOIN i_topic t ON t.code = s.subject AND t.subject_name = s.subject_name
    GROUP BY 1, 2, 3, 4;
    CREATE TEMP TABLE i_service_adopt AS
    SELECT m.id, m.teacher_id, m.subject_id, m.school_class_id AS class_id, m.group_id
    FROM structure_teachingservice m JOIN i_service i ON {_SAME_SERVICE}
    WHERE m.source = '' AND {_LASTING};
    CREATE TEMP TABLE i_service_new AS
    SELECT {{id}} AS id, i.*, CASE WHEN EXISTS (
            SELECT FROM structure_teachingservice m WHERE m.teacher_id = i.teacher_id AND {_OF_YEAR})
        THEN least(greatest(%(today)s, %(year_start)s), %(year_end)s) ELSE %(year_start)s END AS starts_on
    FROM i_service i WHERE NOT EXISTS (SELECT FROM structure_teachingservice m WHERE {_SAME_SERVICE}
        AND ({_LASTING} OR m.source = 'hand'));
    CREATE TEMP TABLE i_service_end AS
    SELECT m.id, m.teacher_id, m.subject_id, m.school_class_id AS class_id, m.group_id, m.starts_on,
        %(yesterday)s::date AS last, to_jsonb(m) AS before
    FROM structure_teachingservice m
    WHERE m.source = %(source)s AND {_LASTING} AND {_OF_YEAR}
        AND EXISTS (SELECT FROM i_person i WHERE i.person_id = m.teacher_id AND NOT i.held AND NOT i.away
            AND i.facets & CASE WHEN m.group_id IS NULL THEN 64 ELSE 128 END > 0)
        AND NOT EXISTS (SELECT FROM i_service i WHERE {_SAME_SERVICE})
    UNION ALL
    SELECT m.id, m.teacher_id, m.subject_id, m.school_class_id, m.group_id, m.starts_on, %(today)s::date, to_jsonb(m)
    FROM structure_teachingservice m JOIN i_leave x ON x.person_id = m.teacher_id
    WHERE m.ends_on IS NULL OR m.ends_on > %(today)s;
    CREATE TEMP TABLE i_cover_end AS
    SELECT DISTINCT ON (m.id) m.id, m.substitute_id, m.starts_on, e.last, to_jsonb(m) AS before
    FROM structure_substitution m JOIN (
        SELECT s.id, e.last FROM structure_substitution s JOIN i_service_end e ON e.id = s.service_id
        UNION ALL SELECT s.id, %(today)s::date
        FROM structure_substitution s JOIN i_leave x ON x.person_id = s.substitute_id
    ) AS e ON e.id = m.id WHERE m.ends_on > e.last ORDER BY m.id, e.last
"""


def difference(scope: Scope) -> list[Remark]:
    """What changes of classes, groups, subjects, stays and services, in temporary tables."""
    staging.run(
        (
            _PLACES,
            _new("class", "structure_schoolclass", scope) + ";" + _new("group", "structure_group", scope),
            _TOPICS,
            _NEW_TOPICS.format(id=_id("structure_subject", scope)),
            _MEMBERS,
            _IN_CLASSES.replace("{id}", scope.fresh("structure_classmembership")),
            _IN_GROUPS.replace("{id}", scope.fresh("structure_groupmembership")),
            _SERVICES.replace("{id}", scope.fresh("structure_teachingservice")),
        ),
        scope,
    )
    return []


def _new(kind: str, table: str, scope: Scope) -> str:
    return _NEW_PLACES.format(kind=kind, id=_id(table, scope))


def _id(table: str, scope: Scope) -> str:
    """Others point to these rows, so that they have ids, negative ones, also where they are only shown."""
    return "-place" if scope.dry else scope.fresh(table)
