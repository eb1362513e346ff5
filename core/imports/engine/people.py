"""What an import changes of people, of who is responsible for whom, and who leaves."""

from django.db import connection
from django.utils.translation import gettext as _

from core.imports.engine import staging
from core.imports.engine.staging import Scope
from core.imports.neutral import Level, Remark
from core.people.choices import PRIVILEGED, STAFF
from core.people.text import search_words

# Columns of people that sources tell of; NULL in `i_person` is what this one does not speak of.
FIELDS = (
    "last_name", "first_name", "civility", "birth_name", "birth_date", "function", "email", "phone", "other_phones",
    "address", "regime", "studies",
)  # fmt: skip
LINK_FIELDS = ("kinship", "authority", "priority", "pays", "is_contact")
_NEW = ", ".join(
    f"CASE WHEN i.{one} IS NULL OR p.corrections ? '{one}' THEN p.{one} ELSE i.{one} END AS {one}" for one in FIELDS
)
# Roles that the source gave before and gives no more go, those that it gives anew come; the school's own stay.
_ROLES = """
    CASE WHEN i.told <> 'whole' AND i.roles = '{}' OR i.roles @> i.was_roles AND i.was_roles @> i.roles
            OR p.roles @> i.roles AND i.roles @> i.was_roles THEN p.roles
        ELSE ARRAY(SELECT r FROM (SELECT unnest(p.roles)::text AS r UNION SELECT unnest(i.roles)) AS every
            WHERE r = ANY(i.roles) AND NOT r = ANY(i.was_roles) OR r = ANY(p.roles)
                AND NOT (r = ANY(i.was_roles) AND NOT r = ANY(i.roles)) ORDER BY r)::varchar[] END
"""
# {"aaf.12": "3400017"} of keys that nobody had noted
EXTERNAL = """
    (SELECT coalesce(jsonb_object_agg(split_part(k, ':', 1), substr(k, strpos(k, ':') + 1)), '{}')
     FROM unnest(i.new_keys) AS k)
"""
_SAID = "jsonb_build_object(" + ", ".join(f"'{one}', i.{one}" for one in FIELDS) + ")"
# What the source says now of a field that the school corrected; when both say the same, it is no correction any more.
_CORRECTIONS = f"""
    CASE WHEN p.corrections = '{{}}' THEN p.corrections ELSE (
        SELECT coalesce(jsonb_object_agg(c.key, CASE WHEN s.value IS NULL OR s.value = 'null' THEN c.value
            ELSE c.value || jsonb_build_object('value', s.value) END)
            FILTER (WHERE s.value IS NULL OR s.value = 'null' OR s.value <> to_jsonb(p) -> c.key), '{{}}')
        FROM jsonb_each(p.corrections) AS c LEFT JOIN jsonb_each({_SAID}) AS s ON s.key = c.key) END
"""
_ALL = (*FIELDS, "roles", "external_ids", "corrections", "left_on")
_UPDATE = f"""
    CREATE TEMP TABLE i_update AS
    SELECT p.id, i.kind, n.*, CASE WHEN p.left_on IS NOT NULL THEN 'returned' ELSE 'updated' END AS action,
        (n.last_name, n.first_name, n.birth_name) IS DISTINCT FROM (p.last_name, p.first_name, p.birth_name) AS renamed,
        p.search_text AS search_text,
        jsonb_build_object({", ".join(f"'{one}', p.{one}" for one in _ALL)}) AS before,
        jsonb_build_object({", ".join(f"'{one}', n.{one}" for one in _ALL)}) AS after
    FROM i_person i JOIN people_person p ON p.id = i.person_id
    CROSS JOIN LATERAL (SELECT {_NEW}, {_ROLES} AS roles, {_CORRECTIONS} AS corrections, NULL::date AS left_on,
        CASE WHEN i.new_keys = '{{}}' THEN p.external_ids ELSE p.external_ids || {EXTERNAL} END AS external_ids) AS n
    WHERE i.lead AND NOT i.is_new AND NOT i.away AND NOT p.roles && %(blocked)s::varchar[]
        AND ({", ".join(f"n.{one}" for one in _ALL)}) IS DISTINCT FROM ({", ".join(f"p.{one}" for one in _ALL)})
"""
_RENAMED = "SELECT id, last_name, first_name, birth_name FROM i_update WHERE renamed"
_REFOLD = """
    UPDATE i_update u SET search_text = n.folded FROM unnest(%s::bigint[], %s::text[]) AS n(id, folded)
    WHERE n.id = u.id;
"""
_IDENTITIES = """
    CREATE TEMP TABLE i_identity_update AS
    SELECT f.id, i.kind, i.own AS roles, jsonb_build_object('main', f.main, 'source', f.source, 'kind', f.kind,
        'roles', f.roles, 'gone_since', f.gone_since) AS before
    FROM (SELECT key, kind, away, CASE WHEN told <> 'whole' AND roles = '{}' THEN was_roles ELSE roles END AS own
          FROM i_person WHERE NOT held) AS i
    JOIN imports_identity f ON f.key = i.key
    WHERE NOT i.away AND (NOT f.main OR f.gone_since IS NOT NULL OR f.roles <> i.own)
"""
# --- who leaves ---------------------------------------------------------------------------------------------
_GONE = """
    CREATE TEMP TABLE i_gone AS
    SELECT f.id, f.person_id, f.kind FROM imports_identity f
    WHERE f.source = %(source)s AND f.main AND f.gone_since IS NULL AND %(sweep)s AND f.kind = ANY(%(kinds)s::text[])
        AND NOT EXISTS (SELECT FROM i_person i WHERE i.key = f.key)
        AND NOT EXISTS (SELECT FROM i_seen s WHERE s.key = f.key)
        AND NOT EXISTS (SELECT FROM i_pair d WHERE d.id = f.person_id)
    UNION
    SELECT f.id, f.person_id, f.kind FROM imports_identity f JOIN i_removal x ON x.key = f.key
    WHERE f.source = %(source)s AND f.main AND f.gone_since IS NULL
        AND NOT EXISTS (SELECT FROM i_person i WHERE i.key = f.key)
"""
_LEAVE = """
    INSERT INTO i_leave
    SELECT p.id, min(g.kind) FROM i_gone g JOIN people_person p ON p.id = g.person_id
    WHERE p.left_on IS NULL AND NOT p.roles && %(blocked)s::varchar[]
        AND NOT EXISTS (SELECT FROM i_person i WHERE i.person_id = p.id)
        AND NOT EXISTS (SELECT FROM imports_identity f WHERE f.person_id = p.id AND f.main AND f.gone_since IS NULL
            AND NOT EXISTS (SELECT FROM i_gone x WHERE x.id = f.id))
        AND NOT EXISTS (SELECT FROM people_guardianlink l JOIN people_person c ON c.id = l.child_id
            WHERE l.guardian_id = p.id AND l.source = '' AND (l.ends_on IS NULL OR l.ends_on > %(today)s)
                AND c.left_on IS NULL)
    GROUP BY p.id
"""
_LAST = """
    DELETE FROM i_leave x USING people_person p
    WHERE p.id = x.person_id AND p.roles && %(privileged)s::varchar[]
        AND NOT EXISTS (SELECT FROM i_person i WHERE i.roles && %(privileged)s::varchar[] AND NOT i.held)
        AND NOT EXISTS (SELECT FROM people_person o WHERE o.roles && %(privileged)s::varchar[]
            AND o.left_on IS NULL AND NOT EXISTS (SELECT FROM i_leave y WHERE y.person_id = o.id))
    RETURNING x.kind, p.first_name || ' ' || p.last_name
"""
# Whoever is responsible for nobody here any more has no reason to enter.
_ORPHANS = """
    INSERT INTO i_leave
    SELECT g.id, 'guardian' FROM people_person g
    WHERE g.left_on IS NULL AND g.roles = '{guardian}'
        AND g.id IN (SELECT guardian_id FROM i_link_end UNION
            SELECT l.guardian_id FROM people_guardianlink l JOIN i_leave x ON x.person_id = l.child_id
            WHERE l.ends_on IS NULL OR l.ends_on > %(today)s)
        AND EXISTS (SELECT FROM imports_identity f WHERE f.person_id = g.id)
        AND NOT EXISTS (SELECT FROM i_leave x WHERE x.person_id = g.id)
        AND NOT EXISTS (SELECT FROM i_link_new n WHERE n.guardian_id = g.id)
        AND NOT EXISTS (SELECT FROM people_guardianlink l JOIN people_person c ON c.id = l.child_id
            WHERE l.guardian_id = g.id AND (l.ends_on IS NULL OR l.ends_on > %(today)s) AND c.left_on IS NULL
                AND NOT EXISTS (SELECT FROM i_link_end e WHERE e.id = l.id)
                AND NOT EXISTS (SELECT FROM i_leave x WHERE x.person_id = c.id));
    INSERT INTO i_gone
    SELECT f.id, f.person_id, f.kind FROM imports_identity f JOIN i_leave x ON x.person_id = f.person_id
    WHERE f.source = %(source)s AND f.main AND f.gone_since IS NULL
        AND NOT EXISTS (SELECT FROM i_gone g WHERE g.id = f.id)
        AND NOT EXISTS (SELECT FROM i_person i WHERE i.key = f.key AND i.kind <> 'guardian')
"""
# --- guardians of children ----------------------------------------------------------------------------------
_LINKS = """
    CREATE TEMP TABLE i_link AS
    SELECT DISTINCT ON (child_id, guardian_id) * FROM (
        SELECT coalesce(c.person_id, fc.person_id) AS child_id, coalesce(g.person_id, fg.person_id) AS guardian_id,
            r.kinship, r.authority, r.priority, r.pays, r.is_contact, r.child, r.guardian
        FROM i_relation r
        LEFT JOIN i_person c ON c.key = r.child LEFT JOIN i_person g ON g.key = r.guardian
        LEFT JOIN imports_identity fc ON NOT %(complete)s AND c.key IS NULL AND fc.key = r.child
        LEFT JOIN imports_identity fg ON NOT %(complete)s AND g.key IS NULL AND fg.key = r.guardian
    ) AS found
    WHERE child_id <> guardian_id
    ORDER BY child_id, guardian_id, array_position(ARRAY['1', '2', '0'], authority), priority, kinship, pays, is_contact
"""
_OPEN = "(l.ends_on IS NULL OR l.ends_on > %(today)s)"
_LINK_NEW_VALUES = ", ".join(
    f"CASE WHEN l.corrections ? '{one}' THEN l.{one} ELSE i.{one} END AS {one}" for one in LINK_FIELDS
)
_LINK_SAID = "jsonb_build_object(" + ", ".join(f"'{one}', i.{one}" for one in LINK_FIELDS) + ")"
_LINK_CORRECTIONS = f"""
    CASE WHEN l.corrections = '{{}}' THEN l.corrections ELSE (
        SELECT coalesce(jsonb_object_agg(c.key, CASE WHEN s.value IS NULL THEN c.value
            ELSE c.value || jsonb_build_object('value', s.value) END)
            FILTER (WHERE s.value IS NULL OR s.value <> to_jsonb(l) -> c.key), '{{}}')
        FROM jsonb_each(l.corrections) AS c LEFT JOIN jsonb_each({_LINK_SAID}) AS s ON s.key = c.key) END
"""
_LINK_ALL = (*LINK_FIELDS, "source", "corrections")
_LINK_CHANGES = f"""
    CREATE TEMP TABLE i_link_update AS
    SELECT l.id, l.child_id, l.guardian_id, n.*,
        jsonb_build_object({", ".join(f"'{one}', l.{one}" for one in _LINK_ALL)}) AS before,
        jsonb_build_object({", ".join(f"'{one}', n.{one}" for one in _LINK_ALL)}) AS after
    FROM i_link i JOIN people_guardianlink l ON l.child_id = i.child_id AND l.guardian_id = i.guardian_id AND {_OPEN}
    CROSS JOIN LATERAL (
        SELECT {_LINK_NEW_VALUES}, %(source)s::varchar AS source, {_LINK_CORRECTIONS} AS corrections) AS n
    WHERE l.source = %(source)s
            AND ({", ".join(f"n.{one}" for one in _LINK_ALL)}) IS DISTINCT FROM
                ({", ".join(f"l.{one}" for one in _LINK_ALL)})
        OR l.source = '' AND ({", ".join(f"i.{one}" for one in LINK_FIELDS)}) =
                ({", ".join(f"l.{one}" for one in LINK_FIELDS)});
    CREATE TEMP TABLE i_link_new AS
    SELECT {{id}} AS id, i.*, EXISTS (SELECT FROM people_guardianlink l
        WHERE l.child_id = i.child_id AND l.guardian_id = i.guardian_id) AS again
    FROM i_link i
    WHERE NOT EXISTS (SELECT FROM people_guardianlink l WHERE l.child_id = i.child_id
        AND l.guardian_id = i.guardian_id AND ({_OPEN} OR l.corrections ? 'ends_on'));
    CREATE TEMP TABLE i_link_end AS
    SELECT l.id, l.child_id, l.guardian_id, l.starts_on, l.ends_on FROM people_guardianlink l
    WHERE l.source = %(source)s AND {_OPEN} AND NOT l.corrections ? 'ends_on'
        AND EXISTS (SELECT FROM i_person c WHERE c.person_id = l.child_id AND c.facets & 1 = 1 AND NOT c.held)
        AND NOT EXISTS (SELECT FROM i_link i WHERE i.child_id = l.child_id AND i.guardian_id = l.guardian_id)
        AND NOT EXISTS (SELECT FROM i_relation r JOIN i_person c ON c.key = r.child
            JOIN i_pair d ON d.key = r.guardian AND d.id = l.guardian_id WHERE c.person_id = l.child_id)
"""
_DANGLING = """
    SELECT r.child, r.guardian, concat_ws(' ', c.first_name, c.last_name), bool_or(g.held) OR bool_or(c.held)
    FROM i_relation r JOIN i_person c ON c.key = r.child LEFT JOIN i_person g ON g.key = r.guardian
    WHERE (c.held OR g.key IS NULL OR g.held) AND (%(complete)s OR g.key IS NOT NULL OR NOT EXISTS (
        SELECT FROM imports_identity f WHERE f.key = r.guardian))
    GROUP BY 1, 2, 3 ORDER BY 1, 2
"""


