"""The door of every request: the host decides the school, and nothing else does."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from tenants.schemas.doors import UNKNOWN, door_at


class HostMiddleware:
    """Sets `request.school` (an Establishment, or None at the front door), the schema and the URLconf.

    A school that is not active, or whose schema is not there, is answered before any view runs: PostgreSQL
    ignores a missing schema in the search path and would read public instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        connection.set_schema_to_public()  # type: ignore[attr-defined]
        request.school = None  # type: ignore[attr-defined]
        try:
            host = host_of(request)
        except DisallowedHost:
            return host_page(request, UNKNOWN)
        if host in settings.REGION_HOSTS:
            request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
            return self.get_response(request)
        return self._at_school(request, host)

    def _at_school(self, request: HttpRequest, host: str) -> HttpResponse:
        door = door_at(host)
        if door.school is None or door.closed:
            return host_page(request, door.closed or UNKNOWN)
        request.school = door.school  # type: ignore[attr-defined]
        connection.set_tenant(door.school)  # type: ignore[attr-defined]
        try:
            return self.get_response(request)
        finally:
            connection.set_schema_to_public()  # type: ignore[attr-defined]


def host_of(request: HttpRequest) -> str:
    """The request's host in lower case, without its port or final dot."""
    host = request.get_host().lower()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name.rstrip(".")


def host_page(request: HttpRequest, kind: str) -> HttpResponse:
    response: HttpResponse = import_string(settings.HOST_PAGES)(request, kind)
    return response
