"""Writing the difference: a fixed number of statements, whatever the number of people, in the caller's transaction."""

from typing import Any

from core.imports.engine import staging
from core.imports.engine.people import EXTERNAL, FIELDS, LINK_FIELDS
from core.imports.engine.staging import Scope
from core.imports.models import Run
from core.people.models import Person
from tenants.accounts import identities, linking
from tenants.schemas.context import current_uai

_STRUCTURE = (
    """
    INSERT INTO structure_schoolclass (id, year_id, name, level, code)
    SELECT id, %(year)s, name, level, code FROM i_place WHERE is_new AND kind = 'class'
    """,
    """
    INSERT INTO structure_group (id, year_id, name, code)
    SELECT id, %(year)s, name, code FROM i_place WHERE is_new AND kind = 'group'
    """,
    """
    INSERT INTO structure_subject (id, code, name, short_name)
    SELECT id, coalesce(min(nullif(code, '')), ''), min(name), '' FROM i_topic WHERE is_new GROUP BY id
    """,
    """
    UPDATE structure_schoolclass c SET code = u.after ->> 'code', level = u.after ->> 'level' FROM i_item u
    WHERE u.tbl = 'structure_schoolclass' AND u.action = 'updated' AND u.id = c.id
    """,
    """
    UPDATE structure_group c SET code = u.after ->> 'code' FROM i_item u
    WHERE u.tbl = 'structure_group' AND u.action = 'updated' AND u.id = c.id
    """,
    """
    UPDATE structure_subject c SET code = u.after ->> 'code' FROM i_item u
    WHERE u.tbl = 'structure_subject' AND u.action = 'updated' AND u.id = c.id
    """,
)
_GROUP_CLASSES = """
    WITH made AS (
        INSERT INTO structure_group_classes (group_id, schoolclass_id)
        SELECT DISTINCT g.id, c.id FROM i_division d JOIN i_place g ON g.kind = 'group' AND g.code = d.code
        CROSS JOIN LATERAL unnest(d.classes) AS within(code)
        JOIN i_place c ON c.kind = 'class' AND c.code = within.code WHERE d.kind = 'group'
        ON CONFLICT DO NOTHING RETURNING id)
    INSERT INTO i_item
    SELECT 'identity', 'created', 'structure_group_classes', id, NULL, NULL, '', '', NULL, NULL FROM made
"""
_PEOPLE = (
    f"""
    INSERT INTO people_person (id, civility, first_name, last_name, birth_name, birth_date, roles, function, email,
        phone, other_phones, regime, studies, address, external_ids, corrections, search_text, preferences, arrived_on,
        created_at, updated_at)
    SELECT i.person_id, coalesce(i.civility, ''), i.first_name, i.last_name, coalesce(i.birth_name, ''), i.birth_date,
        CASE i.roles WHEN '{{}}' THEN '{{administrative}}' ELSE i.roles END, coalesce(i.function, ''),
        coalesce(i.email, ''), coalesce(i.phone, ''), coalesce(i.other_phones, '{{}}'), coalesce(i.regime, ''),
        coalesce(i.studies, '{{}}'), coalesce(i.address, ''), {EXTERNAL}, '{{}}', i.search_text, '{{}}',
        CASE WHEN %(future)s THEN %(year_start)s::date
            WHEN EXISTS (SELECT FROM imports_identity f WHERE f.source = %(source)s) THEN %(today)s::date END,
        now(), now()
    FROM i_person i WHERE i.is_new AND i.lead
    """,
    f"""
    UPDATE people_person p SET {", ".join(f"{one} = u.{one}" for one in FIELDS)}, roles = u.roles,
        external_ids = u.external_ids, corrections = u.corrections, left_on = u.left_on, search_text = u.search_text,
        updated_at = now()
    FROM i_update u WHERE u.id = p.id
    """,
    """
    INSERT INTO imports_identity (key, person_id, source, kind, main, roles, run_id)
    SELECT DISTINCT ON (k) k, i.person_id, %(source)s, CASE WHEN k = i.key THEN i.kind ELSE '' END, k = i.key,
        CASE WHEN k = i.key THEN i.roles ELSE '{}' END, %(run)s
    FROM i_person i CROSS JOIN LATERAL unnest(i.new_keys) AS k
    ORDER BY k, k = i.key DESC, i.key
    """,
    """
    UPDATE imports_identity f SET main = true, source = %(source)s, kind = u.kind, roles = u.roles, gone_since = NULL,
        run_id = %(run)s
    FROM i_identity_update u WHERE u.id = f.id
    """,
    """
    UPDATE imports_identity f SET gone_since = %(today)s, run_id = %(run)s FROM i_gone g WHERE g.id = f.id
    """,
)
_LINKS = (
    f"""
    INSERT INTO people_guardianlink (id, child_id, guardian_id, {", ".join(LINK_FIELDS)}, starts_on, source,
        corrections)
    SELECT id, child_id, guardian_id, {", ".join(LINK_FIELDS)}, CASE WHEN again THEN %(today)s::date END, %(source)s,
        '{{}}'
    FROM i_link_new
    """,
    f"""
    UPDATE people_guardianlink l SET {", ".join(f"{one} = u.{one}" for one in LINK_FIELDS)}, source = u.source,
        corrections = u.corrections
    FROM i_link_update u WHERE u.id = l.id
    """,
    """
    UPDATE people_guardianlink l SET starts_on = least(l.starts_on, %(today)s), ends_on = %(today)s FROM i_link_end e
    WHERE e.id = l.id
    """,
)


