"""Entering and leaving a school. Nothing outside `tenants` and `scripts` touches the connection's schema itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.asyncio import async_unsafe
from django_tenants.postgresql_backend.base import FakeTenant

from tenants.errors import DomainError
from tenants.schemas.names import is_school_schema, schema_name_for

if TYPE_CHECKING:
    from tenants.establishments.models import Establishment


class OutsideSchool(DomainError):
    """Raised when code that needs a school runs without one."""

    def __init__(self) -> None:
        super().__init__("outside-school", "Cette action se fait dans un établissement.")


def current_schema() -> str:
    """The schema the connection stands in: `public` or a school's."""
    return str(connection.schema_name)  # type: ignore[attr-defined]


def in_school() -> bool:
    return is_school_schema(current_schema())


def current_uai() -> str:
    """The UAI of the school the connection stands in. Raises OutsideSchool in the regional context."""
    if not in_school():
        raise OutsideSchool
    return current_schema()[2:].upper()


@contextmanager
def school(establishment: "Establishment | str", *, include_public: bool = True) -> Iterator[None]:
    """Stand in a school, named by its row or its UAI, for the length of the block.

    Whether the school is active is the caller's business: requests and tasks check it at their door.
    """
    schema = schema_name_for(establishment) if isinstance(establishment, str) else establishment.schema_name
    with _standing_in(schema, include_public=include_public):
        yield


@contextmanager
def region() -> Iterator[None]:
    """Stand in the regional context (the public schema, no school's role) for the length of the block."""
    with _standing_in("public"):
        yield


@contextmanager
def workshop(name: str) -> Iterator[None]:
    """Stand in a schema of the engine's own, without public, for the length of the block."""
    with _standing_in(name, include_public=False):
        yield


@contextmanager
def same_schema(schema: str) -> Iterator[None]:
    """Stand in the schema that an object was made in (a session store, a stored file)."""
    with _standing_in(schema):
        yield


@contextmanager
def _standing_in(schema: str, *, include_public: bool = True) -> Iterator[None]:
    before, before_public = connection.tenant, connection.include_public_schema  # type: ignore[attr-defined]
    if before.schema_name == schema and before_public == include_public:
        yield
        return
    _enter(FakeTenant(schema), include_public)
    try:
        yield
    finally:
        connection.set_tenant(before, before_public)  # type: ignore[attr-defined]


@async_unsafe
def _enter(tenant: Any, include_public: bool) -> None:
    """Refused while an event loop runs: coroutines that take turns would find each other's school.

    Async code enters the school inside the function that it hands to `sync_to_async`.
    """
    connection.set_tenant(tenant, include_public)  # type: ignore[attr-defined]
