"""Durations: each retention of each manifest with the months that the school has chosen."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db.models import QuerySet
from django.utils.module_loading import import_string
from django.utils.text import capfirst

from core.modules import registry
from core.modules.contract import Manifest, Retention
from core.modules.state import Modules


@dataclass(frozen=True)
class Term:
    """How long one model is kept in this school."""

    manifest: Manifest
    rule: Retention
    months: int

    @property
    def model(self) -> str:
        return self.rule.model

    @property
    def label(self) -> str:
        """« Lecture »: what a reader calls the rows."""
        return capfirst(self.rule.rows_called)

    @property
    def path(self) -> str:
        """Where the months stand in a change of modules (core.modules.changes)."""
        return f"settings.{self.rule.key}"

    def limit(self, now: datetime) -> datetime:
        """What was over before this moment has been kept long enough."""
        return months_before(now, self.months)

    def expired(self, limit: datetime) -> QuerySet:
        found: QuerySet = import_string(self.rule.expired)(limit)
        return found


def terms(modules: Modules) -> list[Term]:
    """Every retention of what is installed in this school, in the order of the manifests."""
    return [
        Term(manifest, rule, months_of(modules, manifest, rule))
        for slug, manifest in registry.manifests().items()
        if is_installed(modules, slug)
        for rule in manifest.retention
    ]


def is_installed(modules: Modules, slug: str) -> bool:
    """Whether the tables are here; a module that is off keeps them, and its rows grow old all the same."""
    return registry.get(slug).core or slug in modules.installed


def months_of(modules: Modules, manifest: Manifest, rule: Retention) -> int:
    return int(modules[manifest.slug].settings.get(rule.key, rule.months))


def model_called(label: str) -> str:
    """« Actualités : lecture » for "news.Reading", also when the module is no longer in this installation."""
    try:
        rows = str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label
    manifest = registry.manifests().get(label.partition(".")[0])
    return f"{manifest.name}\u00a0: {rows}" if manifest else capfirst(rows)


def months_before(moment: datetime, months: int) -> datetime:
    """The same day so many months before, or the last of that month when it is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
