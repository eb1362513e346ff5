"""Whether a schema is what its blueprints say."""

from collections.abc import Iterable

from django.db import connection

from tenants.schemas import engine
from tenants.schemas.blueprint.capture import scratch
from tenants.schemas.blueprint.definition import Definition
from tenants.schemas.blueprint.fingerprint import fingerprints
from tenants.schemas.context import region


def differing(schema: str, definitions: Iterable[Definition]) -> list[str]:
    """What is missing, too much or other than described: "relation people_person" and the like."""
    planned = {thing: digest for definition in definitions for thing, digest in definition.objects.items()}
    found = fingerprints([schema]).get(schema, {})
    return sorted(thing for thing in planned.keys() | found.keys() if planned.get(thing) != found.get(thing))


def uncarried(schema: str, definitions: Iterable[Definition]) -> list[str]:
    """The tables whose columns are not those described, so that their rows would not fit into a rebuilt school.

    What else differs (an index, a constraint changed by hand) keeps no row from travelling.
    """
    described = list(definitions)
    if not differing(schema, described):
        return []
    with scratch("check") as name:
        engine.fill_workshop(name, described)
        here, there = _columns(schema), _columns(name)
    return sorted(table for table in here.keys() | there.keys() if here.get(table) != there.get(table))


def _columns(schema: str) -> dict[str, list[str]]:
    with region(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(concat_ws(' ', attname, replace(format_type(atttypid, atttypmod), %s, ''),"
            " attidentity, attgenerated) ORDER BY attname) FROM pg_depend d JOIN pg_class c ON c.oid = d.objid"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped"
            " WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_namespace'::regclass"
            " AND d.refobjid = to_regnamespace(%s) AND c.relkind = 'r' GROUP BY 1",
            [f"{schema}.", schema],
        )
        return dict(cursor.fetchall())


def server_version() -> str:
    """PostgreSQL's, such as `18.4`."""
    with region(), connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
