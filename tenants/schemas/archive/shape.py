"""Whether a schema is what its blueprints say."""

from collections.abc import Iterable

from django.db import connection

from tenants.schemas.blueprint.definition import Definition
from tenants.schemas.blueprint.fingerprint import fingerprints
from tenants.schemas.context import region


def differing(schema: str, definitions: Iterable[Definition]) -> list[str]:
    """What is missing, too much or other than described: "relation people_person" and the like."""
    planned = {thing: digest for definition in definitions for thing, digest in definition.objects.items()}
    found = fingerprints([schema]).get(schema, {})
    return sorted(thing for thing in planned.keys() | found.keys() if planned.get(thing) != found.get(thing))


def server_version() -> str:
    """PostgreSQL's, such as `18.4`."""
    with region(), connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
