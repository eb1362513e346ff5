"""The database backend: entering a school takes its path and its role in one round trip, or none.

django-tenants sets `search_path` before every statement. A school also needs its own PostgreSQL role, so that a
wrong path, a qualified name or a forgotten school ends in an error of the database and never in another
school's rows. Both are sent together, and only when they changed; at a request's first query they are sent in
place of Django's health check, so that a kept connection is entered without a round trip of its own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import django.db.utils
import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantDatabaseWrapper

from tenants.schemas.names import is_public, is_school_schema, is_workshop

_LEAVING = "RESET ROLE; SET search_path = public"
_LEAVING_RESULTS = 2  # one per statement


class DatabaseWrapper(TenantDatabaseWrapper):
    """`search_path_set_schemas` holds what the connection was last told, or None when that is unknown.

    The parent forgets it whenever PostgreSQL does: on close, on rollback, on rollback to a savepoint.

    `schools_entered` holds the schemas that this connection has stood in since it was opened: its server process
    keeps what it learned of each one's tables, and only ends with the connection.
    """

    search_path_set_schemas: list[str] | None
    _setting_search_path: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.schools_entered: set[str] = set()
        super().__init__(*args, **kwargs)

    def close(self) -> None:
        super().close()
        if self.connection is None:  # inside a transaction the parent only marks it
            self.schools_entered.clear()

    def is_usable(self) -> bool:
        """Whether the server answers: it is asked to enter, when that has to be sent anyway.

        What it refuses (no such role) the next cursor raises in its place: a server that refuses does answer.
        """
        if self.connection is None or self.search_path_set_schemas is not None:
            return bool(super().is_usable())
        try:
            with self.connection.cursor() as cursor:
                self._enter(cursor)
        except (psycopg.DataError, psycopg.ProgrammingError):
            return True
        except psycopg.Error:
            return False
        return self.search_path_set_schemas is not None

    def close_if_unusable_or_obsolete(self) -> None:
        """Django calls this when a request begins and ends, Celery between tasks, our loops between schools.

        Inside a transaction it does nothing: the connection belongs to whoever opened that.
        """
        if self.in_atomic_block:
            return
        if len(self.schools_entered) >= settings.CONN_MAX_SCHOOLS:
            self.close()
        super().close_if_unusable_or_obsolete()

    @contextmanager
    def regional_statements(self) -> Iterator[None]:
        """Send each SELECT of the block in one message with leaving the school and coming back to it.

        The message is one transaction of its own or part of the one that is open: an error undoes the leaving
        with the rest. Anything but a SELECT is refused.
        """
        if is_public(self.schema_name):
            yield
            return
        with self.execute_wrapper(self._send_as_region):
            yield

    def _send_as_region(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self._setting_search_path or is_public(self.schema_name):
            return execute(sql, params, many, context)
        if many or not sql.lstrip("( ").upper().startswith("SELECT "):
            raise django.db.utils.NotSupportedError("only a SELECT may be sent as the region's from inside a school")
        cursor = context["cursor"]
        result = execute(f"{_LEAVING}; {sql}; {self._entering_statement()}", params, many, context)
        for _ in range(_LEAVING_RESULTS):
            cursor.nextset()
        return result

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self._setting_search_path or self.search_path_set_schemas is not None:
            return
        own = self.connection.cursor() if cursor is None else cursor
        try:
            self._enter(own)
        finally:
            if cursor is None:
                own.close()

    def _enter(self, cursor: Any) -> None:
        statement = self._entering_statement()
        self._setting_search_path = True
        try:
            cursor.execute(statement)
        except (django.db.utils.InternalError, psycopg.InternalError):
            # The transaction has already failed: only its rollback can follow, and that forgets the path.
            self.search_path_set_schemas = None
        else:
            self.search_path_set_schemas = [self.schema_name]
            if not is_public(self.schema_name):
                self.schools_entered.add(self.schema_name)
        finally:
            self._setting_search_path = False

    def _entering_statement(self) -> str:
        """What must be sent, as one message. A name that is neither public nor a school's is refused."""
        if is_public(self.schema_name):
            return _LEAVING
        if not is_school_schema(self.schema_name) and not is_workshop(self.schema_name):
            raise ImproperlyConfigured(f"{self.schema_name!r} is neither public nor a school's schema")
        path = f"{self.schema_name}, public" if self.include_public_schema else self.schema_name
        return f"RESET ROLE; SET search_path = {path}; SET ROLE {self.schema_name}"
