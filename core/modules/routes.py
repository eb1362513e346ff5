"""Every address of a URLconf, flat: what checks and tests go through."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """`name` is as `reverse` takes it ("news:list"); `parameters` maps names in the path to converters."""

    name: str
    namespace: str
    path: str
    view: Any
    parameters: dict[str, Any]


def routes(urlconf: str | None = None) -> list[Route]:
    """The routes of a URLconf, the school's by default."""
    return list(_walk(get_resolver(urlconf), (), "", {}))


def routes_of(slug: str) -> list[Route]:
    """The routes of one module on a school's host."""
    return [route for route in routes() if route.namespace == slug]


def _walk(
    resolver: URLResolver, namespaces: tuple[str, ...], prefix: str, parameters: dict[str, Any]
) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        found = {**parameters, **entry.pattern.converters}
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry, inner, path, found)
        elif isinstance(entry, URLPattern):
            name = ":".join([*namespaces, entry.name or ""])
            yield Route(name, namespaces[0] if namespaces else "", path, entry.callback, found)
