"""Applying migrations as Django does, without asking which tables exist: that alone takes a second in a database
of three thousand schools.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from tenants.schemas.graph import Node


def quoted(text: str) -> str:
    """A literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def recorded(migration: Migration) -> list[Node]:
    """What Django notes as applied with this migration: those that it replaces, and itself."""
    return [*migration.replaces, (migration.app_label, migration.name)]


def record(nodes: Iterable[Node], *, backwards: bool = False) -> list[str]:
    """The statements that note migrations as applied, or as undone."""
    pairs = ", ".join(f"({quoted(app)}, {quoted(name)})" for app, name in nodes)
    if not pairs:
        return []
    if backwards:
        return [f"DELETE FROM django_migrations WHERE (app, name) IN ({pairs})"]
    return [
        "INSERT INTO django_migrations (app, name, applied) SELECT app, name, clock_timestamp()"
        f" FROM (VALUES {pairs}) AS v (app, name)"
        " WHERE NOT EXISTS (SELECT FROM django_migrations d WHERE d.app = v.app AND d.name = v.name)"
    ]


def make_recorder_table() -> None:
    """Django's own table of migrations, in the schema where the connection stands."""
    with connection.schema_editor() as editor:
        editor.create_model(MigrationRecorder.Migration)


def execute(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def flush(editor: BaseDatabaseSchemaEditor) -> None:
    """Run what the editor put off to its end, so that the record of the migration comes after it."""
    for statement in editor.deferred_sql:
        editor.execute(statement, None)
    editor.deferred_sql.clear()


def apply(migration: Migration, state: ProjectState, editor_class: Any = None) -> ProjectState:
    """Apply one migration where the connection stands, and note it. Returns the state after it."""
    if "apps" not in state.__dict__:
        state.apps  # noqa: B018 -- rendered once, then carried on by each operation
    with edited(migration, editor_class) as editor:
        state = migration.apply(state, editor)
        flush(editor)
        execute(record(recorded(migration)))
    return state


@contextmanager
def edited(migration: Migration, editor_class: Any = None) -> Iterator[Any]:
    kind = editor_class or connection.SchemaEditorClass
    with kind(connection, atomic=migration.atomic) as editor:
        yield editor
