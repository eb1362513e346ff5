"""What a school's schema is made of: the definitions of its apps, and its first rows."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import DateField, Model
from django.db.models.sql import InsertQuery
from django.utils.module_loading import import_string

from tenants.establishments.models import Establishment
from tenants.schemas import applying, graph
from tenants.schemas.blueprint import store
from tenants.schemas.blueprint.capture import BASE
from tenants.schemas.blueprint.definition import Definition


@dataclass(frozen=True)
class SchoolPlan:
    """What a new school receives: modules by app label, their first rows (unsaved), and what is on or off."""

    modules: Sequence[str] = ()
    rows: Sequence[Model] = ()
    enabled: Mapping[str, bool] = field(default_factory=dict)


def plans_for(establishments: Iterable[Establishment]) -> dict[str, SchoolPlan]:
    """UAI to what each school receives, in a fixed number of queries (settings.SCHOOL_PLANS decides)."""
    decide: Callable[[list[Establishment]], dict[str, SchoolPlan]] = import_string(settings.SCHOOL_PLANS)
    return decide(list(establishments))


@dataclass(frozen=True)
class Kit:
    """Definitions in order, the base first, and statements that insert the first rows."""

    definitions: tuple[Definition, ...]
    rows: tuple[str, ...] = ()
    key: str = ""

    @cached_property
    def versions(self) -> dict[str, str]:
        return {d.label: d.version for d in self.definitions if d.label != BASE}

    @cached_property
    def faithful(self) -> bool:
        return not any(d.unfaithful for d in self.definitions)

    @cached_property
    def statements(self) -> list[str]:
        """Everything, the record of migrations included. Only for a faithful kit."""
        made = [statement for d in self.definitions for statement in d.statements()]
        return [*made, *record_of(self.definitions), *self.rows]


def record_of(definitions: Iterable[Definition]) -> list[str]:
    """The statements that fill Django's table of migrations, in an otherwise new part of a school."""
    nodes = [(d.label, name) for d in definitions for name in d.migrations]
    if not nodes:
        return []
    pairs = ", ".join(f"({applying.quoted(app)}, {applying.quoted(name)}, clock_timestamp())" for app, name in nodes)
    return [f"INSERT INTO django_migrations (app, name, applied) VALUES {pairs}"]


def kit_for(plan: SchoolPlan) -> Kit:
    """The kit of a plan, with the core. The same plan gives the same kit within a process."""
    labels = (*graph.current().core, *plan.modules)
    return _kit(labels, _Rows(plan.rows), tuple(store.key_of(label) for label in labels))


class _Rows:
    """Rows that count as the same when they say the same, whenever they were made."""

    def __init__(self, rows: Sequence[Model]) -> None:
        self.rows = rows
        self.text = json.dumps([[row._meta.label, _values(row)] for row in rows], sort_keys=True, default=str)

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rows) and self.text == other.text


def _values(row: Model) -> dict[str, object]:
    """Without moments: they are those of the making."""
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not isinstance(f, DateField)}


@lru_cache(maxsize=256)
def _kit(labels: tuple[str, ...], rows: _Rows, keys: tuple[str, ...]) -> Kit:
    definitions = tuple(store.for_labels(labels))
    key = hashlib.sha256(json.dumps([sorted(zip(labels, keys, strict=True)), rows.text]).encode()).hexdigest()
    return Kit(definitions, tuple(insert_statements(rows.rows)), key)


def insert_statements(rows: Sequence[Model]) -> list[str]:
    """The INSERTs of unsaved rows as text, one a model, without their automatic keys."""
    statements: list[str] = []
    by_model: Iterable[tuple[Any, Iterable[Model]]] = groupby(rows, key=type)
    for model, group in by_model:
        fields = [f for f in model._meta.concrete_fields if f is not model._meta.auto_field]
        query = InsertQuery(model)
        query.insert_values(fields, list(group))
        for sql, params in query.get_compiler(connection=connection).as_sql():
            statements.append(connection.ops.compose_sql(sql, params))  # type: ignore[attr-defined]
    return statements
