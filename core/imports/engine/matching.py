"""Who is who: strong identifiers first, then names with a birth date or something else in common.

What could be one of several people, or somebody with another birth date, is left for a person to decide, and held
back until then.
"""

from django.db import connection
from django.utils.translation import gettext as _

from core.imports.engine import staging
from core.imports.engine.lines import fold
from core.imports.engine.staging import Scope
from core.imports.neutral import Level, Remark
from core.people.choices import STAFF

_DOUBLE = """
    DELETE FROM i_person a USING i_person b
    WHERE a.key = b.key AND (a.told <> 'whole', a.ctid) > (b.told <> 'whole', b.ctid)
    RETURNING a.kind, a.key, concat_ws(' ', a.first_name, a.last_name), a.told
"""
_BY_KEY = """
    UPDATE i_person i SET person_id = f.person_id, known = f.main, gone = f.gone_since IS NOT NULL, was_roles = f.roles
    FROM imports_identity f WHERE f.key = i.key
"""
_DECIDED = """
    UPDATE i_person i SET person_id = d.candidate_id
    FROM imports_pairing d WHERE i.person_id IS NULL AND d.key = i.key AND d.decision = 'same'
"""
_BY_OTHER_ID = """
    UPDATE i_person i SET person_id = f.people[1] FROM (
        SELECT i.key, array_agg(DISTINCT f.person_id) AS people
        FROM i_person i CROSS JOIN LATERAL unnest(i.ids) AS other(id) JOIN imports_identity f ON f.key = other.id
        WHERE i.person_id IS NULL GROUP BY i.key
    ) f WHERE f.key = i.key AND cardinality(f.people) = 1
"""
# A delta may link a guardian who left, without telling of them again.
_LINKED_AGAIN = """
    INSERT INTO i_person (kind, key, told, weak, facets, roles, ids, folded, person_id, known, gone, was_roles)
    SELECT DISTINCT ON (f.key) f.kind, f.key, 'known', false, 0, f.roles, '{}'::text[], '{}'::text[], f.person_id,
        true, true, f.roles
    FROM i_relation r JOIN imports_identity f ON f.key = r.guardian AND f.main AND f.gone_since IS NOT NULL
    WHERE NOT %(complete)s AND NOT EXISTS (SELECT FROM i_person i WHERE i.key = f.key)
"""
_NAMELESS = "SELECT count(*) FROM i_person WHERE person_id IS NULL AND told = 'whole'"
_CANDIDATES = """
    SELECT p.id, p.last_name, p.first_name, p.birth_name FROM people_person p
    WHERE p.merged_into_id IS NULL AND NOT EXISTS (SELECT FROM i_person i
        WHERE i.person_id = p.id AND (i.kind <> 'guardian' OR NOT p.roles && %(staff)s::varchar[]))
"""
_DIGITS = (
    "(SELECT array_agg(right(regexp_replace(x, '\\D', '', 'g'), 9)) FROM unnest({0}.phone || {0}.other_phones) AS x"
    " WHERE length(regexp_replace(x, '\\D', '', 'g')) >= 9)"
)
_PLAIN = "lower(regexp_replace({0}.address, '\\W+', '', 'g'))"
_PAIRS = f"""
    INSERT INTO i_pair
    SELECT key, id, kind,
        CASE kind
            WHEN 'pupil' THEN roles @> '{{pupil}}' AND same_date AND (%(complete)s OR NOT same_space)
            WHEN 'guardian' THEN
                roles @> '{{guardian}}' AND (common_child OR same_phone OR same_email OR same_address)
                    AND (%(complete)s OR common_child OR NOT same_space) AND NOT other_date
                OR (same_date OR same_email) AND NOT roles @> '{{pupil}}' AND NOT same_space AND NOT other_date
            ELSE same_date OR same_email AND NOT roles @> '{{pupil}}' AND NOT other_date
        END,
        CASE kind
            WHEN 'pupil' THEN roles @> '{{pupil}}'
            WHEN 'guardian' THEN roles @> '{{guardian}}'
            ELSE roles && %(staff)s::varchar[]
        END AND NOT same_space,
        same_date, no_date, same_email, same_phone, same_address, common_child
    FROM (
        SELECT DISTINCT i.key, p.id, i.kind, p.roles,
            coalesce(i.birth_date = p.birth_date, false) AS same_date,
            coalesce(i.birth_date <> p.birth_date, false) AS other_date,
            i.birth_date IS NULL OR p.birth_date IS NULL AS no_date,
            coalesce(i.email <> '' AND lower(i.email) = lower(p.email), false) AS same_email,
            coalesce({_DIGITS.format("i")} && {_DIGITS.format("p")}, false) AS same_phone,
            coalesce(i.address <> '' AND {_PLAIN.format("i")} = {_PLAIN.format("p")}, false) AS same_address,
            EXISTS (SELECT FROM i_relation r JOIN i_person c ON c.key = r.child
                JOIN people_guardianlink l ON l.child_id = c.person_id AND l.guardian_id = p.id
                WHERE r.guardian = i.key) AS common_child,
            NOT i.weak AND EXISTS (SELECT FROM imports_identity f WHERE f.person_id = p.id AND f.main
                AND split_part(f.key, ':', 1) = split_part(i.key, ':', 1)) AS same_space
        FROM i_person i CROSS JOIN LATERAL unnest(i.folded) AS n(name)
        JOIN i_known k ON k.name = n.name JOIN people_person p ON p.id = k.id
        WHERE i.person_id IS NULL AND i.told = 'whole' AND i.kind = ANY(%(round)s::text[])
            AND NOT EXISTS (SELECT FROM imports_pairing d
                WHERE d.key = i.key AND d.candidate_id = k.id AND d.decision = 'different')
            AND NOT EXISTS (SELECT FROM i_person m WHERE m.person_id = k.id AND m.kind = i.kind)
    ) AS met
"""
_CERTAIN = """
    UPDATE i_person i SET person_id = c.id FROM (
        SELECT key, id, count(*) OVER (PARTITION BY key) AS of_key, count(*) OVER (PARTITION BY id, kind) AS of_id
        FROM i_pair WHERE certain
    ) c WHERE c.of_key = 1 AND c.of_id = 1 AND c.key = i.key AND i.person_id IS NULL
"""
_DOUBTFUL = """
    DELETE FROM i_pair d WHERE NOT (certain OR possible)
        OR EXISTS (SELECT FROM i_person i WHERE i.key = d.key AND i.person_id IS NOT NULL)
        OR EXISTS (SELECT FROM i_person i WHERE i.person_id = d.id AND i.kind = d.kind);
    UPDATE i_person i SET held = true WHERE EXISTS (SELECT FROM i_pair d WHERE d.key = i.key)
"""
_UNKNOWN = """
    DELETE FROM i_person WHERE person_id IS NULL AND told <> 'whole'
    RETURNING kind, key, concat_ws(' ', first_name, last_name), told
"""
_NEW = """
    UPDATE i_person i SET new_keys = n.keys, is_new = i.person_id IS NULL, person_id = coalesce(i.person_id, {id})
    FROM (
        SELECT key, row_number() OVER (ORDER BY key) AS place, keys FROM (
            SELECT i.key, array_agg(DISTINCT each.key ORDER BY each.key) AS keys
            FROM i_person i CROSS JOIN LATERAL unnest(i.key || i.ids) AS each(key)
            WHERE NOT i.held AND NOT EXISTS (SELECT FROM imports_identity f WHERE f.key = each.key)
            GROUP BY i.key
        ) AS found
    ) n WHERE n.key = i.key
"""
# Two records of one human: one of them says what the record is, whichever came first.
_LEADS = """
    UPDATE i_person i SET lead = false WHERE person_id IN (
        SELECT person_id FROM i_person WHERE person_id IS NOT NULL GROUP BY person_id HAVING count(*) > 1
    ) AND EXISTS (SELECT FROM i_person b WHERE b.person_id = i.person_id
        AND (b.told <> 'whole', array_position(ARRAY['staff', 'pupil', 'guardian'], b.kind), b.key)
          < (i.told <> 'whole', array_position(ARRAY['staff', 'pupil', 'guardian'], i.kind), i.key));
    UPDATE i_person i SET roles = o.roles, was_roles = o.was_roles, is_new = o.is_new
    FROM (SELECT x.person_id, array_agg(DISTINCT r) AS roles, bool_or(x.is_new) AS is_new,
              coalesce((SELECT array_agg(DISTINCT w) FROM i_person y CROSS JOIN LATERAL unnest(y.was_roles) AS w
                  WHERE y.person_id = x.person_id), '{}') AS was_roles
          FROM i_person x CROSS JOIN LATERAL unnest(x.roles) AS r
          WHERE x.person_id IN (SELECT person_id FROM i_person WHERE NOT lead) GROUP BY x.person_id) o
    WHERE i.lead AND i.person_id = o.person_id
"""
# Somebody who left by the school's own word, and whom the source still tells of, stays away.
_AWAY = """
    UPDATE i_person i SET away = true FROM people_person p
    WHERE p.id = i.person_id AND p.left_on IS NOT NULL
        AND (i.known AND NOT i.gone
             OR i.kind = 'guardian' AND NOT EXISTS (SELECT FROM i_relation r WHERE r.guardian = i.key))
"""
_RANKS = """
    UPDATE i_person i SET roles = ARRAY(SELECT r FROM unnest(i.roles) AS r WHERE r <> ALL (%(blocked)s::varchar[])
        OR EXISTS (SELECT FROM people_person p WHERE p.id = i.person_id AND p.roles @> ARRAY[r]::varchar[]))
    WHERE i.roles && %(blocked)s::varchar[]
    RETURNING i.kind, i.key, concat_ws(' ', i.first_name, i.last_name), i.told
"""


