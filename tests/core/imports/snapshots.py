"""Everything that imports may change of a school, as plain values, to be compared."""

from typing import Any

from core.imports.models import Identity, Pairing
from core.people.models import GuardianLink, Person
from core.structure.models import (
    ClassMembership,
    Group,
    GroupMembership,
    SchoolClass,
    Subject,
    Substitution,
    TeachingService,
)

MODELS = (
    Person, GuardianLink, SchoolClass, Group, Group.classes.through, Subject, ClassMembership, GroupMembership,
    TeachingService, Substitution, Identity, Pairing,
)  # fmt: skip
_MOMENTS = {"updated_at", "created_at", "run_id", "found_at"}


def snapshot(*models: Any) -> dict[str, list[tuple[Any, ...]]]:
    """By table, the rows in order of their keys, without the moments at which they were written."""
    found = {}
    for model in models or MODELS:
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in _MOMENTS]
        rows = model._default_manager.order_by("pk").values_list(*names)
        found[model._meta.db_table] = [tuple(_frozen(value) for value in row) for row in rows]
    return found


def _frozen(value: Any) -> Any:
    return repr(value) if isinstance(value, dict | list) else value
