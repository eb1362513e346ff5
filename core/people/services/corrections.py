"""What the school corrected of imported data, and what the source said: kept against later imports.

`Person.corrections` and `GuardianLink.corrections` hold, by field, `{"value": what the source last said, "on": the day
of the correction}` (ISO date; dates as ISO text). Imports leave these fields alone and bring "value" up to date.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import DomainError
from core.people.models import GuardianLink, Person
from core.people.records import hold
from core.people.services import ranks
from core.people.services.saving import save_link, save_person


class _Corrected(Protocol):
    corrections: dict[str, dict[str, Any]]


def note_corrections(person: Person, changes: Mapping[str, list[Any]]) -> bool:
    """Within another service's transaction, before saving: these changes are the school's own.

    `changes` are `{"field": [before, after]}`. Nothing is noted of people whom no import knows. Returns whether
    `person.corrections` changed. A field that says again what the source says is no correction any more.
    """
    return bool(person.external_ids) and _note(person, changes)


def note_link_corrections(link: GuardianLink, changes: Mapping[str, list[Any]]) -> bool:
    """The same for a guardian link that an import keeps."""
    return bool(link.source) and _note(link, changes)


@transaction.atomic
def restore_field(*, person: Person, field: str, actor: Person | None) -> Person:
    """Take back what the source says of this field; later imports change it again."""
    current = hold(person)
    ranks.guard_rank(actor, current.roles)
    changed = _restore(current, field)
    save_person(current)
    record("people.restore", actor=actor, target=current, changes=changed)
    return current


@transaction.atomic
def restore_link_field(*, link: GuardianLink, field: str, actor: Person | None) -> GuardianLink:
    """The same for a guardian link."""
    current = hold(link)
    changed = _restore(current, field)
    save_link(current)
    record("people.restore", actor=actor, target=current.child, label=str(current), changes=changed)
    return current


def said(row: models.Model, field: str, value: Any) -> Any:
    """What the source says, as the row holds it: JSON knows no dates."""
    is_date = isinstance(row._meta.get_field(field), models.DateField)
    return date.fromisoformat(value) if is_date and value else value


def _note(row: _Corrected, changes: Mapping[str, list[Any]]) -> bool:
    noted = dict(row.corrections)
    for field, (before, after) in changes.items():
        source = noted[field]["value"] if field in noted else _plain(before)
        if _plain(after) == source:
            noted.pop(field, None)
        else:
            noted[field] = {"value": source, "on": timezone.localdate().isoformat()}
    if noted == row.corrections:
        return False
    row.corrections = noted
    return True


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _restore(row: Any, field: str) -> dict[str, list[Any]]:
    if field not in row.corrections:
        raise DomainError("not-corrected", _("Ce champ suit déjà l’import."))
    before = getattr(row, field)
    after = said(row, field, row.corrections[field]["value"])
    setattr(row, field, after)
    row.corrections = {name: one for name, one in row.corrections.items() if name != field}
    return {field: [before, after]}
