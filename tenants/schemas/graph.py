"""The migrations of the schools' apps, as the code has them: versions, order and fingerprints. No database.

A version stands for a set of migrations of one app: the hash of their names. The ledger holds one for each app
of each school, so that "nothing to do" is a comparison of strings.
"""

import hashlib
import sys
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.signals import setting_changed
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

Node = tuple[str, str]
Plan = list[tuple[Migration, bool]]

# Of no migration at all: an app that a school should have and has not.
NOTHING = hashlib.sha256(b"").hexdigest()[:16]


def version_of(names: Iterable[str]) -> str:
    """The version that stands for these migrations of one app: 16 hexadecimal digits, whatever their order."""
    return hashlib.sha256("\n".join(sorted(set(names))).encode()).hexdigest()[:16]


def school_labels() -> list[str]:
    """The labels of all apps that a school may hold."""
    return [_label(name) for name in settings.TENANT_APPS]


def core_labels() -> list[str]:
    """The labels of the apps whose tables every school holds."""
    return [_label(name) for name in settings.TENANT_APPS if name not in settings.MODULES]


def _label(app: str) -> str:
    return next(config.label for config in apps.get_app_configs() if config.name == app)


class Loader(MigrationLoader):
    """Django's loader, told what is applied instead of asking a database."""

    def __init__(self, applied: Iterable[Node] = ()) -> None:
        self._applied: dict[Node, Any] = dict.fromkeys(applied)
        super().__init__(None, ignore_no_migrations=True)

    @property
    def applied_migrations(self) -> dict[Node, Any]:
        return self._applied

    @applied_migrations.setter
    def applied_migrations(self, value: Any) -> None:
        """The parent sets what it would have read."""


class Planner(MigrationExecutor):
    """Django's own planning over a loader of ours."""

    def __init__(self, loader: Loader) -> None:
        self.connection = connection
        self.loader = loader
        self.progress_callback = None

    def state(self, labels: Iterable[str] | None = None) -> ProjectState:
        """The models as the applied migrations leave them, of these apps only (None: all)."""
        state = ProjectState(real_apps=self.loader.unmigrated_apps)
        wanted = None if labels is None else set(labels)
        for migration, _backwards in self.migration_plan(self.loader.graph.leaf_nodes(), clean_start=True):
            applied = (migration.app_label, migration.name) in self.loader.applied_migrations
            if applied and (wanted is None or migration.app_label in wanted):
                migration.mutate_state(state, preserve=False)
        return state


class Graph:
    """The migrations of the schools' apps in the code that runs."""

    def __init__(self) -> None:
        self.loader = Loader()
        self.labels = school_labels()
        self.core = core_labels()

    @cached_property
    def names(self) -> dict[str, list[str]]:
        """Label to the names of its migrations in order, those that a squashed one replaces included."""
        found: dict[str, list[str]] = {label: [] for label in self.labels}
        for label in self.labels:
            for node in self.plan_of([label]):
                if node[0] == label:
                    migration = self.loader.graph.nodes[node]
                    found[label] += [name for app, name in migration.replaces if app == label] + [node[1]]
        return found

    @cached_property
    def versions(self) -> dict[str, str]:
        """Label to the version that the code asks for."""
        return {label: version_of(names) for label, names in self.names.items()}

    @cached_property
    def stands_on(self) -> dict[str, frozenset[str]]:
        """Label to the other labels whose migrations come before its own."""
        return {
            label: frozenset(app for app, _name in self.plan_of([label]) if app != label) for label in self.labels
        }

    def plan_of(self, labels: Iterable[str]) -> list[Node]:
        """Every migration that these apps need, from nothing, in order."""
        graph = self.loader.graph
        plan: list[Node] = []
        for label in labels:
            for leaf in graph.leaf_nodes(label):
                plan += [node for node in graph.forwards_plan(leaf) if node not in plan]
        return plan

    def ordered(self, labels: Iterable[str]) -> list[str]:
        """These labels, what is stood on first. Raises RuntimeError when one stands on something not named."""
        wanted = set(labels)
        if strangers := {other for label in wanted for other in self.stands_on[label]} - wanted:
            raise RuntimeError(f"migrations of {sorted(wanted)} would also create tables of {sorted(strangers)}")
        order: list[str] = []
        for label in self.labels:
            self._place(label, wanted, order, frozenset())
        return order

    def _place(self, label: str, wanted: set[str], order: list[str], above: frozenset[str]) -> None:
        if label in order or label not in wanted:
            return
        if label in above:
            raise RuntimeError(f"the migrations of {sorted(above)} stand on each other in a circle")
        for other in sorted(self.stands_on[label]):
            self._place(other, wanted, order, above | {label})
        order.append(label)

    def key(self, label: str) -> str:
        """Hashes all that an app's blueprint depends on: its migrations' text, those before them, Django."""
        digest = hashlib.sha256(f"{django.VERSION} {settings.DEFAULT_AUTO_FIELD}".encode())
        for node in self.plan_of([label]):
            digest.update(f"\0{node[0]}.{node[1]}\0".encode() + self._source(node))
        return digest.hexdigest()

    def _source(self, node: Node) -> bytes:
        file = sys.modules[type(self.loader.graph.nodes[node]).__module__].__file__
        return Path(str(file)).read_bytes()


@cache
def current() -> Graph:
    """The graph of the code that runs, read once a process."""
    return Graph()


def _forget(*, setting: str, **_kwargs: Any) -> None:
    if setting in {"MIGRATION_MODULES", "TENANT_APPS", "MODULES"}:
        current.cache_clear()


setting_changed.connect(_forget, dispatch_uid="schemas.graph")


def unknown_and_newer(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """Of a school's migrations, those that newer code must have made.

    Names that the code no longer has are also left behind by squashing; those are older than the last known.
    """
    last = max(known, default="")
    return sorted(name for name in set(names) - set(known) if name > last)


def nodes_of(applied: Mapping[str, Iterable[str]]) -> list[Node]:
    return [(label, name) for label, names in applied.items() for name in names]
