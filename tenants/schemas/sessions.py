"""Sessions live where their host lives: in the school's schema, or in public for the front door.

A store remembers the schema it was made in, because signing in on a school's host verifies credentials in the
regional context while the session belongs to the school.
"""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from tenants.schemas.context import current_schema, same_schema


class SessionStore(DatabaseStore):
    def __init__(self, session_key: str | None = None) -> None:
        self.schema = current_schema()
        super().__init__(session_key)

    @classmethod
    def get_model_class(cls) -> Any:
        from django.contrib.sessions.models import Session  # noqa: PLC0415 -- models load after settings

        return Session

    def load(self) -> dict[str, Any]:
        with same_schema(self.schema):
            return super().load()

    def exists(self, session_key: str) -> bool:
        with same_schema(self.schema):
            return super().exists(session_key)

    def save(self, must_create: bool = False) -> None:
        with same_schema(self.schema):
            super().save(must_create)

    def delete(self, session_key: str | None = None) -> None:
        with same_schema(self.schema):
            super().delete(session_key)
