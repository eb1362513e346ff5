"""What a module offers to programs: its scopes, its addresses, and what it calls out."""

from collections.abc import Iterator
from importlib import import_module

from django.core.checks import CheckMessage
from django.urls import Resolver404, resolve

from core.modules import registry
from core.modules.checks.common import Subject, repeated
from core.modules.routes import Route, routes
from tenants.api.operations import SAFE, Operation, operations_of

# An area of core has its addresses in core.api.
_CORE = "api"


def scopes(subject: Subject) -> Iterator[CheckMessage]:
    manifest = subject.manifest
    if double := repeated([scope.slug for scope in manifest.scopes]):
        yield subject.error(118, f"scopes declared twice: {double}")
    known = {permission.slug for permission in manifest.permissions}
    for scope in manifest.scopes:
        if not str(scope.label).strip():
            yield subject.error(118, f"the scope {scope.slug!r} has no label")
        if unknown := set(scope.permissions) - known:
            yield subject.error(118, f"the scope {scope.slug!r} lends unknown permissions: {sorted(unknown)}")
    asked = {scope for _route, _method, found in _operations() for scope in (found.scope, *found.wider)}
    if unused := manifest.scope_codes() - asked:
        yield subject.error(118, f"no address asks for these scopes: {sorted(unused)}")


def endpoints(subject: Subject) -> Iterator[CheckMessage]:
    """Each address of a module asks for one of its scopes and one of its permissions; what writes says so."""
    manifest = subject.manifest
    if manifest.api and (manifest.core or not _resolves(manifest.api)):
        yield subject.error(118, f"no urlpatterns at {manifest.api!r}, or this is an area of core")
        return
    for route, method, operation in _operations():
        if manifest.api and route.name.startswith(f"api:{subject.slug}:"):
            where = f"{method} {route.name}"
            if operation.scope not in manifest.scope_codes():
                yield subject.error(118, f"{where} asks for the scope {operation.scope!r}, which is not its own")
            if operation.permission not in manifest.codes():
                yield subject.error(118, f"{where} asks for {operation.permission!r}, which is not its own")
            if not operation.name.startswith(f"{subject.slug}."):
                yield subject.error(118, f"{where} is called {operation.name!r}, not {subject.slug}.…")


def methods(subject: Subject) -> Iterator[CheckMessage]:
    """Checked once for all addresses: each is declared, names are unique, writing takes a scope that writes."""
    if subject.slug != _CORE:
        return
    for route in _api_routes():
        if not operations_of(route.view):
            yield subject.error(118, f"{route.name} declares no operation", hint="tenants.api.operations.operation")
    found = list(_operations())
    if double := repeated([operation.name for _route, _method, operation in found]):
        yield subject.error(118, f"operations with one name: {double}")
    scopes = {f"{m.slug}.{scope.slug}": scope for m in registry.manifests().values() for scope in m.scopes}
    for route, method, operation in found:
        scope = scopes.get(operation.scope)
        if operation.scope and scope is None:
            yield subject.error(118, f"{method} {route.name} asks for an unknown scope {operation.scope!r}")
        if method not in SAFE and not (scope and scope.writes):
            yield subject.error(118, f"{method} {route.name} changes something with a scope that only reads")


def webhooks(subject: Subject) -> Iterator[CheckMessage]:
    manifest = subject.manifest
    told = {kind.slug for kind in manifest.notifications}
    if double := repeated([callout.kind for callout in manifest.webhooks]):
        yield subject.error(125, f"webhooks declared twice: {double}")
    for callout in manifest.webhooks:
        if callout.kind not in told or not str(callout.label).strip():
            yield subject.error(125, f"the webhook {callout.kind!r} is no kind of notification, or has no label")
        try:
            resolve(f"/api/v1/{callout.address.replace('{id}', '1')}")
        except Resolver404:
            yield subject.error(125, f"the webhook {callout.kind!r} leads to no address: {callout.address!r}")


def _api_routes() -> list[Route]:
    return [route for route in routes() if route.path.startswith("api/v1/")]


def _operations() -> Iterator[tuple[Route, str, Operation]]:
    for route in _api_routes():
        for method, operation in operations_of(route.view).items():
            yield route, method, operation


def _resolves(path: str) -> bool:
    try:
        return bool(import_module(path).urlpatterns)
    except (ImportError, AttributeError):
        return False


CHECKS = (scopes, endpoints, methods, webhooks)