def difference(scope: Scope) -> list[Remark]:
    """What changes of people, links and presence, in temporary tables. Returns what has to be said of it."""
    staging.run((_UPDATE, _IDENTITIES, _GONE, _LEAVE), scope)
    _fold_again(scope)
    remarks = _spared(scope)
    staging.run((_LINKS, _LINK_CHANGES.replace("{id}", scope.fresh("people_guardianlink")), _ORPHANS), scope)
    return remarks + [_dangling(*row) for row in staging.rows(_DANGLING, scope)]


def _fold_again(scope: Scope) -> None:
    """The directory's search text of those whose name changes; folding is Python's."""
    renamed = staging.rows(_RENAMED, scope)
    if renamed:
        words = [search_words(last, first, birth) for _pk, last, first, birth in renamed]
        with connection.cursor() as cursor:
            cursor.execute(_REFOLD, [[row[0] for row in renamed], words])


def _spared(scope: Scope) -> list[Remark]:
    """Somebody must remain who can give rights back."""
    params = scope.params() | {"privileged": sorted(PRIVILEGED)}
    with connection.cursor() as cursor:
        cursor.execute(_LAST, params)
        kept = cursor.fetchall()
    sentence = _("Absent de la source, mais plus personne ne pourrait gérer l’établissement\u00a0: conservé.")
    return [Remark(Level.NOTE, "last-manager", sentence, label=label, kind=kind) for kind, label in kept]


def _dangling(child: str, guardian: str, label: str, held: bool) -> Remark:
    if held:
        sentence = _("Le lien avec le responsable %(key)s attend qu’un rapprochement soit décidé.")
        return Remark(Level.NOTE, "held-relation", sentence % {"key": guardian}, key=child, label=label)
    sentence = _("Le responsable %(key)s n’est pas dans la source\u00a0: le lien n’est pas repris.")
    return Remark(Level.DANGLING, "unknown-guardian", sentence % {"key": guardian}, key=child, label=label)


__all__ = ["EXTERNAL", "FIELDS", "LINK_FIELDS", "STAFF", "difference"]
