"""The database backend: entering a school takes its path and its role in one round trip.

django-tenants sets `search_path` before every statement. A school also needs its own PostgreSQL role, so that a
wrong path, a qualified name or a forgotten school ends in an error of the database and never in another
school's rows. Both are sent together, and only when they changed.
"""

from typing import Any

import django.db.utils
import psycopg
from django.core.exceptions import ImproperlyConfigured
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantDatabaseWrapper

from tenants.schemas.names import is_public, is_school_schema


class DatabaseWrapper(TenantDatabaseWrapper):
    """`search_path_set_schemas` holds what the connection was last told, or None when that is unknown.

    The parent forgets it whenever PostgreSQL does: on close, on rollback, on rollback to a savepoint.
    """

    search_path_set_schemas: list[str] | None
    _setting_search_path: bool

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self._setting_search_path or self.search_path_set_schemas is not None:
            return
        statement = self._entering_statement()
        self._setting_search_path = True
        own = self.connection.cursor() if cursor is None else cursor
        try:
            own.execute(statement)
        except (django.db.utils.InternalError, psycopg.InternalError):
            # The transaction has already failed: only its rollback can follow, and that forgets the path.
            self.search_path_set_schemas = None
        else:
            self.search_path_set_schemas = [self.schema_name]
        finally:
            self._setting_search_path = False
            if cursor is None:
                own.close()

    def _entering_statement(self) -> str:
        """What must be sent, as one message. A name that is neither public nor a school's is refused."""
        if is_public(self.schema_name):
            return "RESET ROLE; SET search_path = public"
        if not is_school_schema(self.schema_name):
            raise ImproperlyConfigured(f"{self.schema_name!r} is neither public nor a school's schema")
        path = f"{self.schema_name}, public" if self.include_public_schema else self.schema_name
        return f"RESET ROLE; SET search_path = {path}; SET ROLE {self.schema_name}"
