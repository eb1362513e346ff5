"""Questions about schemas."""

from django.db import connection

from tenants.schemas.context import region


def schema_exists(name: str) -> bool:
    with region(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [name])
        return bool(cursor.fetchone()[0])


# Made with every school's core tables: without it nobody's session can be read there.
PROOF = "django_session"


def is_furnished(schema: str) -> bool:
    """Whether the school's schema is there with its tables. One catalog look-up by name, however many schools."""
    return table_exists(schema, PROOF)


def table_exists(schema: str, table: str) -> bool:
    """Asked of the catalog, because the regional context has no right to look into the schema itself."""
    with region(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_class WHERE relname = %s AND relnamespace = to_regnamespace(%s))",
            [table, schema],
        )
        return bool(cursor.fetchone()[0])
