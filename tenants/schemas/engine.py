"""The one narrow door to schemas: make, fill, empty and drop them.

Callers name a school and app labels; how tables get there is this file's business alone. Everything here is
idempotent: a killed run is simply run again.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tenants.errors import Conflict
from tenants.establishments.models import Establishment
from tenants.schemas import roles
from tenants.schemas.context import region, school
from tenants.schemas.models import InstalledApp


@contextmanager
def exclusive(establishment: Establishment) -> Iterator[None]:
    """Only one process at a time works on a school's schema. Raises Conflict when another one does."""
    with region(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [establishment.schema_name])
        if not cursor.fetchone()[0]:
            raise Conflict("schema-busy", "Une autre opération est en cours sur cet établissement. Réessayez.")
    try:
        yield
    finally:
        with region(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [establishment.schema_name])


def make_role(establishment: Establishment) -> None:
    """The PostgreSQL role that owns the school's schema. LOGIN without a password, as Citus asks."""
    roles.ensure(establishment.schema_name, login=True)
    roles.ensure_member(establishment.schema_name, of=roles.GROUP)


def make_schema(establishment: Establishment) -> None:
    name = establishment.schema_name
    with region(), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {name} AUTHORIZATION {name}")


def core_labels() -> list[str]:
    """The app labels whose tables every school holds."""
    return [
        apps.get_app_config(_label(name)).label for name in settings.TENANT_APPS if name not in settings.MODULES
    ]


def install(establishment: Establishment, labels: Iterable[str]) -> None:
    """Create or bring up to date the tables of these apps in the school, and note them in the ledger."""
    wanted = set(labels)
    with school(establishment, include_public=False):
        executor = MigrationExecutor(connection)
        targets = [node for node in executor.loader.graph.leaf_nodes() if node[0] in wanted]
        plan = executor.migration_plan(targets)
        strangers = {migration.app_label for migration, _ in plan} - wanted
        if strangers:
            raise RuntimeError(f"migrations of {sorted(wanted)} would also create tables of {sorted(strangers)}")
        if plan:
            executor.migrate(targets, plan=plan)
    with region():
        InstalledApp.objects.bulk_create(
            [InstalledApp(uai=establishment.uai, app_label=label) for label in sorted(wanted)],
            ignore_conflicts=True,
        )


def purge(establishment: Establishment, label: str) -> None:
    """Drop one app's tables from the school, with all they hold."""
    with region():
        InstalledApp.objects.filter(uai=establishment.uai, app_label=label).delete()
    with school(establishment, include_public=False):
        executor = MigrationExecutor(connection)
        executor.migrate([(label, None)])


def drop(establishment: Establishment) -> None:
    """Drop the school's schema with all it holds. Its role stays: it owns nothing any more."""
    with region(), connection.cursor() as cursor:
        InstalledApp.objects.filter(uai=establishment.uai).delete()
        cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [establishment.schema_name])
        if not cursor.fetchone()[0]:
            return
    with school(establishment, include_public=False), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {establishment.schema_name} CASCADE")


def installed_labels(uai: str) -> frozenset[str]:
    """The app labels whose tables the school holds. Readable from the school and from the region."""
    return frozenset(InstalledApp.objects.filter(uai=uai).values_list("app_label", flat=True))


def _label(app: str) -> str:
    return next(config.label for config in apps.get_app_configs() if config.name == app)
