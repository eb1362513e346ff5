"""How the schools stand against the code: up to date, behind, ahead, in quarantine. Counted by the database."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Count, QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.errors import DomainError
from tenants.establishments.models import Establishment
from tenants.schemas import graph, ledger
from tenants.schemas.context import region
from tenants.schemas.lanes.chains import Ahead, lane_of, route
from tenants.schemas.models import AppVersion, InstalledApp, Spare, Tombstone, Upgrade
from tenants.schemas.upgrades import services


class Standing(TextChoices):
    """Where one school stands, gravest first."""

    QUARANTINE = "quarantine", _("En quarantaine")
    AHEAD = "ahead", _("En avance")
    BEHIND = "behind", _("En retard")
    CURRENT = "current", _("À jour")


# How a migration reaches the schools, beside the lanes: tables made whole, versions not yet read.
WHOLE, UNREAD = "whole", "unread"

# The rows that are not as the code wants them.
_STRANGE = """
    SELECT i.uai, i.app_label, i.version, i.state FROM public.schemas_installedapp i
    JOIN unnest(%s::text[], %s::text[]) AS w (label, version) ON w.label = i.app_label
    WHERE i.version <> w.version OR i.state = 'failed'
    UNION ALL
    SELECT i.uai, i.app_label, i.version, i.state FROM public.schemas_installedapp i
    WHERE i.state = 'failed' AND i.app_label <> ALL(%s)
"""


@dataclass
class AppCounts:
    """One app: how many schools hold it in the version of the code, in another, or not as they should."""

    label: str
    name: str
    current: int = 0
    behind: int = 0
    ahead: int = 0
    failed: int = 0
    missing: int = 0  # schools without an app that all should have
    # The last migration of each other version, to the number of schools that hold it
    others: dict[str, int] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        return bool(self.behind or self.ahead or self.failed or self.missing)


@dataclass(frozen=True)
class Overview:
    """All kept schools of a part of the region. `standings` maps the UAI of those not up to date to a Standing."""

    total: int
    standings: Mapping[str, Standing]
    apps: list[AppCounts]

    @cached_property
    def counts(self) -> dict[str, int]:
        """Standing to the number of schools."""
        counted = Counter(self.standings.values())
        counted[Standing.CURRENT] = self.total - len(self.standings)
        return {standing.value: counted[standing] for standing in Standing}

    def standing_of(self, uai: str) -> Standing:
        return self.standings.get(uai, Standing.CURRENT)


def kept(schools: QuerySet[Establishment]) -> QuerySet[Establishment]:
    """Those that have a schema to be kept up to date."""
    return schools.filter(lifecycle__in=ledger.KEPT)


def overview(schools: QuerySet[Establishment]) -> Overview:
    """Five queries at most, whatever the number of schools."""
    mine = kept(schools).order_by()
    uais = set(mine.values_list("uai", flat=True))
    held = list(
        InstalledApp.objects.filter(uai__in=mine.values("uai"))
        .values_list("app_label", "version", "state")
        .annotate(n=Count("pk"))
        .order_by("app_label", "version")
    )
    names = _names({(label, version) for label, version, _state, _n in held})
    ahead = frozenset(pair for pair in names if _is_ahead(pair[0], names[pair]))
    counts = _app_counts(held, names, ahead, len(uais))
    standings = {uai: Standing.BEHIND for uai in _incomplete(mine)} if any(row.missing for row in counts) else {}
    for uai, label, version, state in _strange():
        if uai in uais:
            found = _standing(state, ahead=(label, version) in ahead)
            standings[uai] = min(found, standings.get(uai, found), key=_ORDER.index)
    return Overview(len(uais), standings, counts)


_ORDER = list(Standing)


def _standing(state: str, *, ahead: bool) -> Standing:
    if state == InstalledApp.State.FAILED:
        return Standing.QUARANTINE
    return Standing.AHEAD if ahead else Standing.BEHIND


def _strange() -> list[tuple[str, str, str, str]]:
    known = graph.current().versions
    with region(), connection.cursor() as cursor:
        cursor.execute(_STRANGE, [list(known), list(known.values()), list(known)])
        return list(cursor.fetchall())


def _incomplete(schools: QuerySet[Establishment]) -> list[str]:
    """Schools that lack an app of the core."""
    core = graph.current().core
    whole = InstalledApp.objects.filter(app_label__in=core).values("uai").annotate(n=Count("pk")).filter(n=len(core))
    return list(schools.exclude(uai__in=whole.values("uai")).values_list("uai", flat=True))


def name_of(label: str) -> str:
    """An app as a person reads it; its label when the code no longer has it."""
    try:
        return str(apps.get_app_config(label).verbose_name)
    except LookupError:
        return label


def _names(pairs: set[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    """The migrations behind each version that the code does not ask for; unknown ones are left out."""
    known = graph.current().versions
    strange = {(label, version) for label, version in pairs if known.get(label, version) != version}
    rows = AppVersion.objects.filter(version__in={version for _label, version in strange})
    found = {(row.app_label, row.version): list(row.migrations) for row in rows}
    return {pair: found[pair] for pair in strange if pair in found}


def _is_ahead(label: str, migrations: list[str]) -> bool:
    return bool(graph.unknown_and_newer(migrations, graph.current().names.get(label, [])))


def _app_counts(
    held: list[Any], names: Mapping[tuple[str, str], list[str]], ahead: frozenset[tuple[str, str]], total: int
) -> list[AppCounts]:
    known = graph.current()
    counts = {label: AppCounts(label, name_of(label)) for label in known.labels}
    for label, version, state, n in held:
        row = counts.setdefault(label, AppCounts(label, name_of(label)))
        if state == InstalledApp.State.FAILED:
            row.failed += n
        elif known.versions.get(label, version) == version:
            row.current += n
        elif (label, version) in ahead:
            row.ahead += n
        else:
            row.behind += n
        if known.versions.get(label, version) != version:
            last = max(names.get((label, version), []), default="")
            row.others[last] = row.others.get(last, 0) + n
    for label in known.core:
        row = counts[label]
        row.missing = total - (row.current + row.behind + row.ahead + row.failed)
    return list(counts.values())


# --- one school ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class AppState:
    """One app of one school. `state` is one of Standing, or "missing"."""

    label: str
    name: str
    state: str
    migration: str = ""
    error: str = ""
    since: datetime | None = None


def apps_of(uais: Iterable[str]) -> dict[str, list[AppState]]:
    """UAI to the apps of that school, what every school should hold included. Two queries at most."""
    wanted = list(uais)
    known = graph.current()
    rows = list(InstalledApp.objects.filter(uai__in=wanted))
    names = _names({(row.app_label, row.version) for row in rows})
    found: dict[str, list[AppState]] = {uai: [] for uai in wanted}
    for row in rows:
        found[row.uai].append(_app_state(row, names.get((row.app_label, row.version), [])))
    for uai, states in found.items():
        there = {state.label for state in states}
        states += [AppState(label, name_of(label), "missing") for label in known.core if label not in there]
        states.sort(key=lambda state: known.labels.index(state.label) if state.label in known.labels else 999)
        found[uai] = states
    return found


def _app_state(row: InstalledApp, migrations: list[str]) -> AppState:
    current = graph.current().versions.get(row.app_label, row.version) == row.version
    state = Standing.CURRENT if current else Standing.BEHIND
    if not current and _is_ahead(row.app_label, migrations):
        state = Standing.AHEAD
    if row.state == InstalledApp.State.FAILED:
        state = Standing.QUARANTINE
    name = name_of(row.app_label)
    return AppState(row.app_label, name, state.value, row.migration, row.error, row.changed_at)


# --- what an upgrade would do ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One migration, or an app's tables (`lane` is then WHOLE), and how many schools lack it."""

    what: str
    lane: str
    schools: int


