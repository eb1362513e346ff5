"""Which host a request came to, known even while the work itself is done in the regional context."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse

from tenants.schemas.context import current_schema, region

PUBLIC = "public"
_host_schema: ContextVar[str | None] = ContextVar("host_schema", default=None)


def host_schema() -> str:
    """The schema of the request's host; outside requests, the one the connection stands in."""
    return _host_schema.get() or current_schema()


@contextmanager
def at_host(schema: str) -> Iterator[None]:
    """For the length of the block, sessions and links belong to the host of this schema."""
    token = _host_schema.set(schema)
    try:
        yield
    finally:
        _host_schema.reset(token)


def schema_of(request: HttpRequest) -> str:
    school = request.school  # type: ignore[attr-defined]
    return school.schema_name if school else PUBLIC


def urlconf_of(schema: str) -> str:
    return str(settings.PUBLIC_SCHEMA_URLCONF if schema == PUBLIC else settings.ROOT_URLCONF)


def in_region(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Run a view in the regional context: credentials are only read there.

    The session stays the host's own: its store remembers the schema it was made in. A page is drawn
    afterwards, back in the host's context, because the shell around it shows who one is in the school: views
    return a TemplateResponse and fetch beforehand what it needs of accounts.
    """

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with region():
            response = view(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.render()
        return response

    return inside
