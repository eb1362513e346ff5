"""Blueprints kept in the database, so that one process captures and all others read."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from django.db import connection

from tenants.schemas import graph
from tenants.schemas.blueprint.capture import BASE, capture
from tenants.schemas.blueprint.definition import FORMAT, Definition
from tenants.schemas.context import region
from tenants.schemas.models import AppVersion, Blueprint

_LOCK = "hashtextextended('preau-capture', 0)"


def for_labels(labels: Iterable[str]) -> list[Definition]:
    """The definitions of these apps as the code has them, the base first, in the order of their dependencies.

    Captures them when no process has yet. Raises RuntimeError when an app stands on one that is not named.
    """
    order = [BASE, *graph.current().ordered(labels)]
    keys = {label: key_of(label) for label in order}
    found = {label: _kept(label, key) for label, key in keys.items()}
    if None in found.values():
        _capture()
        found = {label: _kept(label, key) for label, key in keys.items()}
    return [definition for definition in found.values() if definition is not None]


def for_versions(versions: Mapping[str, str]) -> list[Definition]:
    """The last definitions captured of these versions, the base first; LookupError when one was never captured.

    In the order of the code's dependencies, apps that it no longer has last.
    """
    known = [label for label in graph.current().ordered(graph.current().labels) if label in versions]
    order = [*known, *sorted(set(versions) - set(known))]
    with region():
        rows = Blueprint.objects.filter(
            app_label__in=order, version__in=set(versions.values()), content__format=FORMAT
        ).order_by("captured_at")
        kept = {row.app_label: row for row in rows if versions[row.app_label] == row.version}
    if missing := [label for label in order if label not in kept]:
        raise LookupError(f"no blueprint of {', '.join(missing)} in the version of this school")
    return [*for_labels([]), *(Definition.from_json(kept[label].content) for label in order)]


def keep(definitions: Iterable[Definition]) -> None:
    """Note definitions that came from elsewhere (a bundle of another region), so that they can be built on."""
    with region():
        for definition in definitions:
            if definition.label != BASE:
                key = hashlib.sha256(repr(definition.as_json()).encode()).hexdigest()
                _keep(definition, key)


@cache
def _by_key(label: str, key: str) -> Definition:
    content = Blueprint.objects.filter(app_label=label, key=key).values_list("content", flat=True).first()
    if content is None:
        raise LookupError(label)
    return Definition.from_json(content)


def _kept(label: str, key: str) -> Definition | None:
    with region():
        try:
            return _by_key(label, key)
        except LookupError:
            return None


def key_of(label: str) -> str:
    """Of the code's blueprint of an app: what the migrations depend on, and what reads and writes it."""
    known = graph.current()
    source = known.key(label) if label != BASE else ""
    return hashlib.sha256(f"{FORMAT} {_server_version()} {source}".encode()).hexdigest()


@cache
def _server_version() -> int:
    """The major version. Two databases of one process are of the same server (or a restart follows)."""
    with region():
        connection.ensure_connection()
        return int(connection.pg_version) // 10000  # type: ignore[attr-defined]


def _capture() -> None:
    known = graph.current()
    with _alone(), region():
        if all(_kept(label, key_of(label)) for label in [BASE, *known.labels]):
            return  # another process was faster
        for definition in capture(known):
            _keep(definition, key_of(definition.label))


def _keep(definition: Definition, key: str) -> None:
    Blueprint.objects.get_or_create(
        app_label=definition.label,
        key=key,
        defaults={"version": definition.version, "content": definition.as_json()},
    )
    AppVersion.objects.get_or_create(
        app_label=definition.label, version=definition.version, defaults={"migrations": definition.migrations}
    )


@contextmanager
def _alone() -> Iterator[None]:
    """One capture at a time: it also removes the templates that a killed one left."""
    with region(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({_LOCK})")
    try:
        yield
    finally:
        with region(), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_unlock({_LOCK})")
