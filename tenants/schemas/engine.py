"""The one narrow door to schemas: make, fill, empty, move and drop them.

Callers name a school and app labels; how tables get there is this package's business alone. Everything here is
idempotent, and what it makes is whole or absent, wherever it is killed.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tenants.errors import Conflict, DomainError
from tenants.establishments.models import Establishment
from tenants.prepared import Given, prepared
from tenants.schemas import applying, graph, kit, ledger, roles
from tenants.schemas.blueprint import store
from tenants.schemas.blueprint.definition import Definition
from tenants.schemas.context import region, school, workshop
from tenants.schemas.kit import Kit
from tenants.schemas.models import InstalledApp
from tenants.schemas.replay import LOCK_TIMEOUT, lock_key, send, transaction_in
from tenants.schemas.selectors import schema_exists

logger = structlog.get_logger(__name__)

core_labels = graph.core_labels


@contextmanager
def exclusive(establishment: Establishment) -> Iterator[None]:
    """Only one process at a time works on a school's schema. Raises Conflict when another one does."""
    key = lock_key(establishment.schema_name)
    with region(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({key})")
        if not cursor.fetchone()[0]:
            raise Conflict("schema-busy", "Une autre opération est en cours sur cet établissement. Réessayez.")
    try:
        yield
    finally:
        with region(), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_unlock({key})")


# --- making --------------------------------------------------------------------------------------------------
def make_role(establishment: Establishment) -> None:
    """The PostgreSQL role that owns the school's schema. LOGIN without a password, as Citus asks."""
    roles.ensure(establishment.schema_name, login=True)
    roles.ensure_member(establishment.schema_name, of=roles.GROUP)


def make_school(establishment: Establishment, content: Kit) -> None:
    """The school's schema with all that the kit holds, noted in the ledger: one transaction, one message.

    Its role must exist. What a school that was never opened left behind is made anew.
    """
    held = ledger.versions(establishment.uai)
    if content.versions.items() <= held.items():
        return
    name = establishment.schema_name
    if schema_exists(name):
        _remove_remains(establishment, held)
    make(name, content, after=ledger.put(establishment.uai, content.versions))


def _remove_remains(establishment: Establishment, held: Mapping[str, str]) -> None:
    if held and establishment.is_active:
        raise DomainError("already-made", "L’espace de cet établissement existe déjà.")
    drop(establishment)


def make(name: str, content: Kit, *, after: Iterable[str] = ()) -> None:
    """A schema of this name, with the kit's tables and rows, owned by the role of the same name."""
    create = [f"CREATE SCHEMA {name} AUTHORIZATION {name}"]
    if content.faithful:
        send(transaction_in(name, content.statements, before=create, after=after))
        return
    with region(), transaction.atomic():
        send(transaction_in(name, [], before=create))
        _fill(name, content.definitions)
        send(transaction_in(name, content.rows, after=after))


def _fill(name: str, definitions: Iterable[Definition]) -> None:
    """App after app: by replay, or by the migrations themselves where a replay would not be the same."""
    there: list[str] = []
    for definition in definitions:
        if definition.unfaithful:
            _by_migrations(name, definition, there)
        else:
            send(transaction_in(name, [*definition.statements(), *kit.record_of([definition])]))
        there.append(definition.label)


def _by_migrations(name: str, definition: Definition, there: list[str]) -> None:
    known = graph.current()
    if definition.version != known.versions.get(definition.label):
        raise LookupError(f"{definition.label} cannot be rebuilt in version {definition.version}")
    needed = [label for label in known.ordered(known.labels) if label in known.stands_on[definition.label]]
    applied = [(label, migration) for label in needed for migration in known.names[label]]
    state = graph.Planner(graph.Loader(applied)).state(needed)
    with workshop(name):
        for node in known.plan_of([definition.label]):
            if node[0] == definition.label:
                state = applying.apply(known.loader.graph.nodes[node], state)


def build(name: str, definitions: Iterable[Definition], *, rows: bool) -> None:
    """A workshop schema of this name with its owner, holding these apps in these versions.

    Without `rows` every table is empty but Django's table of migrations.
    """
    roles.ensure(name, login=True)
    create = [f"CREATE SCHEMA {name} AUTHORIZATION {name}"]
    send(transaction_in(name, _content(definitions, rows=rows), before=create))


def fill_workshop(name: str, definitions: Iterable[Definition]) -> None:
    """The same, rows included, in a workshop schema that is there and empty."""
    send(transaction_in(name, _content(definitions, rows=True)))


def _content(definitions: Iterable[Definition], *, rows: bool) -> list[str]:
    wanted = list(definitions)
    return [*(statement for d in wanted for statement in d.statements(rows=rows)), *kit.record_of(wanted)]


def rename(old: str, new: str) -> None:
    """Schema and role together. A role `new` that owns nothing gives way; one that does is an error."""
    with region(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({lock_key(new)})")
        cursor.execute("SELECT to_regrole(%s) IS NOT NULL", [new])
        if cursor.fetchone()[0]:
            cursor.execute(f"DROP ROLE {new}")
        cursor.execute(f"SET LOCAL ROLE {old}; SET LOCAL ROLE NONE")  # says clearly when there is no such role
        for statement in renaming(old, new):
            cursor.execute(statement)


def renaming(old: str, new: str) -> list[str]:
    """The statements that rename a schema and its owner, run as the region in one transaction.

    Only an owner renames, so the region inherits the role for the length of that transaction.
    """
    return [
        f"GRANT {old} TO CURRENT_USER WITH INHERIT TRUE",
        f"ALTER SCHEMA {old} RENAME TO {new}",
        f"ALTER ROLE {old} RENAME TO {new}",
        f"GRANT {new} TO CURRENT_USER WITH INHERIT FALSE",
    ]


# --- modules -------------------------------------------------------------------------------------------------
def install(establishment: Establishment, labels: Iterable[str]) -> None:
    """Create or bring up to date the tables of these apps, and of whatever else the school holds.

    Raises Conflict when the school's tables are in use for too long, DomainError when a migration fails;
    RuntimeError for an app that stands on one which is neither held nor named.
    """
    from tenants.schemas.lanes.apply import Busy, Failed  # noqa: PLC0415 -- the lanes stand on this file
    from tenants.schemas.upgrades import one  # noqa: PLC0415 -- as above

    try:
        one.bring_up(establishment, labels)
    except Busy as busy:
        raise Conflict("schema-busy", _("Cet établissement est très sollicité. Réessayez dans un instant.")) from busy
    except Failed as failed:
        logger.exception("migration failed", uai=establishment.uai, migration=failed.step.name)
        reason = _("Ses tables n’ont pas pu être préparées. L’équipe technique doit s’en occuper.")
        raise DomainError("migration-failed", reason) from failed


def bring_up_to_date(establishment: Establishment) -> None:
    """Every app that the school holds, in the version of the code."""
    install(establishment, ())


def add(establishment: Establishment, labels: Iterable[str]) -> None:
    """Make the tables of apps that the school does not hold, whose needs it holds up to date; note them.

    One transaction for all of them.
    """
    held = ledger.versions(establishment.uai)
    known = graph.current()
    wanted = set(labels) - {label for label, version in held.items() if version != graph.NOTHING}
    if not wanted:
        return
    new = [d for d in store.for_labels({*known.core, *held.keys() & set(known.labels), *wanted}) if d.label in wanted]
    noted = ledger.put(establishment.uai, {d.label: d.version for d in new})
    name = establishment.schema_name
    guard = [statement for d in new for statement in ledger.expect(establishment.uai, d.label, graph.NOTHING)]
    if not any(d.unfaithful for d in new):
        made = _content(new, rows=True)
        send(transaction_in(name, made, before=guard, after=noted, lock_timeout=LOCK_TIMEOUT))
        return
    with region(), transaction.atomic():
        send(transaction_in(name, [], before=guard))
        _fill(name, new)
        send(transaction_in(name, [], after=noted))


def purge(establishment: Establishment, label: str) -> None:
    """Drop one app's tables from the school, with all they hold, and forget it in the ledger.

    What another app has built on them is an error of the database, and nothing is lost.
    """
    held = ledger.versions(establishment.uai)
    if label not in held:
        return
    definition = _definition(label, held[label])
    if definition.unfaithful:  # its drops do not tell everything: the migrations undo what they did
        with region(), transaction.atomic():
            with school(establishment, include_public=False):
                MigrationExecutor(connection).migrate([(label, None)])
            send(ledger.remove(establishment.uai, [label]))
        return
    statements = [*definition.drops, f"DELETE FROM django_migrations WHERE app = {applying.quoted(label)}"]
    send(transaction_in(establishment.schema_name, statements, after=ledger.remove(establishment.uai, [label])))


def _definition(label: str, version: str) -> Definition:
    current = {d.label: d for d in store.for_labels(graph.current().labels)}
    if label in current and current[label].version == version:
        return current[label]
    return next(d for d in store.for_versions({label: version}) if d.label == label)


def drop(establishment: Establishment) -> None:
    """Drop the school's schema with all it holds. Its role stays: it owns nothing any more."""
    name = establishment.schema_name
    if not schema_exists(name):
        send(ledger.remove(establishment.uai))
        return
    send(transaction_in(name, [f"DROP SCHEMA {name} CASCADE"], after=ledger.remove(establishment.uai)))


def installed_labels(uai: str) -> frozenset[str]:
    """The app labels whose tables the school holds. Readable from the school and from the region."""
    return frozenset(label for (label,) in _installed(uai=uai).rows())


@prepared
def _installed(uai: Given) -> QuerySet[InstalledApp, Any]:
    rows = InstalledApp.objects.filter(uai=uai).exclude(version=graph.NOTHING, state=InstalledApp.State.FAILED)
    return rows.values("app_label")
