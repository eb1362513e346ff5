"""A school made by replay is what Django's own migrations would have made, to pg_dump's eyes and to ours."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import override_settings

from core.modules import registry
from core.modules.presets import with_dependencies
from tenants.schemas import engine, graph, roles
from tenants.schemas.blueprint import capture, store
from tenants.schemas.blueprint.fingerprint import fingerprints
from tenants.schemas.context import region, workshop
from tenants.schemas.kit import Kit
from tenants.schemas.names import workshop_name
from tests.tenants.schemas.dumps import dump
from tests.tenants.schemas.outside import outside

pytestmark = pytest.mark.django_db

ZOO = {"dummy": "tests.tenants.schemas.zoo.v1"}
ZOO_NEXT = {"dummy": "tests.tenants.schemas.zoo.v2"}


def presets() -> list[tuple[str, ...]]:
    """Every combination of modules that a type of school starts with, the bare core, and all modules."""
    modules = registry.modules()
    found = {()} | {(*modules,)}
    for kind in ("ecole", "college", "lycee"):
        chosen = {slug for slug, manifest in modules.items() if kind in manifest.preset}
        found.add(tuple(slug for slug in modules if any(slug in with_dependencies(other) for other in chosen)))
    return sorted(found)


def by_django(name: str, labels: list[str]) -> None:
    """As stock does it: the executor of Django, on an empty schema."""
    roles.ensure(name, login=True)
    with region(), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {name} AUTHORIZATION {name}")
    with workshop(name):
        executor = MigrationExecutor(connection)
        executor.migrate([node for node in executor.loader.graph.leaf_nodes() if node[0] in labels])


@pytest.fixture
def two() -> Iterator[tuple[str, str]]:
    """Two names of schemas whose making is committed, so that pg_dump sees them."""
    names = (workshop_name("stock"), workshop_name("replay"))
    yield names
    for name in names:
        outside(drop_if_there, name)


def drop_if_there(name: str) -> None:
    with region(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regrole(%s)", [name])
        if cursor.fetchone()[0]:
            capture.drop(name)


def execute(name: str, *statements: str) -> list[tuple]:
    """Rows of the last statement, run in the schema by its owner."""
    with workshop(name), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def replay(name: str, labels: list[str]) -> None:
    roles.ensure(name, login=True)
    engine.make(name, Kit(tuple(store.for_labels(labels))))


def make_both(two: tuple[str, str], modules: tuple[str, ...]) -> None:
    labels = [*graph.current().core, *modules]
    outside(by_django, two[0], labels)
    outside(replay, two[1], labels)


@pytest.mark.parametrize("modules", presets(), ids=lambda modules: "+".join(modules) or "core")
def test_replay_is_what_django_makes(two, modules):
    make_both(two, modules)
    assert dump(two[1]) == dump(two[0])


@pytest.mark.parametrize("release", [ZOO, ZOO_NEXT], ids=["v1", "v2"])
def test_replay_reproduces_every_kind_of_object(two, release):
    with override_settings(MIGRATION_MODULES=release):
        make_both(two, ("dummy",))
        assert not [d.unfaithful for d in store.for_labels([*graph.current().core, "dummy"]) if d.unfaithful]
    assert dump(two[1]) == dump(two[0])


def test_fingerprints_of_both_are_those_of_the_blueprint(two):
    with override_settings(MIGRATION_MODULES=ZOO):
        make_both(two, ("dummy",))
        definitions = store.for_labels([*graph.current().core, "dummy"])
    found = outside(fingerprints, two)
    expected = {key: digest for d in definitions for key, digest in d.objects.items()}
    assert (found[two[0]], found[two[1]]) == (expected, expected)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE people_person ALTER COLUMN civility SET DEFAULT 'x'",
        "ALTER TABLE people_person ALTER COLUMN birth_name DROP NOT NULL",
        "ALTER TABLE people_person ADD COLUMN more integer",
        "DROP INDEX person_name",
        "ALTER TABLE people_guardianlink DROP CONSTRAINT guardian_link_dates",
        "COMMENT ON TABLE people_person IS 'x'",
        "GRANT SELECT ON people_person TO PUBLIC",
        "CREATE TABLE stray (id integer)",
        "DROP TABLE people_guardianlink",
    ],
)
def test_fingerprints_see_what_was_changed_by_hand(two, change):
    outside(replay, two[1], graph.current().core)
    before = outside(fingerprints, [two[1]])[two[1]]
    outside(execute, two[1], change)
    assert outside(fingerprints, [two[1]])[two[1]] != before


def test_sequences_go_on_where_the_migrations_left_them(two):
    with override_settings(MIGRATION_MODULES=ZOO):
        make_both(two, ("dummy",))
    insert = "INSERT INTO dummy_cage (name, size) VALUES ('x', 1) RETURNING id"
    assert [outside(execute, name, insert) for name in two] == [[(4,)], [(4,)]]


def test_dropping_every_definition_leaves_nothing(two):
    with override_settings(MIGRATION_MODULES=ZOO):
        labels = [*graph.current().core, "dummy"]
        outside(replay, two[1], labels)
        definitions = store.for_labels(labels)
    outside(execute, two[1], *(statement for d in reversed(definitions) for statement in d.drops))
    assert outside(fingerprints, [two[1]])[two[1]] == {}