def _endings(table: str, ended: str) -> tuple[str, str]:
    """What would only begin after its last day never was."""
    return (
        f"DELETE FROM {table} m USING {ended} e WHERE e.id = m.id AND e.starts_on > e.last",
        f"UPDATE {table} m SET ends_on = e.last FROM {ended} e WHERE e.id = m.id",
    )


_STAYS = (
    *_endings("structure_classmembership", "(SELECT * FROM i_member_end WHERE place = 'class')"),
    *_endings("structure_groupmembership", "(SELECT * FROM i_member_end WHERE place = 'group')"),
    *_endings("structure_substitution", "i_cover_end"),
    *_endings("structure_teachingservice", "i_service_end"),
    """
    UPDATE structure_classmembership m SET source = %(source)s FROM i_member_adopt a
    WHERE a.place = 'class' AND a.id = m.id
    """,
    """
    UPDATE structure_groupmembership m SET source = %(source)s FROM i_member_adopt a
    WHERE a.place = 'group' AND a.id = m.id
    """,
    "UPDATE structure_teachingservice m SET source = %(source)s FROM i_service_adopt a WHERE a.id = m.id",
    """
    INSERT INTO structure_classmembership (id, school_class_id, person_id, kind, starts_on, ends_on, source)
    SELECT id, place_id, person_id, quality, starts_on, ends_on, %(source)s FROM i_member_new WHERE place = 'class'
    """,
    """
    INSERT INTO structure_groupmembership (id, group_id, person_id, starts_on, ends_on, source)
    SELECT id, place_id, person_id, starts_on, ends_on, %(source)s FROM i_member_new WHERE place = 'group'
    """,
    """
    INSERT INTO structure_teachingservice (id, teacher_id, subject_id, school_class_id, group_id, starts_on, ends_on,
        source)
    SELECT id, teacher_id, subject_id, class_id, group_id, starts_on, %(year_end)s, %(source)s FROM i_service_new
    """,
)
_LEAVE = """
    UPDATE people_person p SET left_on = greatest(%(today)s, p.arrived_on), updated_at = now() FROM i_leave x
    WHERE x.person_id = p.id RETURNING p.id, p.account_id
"""
_BACK = """
    SELECT u.id, p.account_id FROM i_update u JOIN people_person p ON p.id = u.id
    WHERE u.action = 'returned' AND p.account_id IS NOT NULL
"""
# Departures, returns, and what changes of who may see a child: one entry each in the journal.
_JOURNAL = """
    INSERT INTO audit_auditentry (at, actor_account_id, actor_name, action, target_type, target_id, target_label,
        changes)
    SELECT now(), %(account)s, %(actor)s, CASE kind WHEN 'relation' THEN
            CASE action WHEN 'suspended' THEN 'imports.relation_ended' ELSE 'imports.relation_updated' END
            ELSE 'imports.' || action END,
        'people.person', person::text, left(label, 200),
        (SELECT jsonb_object_agg(a.key, jsonb_build_array(before -> a.key, a.value)) FROM jsonb_each(after) AS a)
    FROM i_item
    WHERE kind IN ('pupil', 'guardian', 'staff') AND action IN ('suspended', 'returned')
        OR kind = 'relation' AND (action = 'suspended' OR action = 'updated' AND after ? 'authority')
"""
_STALE_PAIRS = """
    DELETE FROM imports_pairing p WHERE p.source = %(source)s AND p.decision = 'pending' AND %(complete)s
        AND NOT EXISTS (SELECT FROM i_pair d WHERE d.key = p.key AND d.id = p.candidate_id)
"""
# What may be the same in another school: the source's own key of the person, and a pupil's national one.
_NOTED = """
    SELECT person_id, k FROM i_person i CROSS JOIN LATERAL unnest(i.new_keys) AS k
    WHERE NOT i.weak AND (k = i.key OR starts_with(k, 'ine:'))
"""


def apply(run: Run, scope: Scope, actor: Person | None, actor_name: str) -> None:
    """Write what the temporary tables of the difference hold; accounts follow."""
    staging.run((*_STRUCTURE, _GROUP_CLASSES, *_PEOPLE, *_LINKS, *_STAYS), scope)
    left = [account for _pk, account in staging.rows(_LEAVE, scope) if account]
    linking.unlink_many(uai=current_uai(), account_ids=left)
    restore_accounts(dict(staging.rows(_BACK, scope)))
    _note_identities(scope)
    values: dict[str, Any] = scope.params() | {"account": actor.account_id if actor else None, "actor": actor_name}
    with staging.connection.cursor() as cursor:
        cursor.execute(_JOURNAL, values)
        cursor.execute(_STALE_PAIRS, values)


def restore_accounts(people: dict[int, int]) -> None:
    """Within the caller's transaction: those who are back enter with their account of before, where it is free."""
    if not people:
        return
    linked = linking.link_many(uai=current_uai(), people=people)
    if lost := set(people) - linked:
        Person.objects.filter(pk__in=lost).update(account_id=None)


def is_shared(key: str) -> bool:
    """Whether the region knows people by this key: that of a source of the State, not one made of names."""
    return key.startswith(("aaf.", "ine:", "sts.", "siecle."))


def _note_identities(scope: Scope) -> None:
    """Tell the region who this is, so that the same human in two schools has one account."""
    noted = [(person, identities.hash_of(key)) for person, key in staging.rows(_NOTED, scope)]
    if noted:
        uai = current_uai()
        identities.note(uai, noted)
        identities.link_known(uai, sorted({person for person, _key in noted}))

