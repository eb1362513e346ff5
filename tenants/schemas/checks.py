"""System checks of the tenancy rules."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db.migrations import AddField, CreateModel, Migration
from django.db.models import ForeignKey, Model

from tenants.schemas import graph


def _tables(names: list[str]) -> dict[str, type[Model]]:
    return {
        model._meta.db_table: model
        for config in apps.get_app_configs()
        if config.name in names
        for model in config.get_models(include_auto_created=True)
    }


@register(Tags.models)
def one_side_only(app_configs: Any, **kwargs: Any) -> Iterator[CheckMessage] | list[CheckMessage]:
    """A table name present in public and in schools would let PostgreSQL read public's by mistake."""
    found: list[CheckMessage] = []
    both = set(settings.SHARED_APPS) & set(settings.TENANT_APPS)
    labels = {config.label for config in apps.get_app_configs() if config.name in both}
    if extra := labels - settings.APPS_ON_BOTH_SIDES:
        found.append(Error(f"Apps on both sides without a reason: {sorted(extra)}", id="schemas.E001"))
    shared, tenant = _tables(settings.SHARED_APPS), _tables(settings.TENANT_APPS)
    for name in sorted(shared.keys() & tenant.keys()):
        if tenant[name]._meta.app_label not in settings.APPS_ON_BOTH_SIDES:
            found.append(Error(f"Table {name} is on both sides", obj=tenant[name], id="schemas.E002"))
    return found


@register()
def older_code_can_insert(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """While schools are upgraded, the code of before serves those that are done: it does not know new columns."""
    known = graph.current()
    return [
        Warning(
            f"{label}.{migration.name} adds {operation.model_name}.{operation.name}, which older code cannot fill",
            hint="Let it be null, or give it a db_default.",
            id="schemas.W004",
        )
        for label in known.labels
        for node in known.plan_of([label])
        if node[0] == label
        for migration in [known.loader.graph.nodes[node]]
        for operation in unfillable(migration)
    ]


def unfillable(migration: Migration) -> list[AddField]:
    """Columns that the migration adds to tables of before, and that an INSERT must name."""
    new = {op.name_lower for op in migration.operations if isinstance(op, CreateModel)}
    return [
        op
        for op in migration.operations
        if isinstance(op, AddField)
        and op.model_name_lower not in new
        and not (op.field.null or op.field.many_to_many or op.field.has_db_default() or op.field.generated)
    ]


@register(Tags.models)
def self_contained(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """No foreign key leaves a school's schema, so that it can be dumped, moved or erased alone."""
    tenant = set(_tables(settings.TENANT_APPS).values())
    found: list[CheckMessage] = []
    for model in tenant:
        for field in model._meta.get_fields():
            leaves = isinstance(field, ForeignKey) and field.related_model not in tenant
            if leaves and model._meta.app_label not in settings.APPS_ON_BOTH_SIDES:
                found.append(Error(f"{model.__name__}.{field.name} leaves the school", obj=model, id="schemas.E003"))
    return found
