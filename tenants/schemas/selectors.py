"""Questions about schemas."""

from django.db import connection

from tenants.schemas.context import region


def schema_exists(name: str) -> bool:
    """Whether PostgreSQL has the schema. One catalog look-up by name, whatever the number of schools."""
    with region(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [name])
        return bool(cursor.fetchone()[0])


def table_exists(schema: str, table: str) -> bool:
    with region(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{schema}.{table}"])
        return bool(cursor.fetchone()[0])
