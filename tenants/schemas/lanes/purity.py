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

_ENTANGLED = (
    migrations.RenameModel, migrations.RenameField, migrations.RemoveField, migrations.DeleteModel,
    migrations.AlterModelTable, migrations.RemoveIndex, migrations.RenameIndex, migrations.RemoveConstraint,
)  # fmt: skip

# Defaults that give the same value whenever and wherever they are called.
_CONSTANT_DEFAULTS = frozenset({dict, list, set, tuple, str, int, float, bool, bytes})


def is_pure(migration: Migration, *, backwards: bool = False) -> bool:
    """Whether its SQL can be written once and sent to every school."""
    return all(is_pure_operation(operation, backwards=backwards) for operation in migration.operations)


def is_pure_operation(operation: Operation, *, backwards: bool = False) -> bool:
    """Undoing the removal or the change of a field fills it with what the models of before say, maybe drawn."""
    parts = list(flat([operation]))
    if backwards and any(type(one) in {migrations.RemoveField, migrations.AlterField} for one in parts):
        return False
    return all(_is_pure(one) for one in parts)


def is_mixed(migration: Migration, *, backwards: bool = False) -> bool:
    """Whether some of its operations have to run in each school, and the others can be sent as text around them.

    Those that rename or remove also change what earlier ones have put off: then all run, unless the only Python
    is RunPython, which puts nothing off.
    """
    impure = {type(one) for one in migration.operations if not is_pure_operation(one, backwards=backwards)}
    if not impure or len(impure) == len(migration.operations) or not migration.atomic:
        return False
    if impure == {migrations.RunPython}:
        return True
    entangled = any(isinstance(one, _ENTANGLED) for one in flat(migration.operations))
    return not backwards and not entangled and impure <= {migrations.RunPython, migrations.AddField}


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
    return not field.has_default() or not callable(field.default) or field.default in _CONSTANT_DEFAULTS


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
