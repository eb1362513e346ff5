"""What the manifest names: a person's data out and gone, what is past its time."""

import json
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from core.imports.models import Change, Identity, Merge, Pairing, Run
from core.imports.services.files import delete_stored
from core.people.models import Person

# Takes the person's name and values out of the parts that tell of them; the others stay.
_FORGET = """
    UPDATE imports_change SET items = (
        SELECT coalesce(jsonb_agg(CASE WHEN item @> %(person)s::jsonb OR item @> %(other)s::jsonb
            THEN jsonb_build_object('id', item->'id') ELSE item END ORDER BY place), '[]')
        FROM jsonb_array_elements(items) WITH ORDINALITY AS each(item, place))
    WHERE items @> jsonb_build_array(%(person)s::jsonb) OR items @> jsonb_build_array(%(other)s::jsonb)
"""


def export_person(person: Person) -> dict[str, Any]:
    identities = Identity.objects.filter(person=person).order_by("pk")
    asked = Run.objects.filter(actor=person)
    return {
        "identities": [
            {
                "key": one.key,
                "source": one.get_source_display(),
                "gone_since": one.gone_since.isoformat() if one.gone_since else None,
            }
            for one in identities
        ],
        "imports": [
            {"label": run.label, "state": run.get_state_display(), "created_at": run.created_at.isoformat()}
            for run in asked
        ],
    }


@transaction.atomic
def erase_person(person: Person, *, actor: Person | None) -> int:
    """Identities, pairings and merges go; what imports did stays without the name."""
    keys = list(Identity.objects.filter(person=person).values_list("key", flat=True))
    touched = Pairing.objects.filter(Q(candidate=person) | Q(key__in=keys)).delete()[0]
    touched += Merge.objects.filter(Q(kept=person) | Q(gone=person)).delete()[0]
    touched += Identity.objects.filter(person=person).delete()[0]
    touched += Pairing.objects.filter(decided_by=person).update(decided_by=None)
    touched += Merge.objects.filter(actor=person).update(actor=None)
    for field in ("actor", "confirmed_by"):
        touched += Run.objects.filter(**{field: person}).update(**{field: None})
    with connection.cursor() as cursor:
        named = {name: json.dumps({name: person.pk}) for name in ("person", "other")}
        cursor.execute(_FORGET, named)
        return touched + int(cursor.rowcount)


# --- What is past its time ------------------------------------------------------------------------------
def old_runs(limit: datetime) -> QuerySet[Run]:
    return Run.objects.filter(created_at__lt=limit)


def erase_runs(rows: QuerySet[Run]) -> int:
    """With the files that may still wait for them."""
    for run in rows:
        delete_stored(run)
    return rows.delete()[0]


def old_changes(limit: datetime) -> QuerySet[Change]:
    return Change.objects.filter(run__created_at__lt=limit)