@dataclass(frozen=True)
class Plan:
    """`schools` of which something is lacking or in quarantine; `ahead` of which newer code has taken some."""

    schools: int
    ahead: int
    quarantined: int
    lines: list[Line]


def plan() -> Plan:
    """What bringing every school up to date would apply. Nothing is compiled, and no school is entered."""
    standings = services.pending()
    seen: Counter[tuple[str, str]] = Counter()
    ahead = 0
    for held, schools in Counter(frozenset(s.versions.items()) for s in standings).items():
        lacks = list(_lacks(dict(held)))
        ahead += schools if any(lane == Standing.AHEAD for _what, lane in lacks) else 0
        for what, lane in lacks:
            seen[(what, lane)] += schools if lane != Standing.AHEAD else 0
    lines = [Line(what, lane, schools) for (what, lane), schools in seen.items() if schools]
    return Plan(len(standings), ahead, sum(s.failed for s in standings), lines)


def _lacks(held: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    known = graph.current()
    for label in known.ordered(known.labels):
        version = held.get(label, graph.NOTHING)
        if version == graph.NOTHING:
            if label in known.core and known.versions[label] != graph.NOTHING:
                yield label, WHOLE
        elif version != known.versions[label]:
            try:
                way = route(label, version)
            except Ahead:
                yield label, Standing.AHEAD.value
            except (LookupError, DomainError):
                yield label, UNREAD
            else:
                yield from ((f"{label}.{migration.name}", lane_of(migration)) for migration, _backwards in way.plan)


# --- the upgrade that runs ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Progress:
    """How far an upgrade is. `rate` is in schools a second, None before the first."""

    upgrade: Upgrade
    taken: int
    rate: float | None
    left: timedelta | None
    silent: bool

    @property
    def moving(self) -> bool:
        """Whether something is to be awaited: a page then asks again by itself."""
        return self.upgrade.state in {services.State.WAITING, services.State.RUNNING, services.State.PAUSING} and (
            not self.silent
        )

    @property
    def lingering(self) -> bool:
        """Asked for, and taken up by nobody for a while."""
        asked = self.upgrade.beat_at or self.upgrade.created_at
        return self.upgrade.state == services.State.WAITING and timezone.now() - asked > services.SILENCE


def progress_of(upgrade: Upgrade) -> Progress:
    taken = upgrade.done + upgrade.failed + upgrade.busy
    rate = left = None
    if upgrade.started_at and upgrade.beat_at and taken and upgrade.beat_at > upgrade.started_at:
        rate = taken / (upgrade.beat_at - upgrade.started_at).total_seconds()
        left = timedelta(seconds=round(max(upgrade.total - taken, 0) / rate))
    return Progress(upgrade, taken, rate, left, services.is_silent(upgrade))


def spares_ready() -> int:
    return Spare.objects.count()


def tombstones() -> QuerySet[Tombstone]:
    """Schools that were erased or replaced and are not destroyed for good yet."""
    return Tombstone.objects.filter(destroyed_at=None)