def match(scope: Scope) -> list[Remark]:
    """Fill in who each record is. Returns what has to be said of it."""
    sentence = _("Cet identifiant figure deux fois\u00a0: le premier compte.")
    remarks = _told(_DOUBLE, scope, Level.NOTE, "double", sentence)
    staging.run((_BY_KEY, _DECIDED, _BY_OTHER_ID, _LINKED_AGAIN), scope)
    if staging.number(_NAMELESS, scope):
        _by_names(scope)
    sentence = _("La source corrige une personne inconnue ici\u00a0: importez d’abord un fichier complet.")
    remarks += _told(_UNKNOWN, scope, Level.REFUSED, "unknown-person", sentence)
    if scope.blocked:
        sentence = _("Seule la direction peut donner ce rôle\u00a0: il n’est pas repris.")
        remarks += _told(_RANKS, scope, Level.NOTE, "rank", sentence)
    # Ids of a difference that is only shown are negative: nothing is taken from the sequence.
    made = "-n.place" if scope.dry else "nextval(pg_get_serial_sequence('people_person', 'id'))"
    staging.run((_NEW.format(id=made), _LEADS, _AWAY), scope)
    return remarks


def _by_names(scope: Scope) -> None:
    """Pupils and staff first: who a child is tells who its guardians are."""
    params = scope.params() | {"staff": sorted(STAFF)}
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, params)
        known = {
            (pk, f"{fold(name)} {fold(first)}")
            for pk, last, first, birth in cursor.fetchall()
            for name in (last, birth)
            if name
        }
        if not known:
            return
        with cursor.copy("COPY i_known FROM STDIN") as copy:
            for row in sorted(known):
                copy.write_row(row)
        for some in (["pupil", "staff"], ["guardian"]):
            cursor.execute(_PAIRS, params | {"round": some})
            cursor.execute(_CERTAIN)
    staging.run((_DOUBTFUL,), scope)


def _told(statement: str, scope: Scope, level: Level, code: str, sentence: str) -> list[Remark]:
    """One remark for each row that the statement returns; none for people of another school of the region."""
    return [
        Remark(level, code, sentence, key=key, label=label, kind=kind)
        for kind, key, label, told in staging.rows(statement, scope)
        if told != "known"
    ]
