"""What kind of migration this is: whether it is the same SQL in every school."""

from collections.abc import Iterable, Iterator

from django.contrib.postgres import operations as postgres
from django.db import migrations
from django.db.migrations import Migration
from django.db.migrations.operations.base import Operation
from django.db.models import Field

# Operations whose SQL depends on the models alone, and whose changes stay in the tables of their own app.
_PURE: tuple[type[Operation], ...] = (
    migrations.CreateModel, migrations.DeleteModel, migrations.RenameModel, migrations.AlterModelTable,
    migrations.AlterModelTableComment, migrations.AlterModelOptions, migrations.AlterModelManagers,
    migrations.AlterUniqueTogether, migrations.AlterIndexTogether, migrations.AlterOrderWithRespectTo,
    migrations.AddField, migrations.RemoveField, migrations.AlterField, migrations.RenameField,
    migrations.AddIndex, migrations.RemoveIndex, migrations.RenameIndex,
    migrations.AddConstraint, migrations.RemoveConstraint, migrations.RunSQL, migrations.SeparateDatabaseAndState,
    postgres.AddConstraintNotValid, postgres.ValidateConstraint,
)  # fmt: skip
if hasattr(migrations, "AlterConstraint"):
    _PURE += (migrations.AlterConstraint,)

# Defaults that give the same value whenever and wherever they are called.
_CONSTANT_DEFAULTS = frozenset({dict, list, set, tuple, str, int, float, bool, bytes})


def is_pure(migration: Migration) -> bool:
    """Whether its SQL can be written once and sent to every school."""
    return all(_is_pure(operation) for operation in flat(migration.operations))


def flat(operations: Iterable[Operation]) -> Iterator[Operation]:
    for operation in operations:
        yield operation
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from flat(operation.database_operations)


def _is_pure(operation: Operation) -> bool:
    # A subclass may do anything: exactly these.
    if type(operation) not in _PURE:
        return False
    if type(operation) in {migrations.AddField, migrations.AlterField}:
        return has_constant_default(operation.field)  # type: ignore[attr-defined]
    return True


def has_constant_default(field: Field) -> bool:
    """Whether existing rows of every school get the same value, whoever computes it and when."""
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return False
    return not callable(field.default) or field.default in _CONSTANT_DEFAULTS


def touches_others(migration: Migration) -> bool:
    """Whether tables of apps that refer to this one may change too, or its Python may reach them."""
    return any(_touches_others(operation) for operation in flat(migration.operations))


def _touches_others(operation: Operation) -> bool:
    if not _is_pure(operation) and type(operation) not in {migrations.AddField, migrations.AlterField}:
        return type(operation) not in _CONCURRENT
    if isinstance(operation, migrations.AlterField):
        return bool(operation.field.primary_key or operation.field.unique)
    return isinstance(operation, migrations.RenameModel | migrations.RenameField | migrations.AlterModelTable)


_CONCURRENT = {postgres.AddIndexConcurrently, postgres.RemoveIndexConcurrently}


def has_own_sql(migration: Migration) -> bool:
    """Whether it holds hand-written statements, which may change rows: then it gets a transaction of its own."""
    return any(isinstance(operation, migrations.RunSQL) for operation in flat(migration.operations))
