"""The ledger: what each school's schema holds. Read here, and written by statements that ride in the transaction
that changes the tables.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils import timezone

from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas import graph
from tenants.schemas.applying import quoted
from tenants.schemas.context import region, school
from tenants.schemas.models import AppVersion, InstalledApp

# Schools that have a schema to be kept up to date.
KEPT = (Lifecycle.ACTIVE, Lifecycle.SUSPENDED)
_TABLE = "public.schemas_installedapp"


@dataclass(frozen=True)
class Standing:
    """One school that is not as the code wants it: label to version, and whether it is in quarantine."""

    uai: str
    type: str
    versions: Mapping[str, str]
    failed: bool = False


def versions(uai: str) -> dict[str, str]:
    """Label to the version that the school holds."""
    with region():
        return dict(InstalledApp.objects.filter(uai=uai).values_list("app_label", "version"))


def behind(wanted: Mapping[str, str], *, core: Iterable[str], uais: Iterable[str] | None = None) -> list[Standing]:
    """Every kept school in which an app is not in the version `wanted`, or one of `core` is missing.

    One query, whatever the number of schools and migrations. Schools in quarantine come last.
    """
    core = list(core)
    with region(), connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT e.uai, e.type, coalesce(jsonb_object_agg(i.app_label, i.version)
                   FILTER (WHERE i.app_label IS NOT NULL), '{{}}'), coalesce(bool_or(i.state = 'failed'), false)
            FROM establishments_establishment e
            LEFT JOIN {_TABLE} i ON i.uai = e.uai
            LEFT JOIN unnest(%s::text[], %s::text[]) AS w (label, version) ON w.label = i.app_label
            WHERE e.lifecycle = ANY(%s) AND (%s::text[] IS NULL OR e.uai = ANY(%s))
            GROUP BY e.uai, e.type
            HAVING coalesce(bool_or(w.version <> i.version OR i.state = 'failed'), false)
                OR count(*) FILTER (WHERE i.app_label = ANY(%s)) < %s
            ORDER BY 4, e.uai
            """,
            [list(wanted), list(wanted.values()), [str(s) for s in KEPT], *([_list(uais)] * 2), core, len(core)],
        )
        return [Standing(uai, kind, _parsed(found), failed) for uai, kind, found, failed in cursor.fetchall()]


def holding(label: str, uais: Iterable[str] | None = None) -> list[Standing]:
    """Every kept school that holds this app, as it stands."""
    with region():
        rows = InstalledApp.objects.filter(uai__in=InstalledApp.objects.filter(app_label=label).values("uai"))
        if uais is not None:
            rows = rows.filter(uai__in=list(uais))
        held: dict[str, dict[str, str]] = {}
        failed: set[str] = set()
        for row in rows:
            held.setdefault(row.uai, {})[row.app_label] = row.version
            failed |= {row.uai} if row.state == InstalledApp.State.FAILED else set()
        kinds = dict(Establishment.objects.filter(uai__in=held, lifecycle__in=KEPT).values_list("uai", "type"))
    return [Standing(uai, kinds[uai], held[uai], uai in failed) for uai in sorted(kinds)]


def _list(uais: Iterable[str] | None) -> list[str] | None:
    return None if uais is None else list(uais)


def _parsed(found: Any) -> dict[str, str]:
    """Django leaves jsonb as text."""
    return dict(json.loads(found) if isinstance(found, str) else found)


# --- versions and the migrations behind them -----------------------------------------------------------------
def migrations_of(label: str, version: str) -> list[str]:
    """The migrations behind a version. Raises LookupError for one that no code here has ever made."""
    known = graph.current()
    if version == graph.NOTHING:
        return []
    if label in known.versions and known.versions[label] == version:
        return known.names[label]
    return list(_learned(label, version))


@lru_cache(maxsize=1024)
def _learned(label: str, version: str) -> tuple[str, ...]:
    """What stands behind a version never changes: it is a hash of it."""
    with region():
        names = AppVersion.objects.filter(app_label=label, version=version).values_list("migrations", flat=True).first()
    if names is None:
        raise LookupError(f"{label} {version}")
    return tuple(names)


def learn(label: str, names: Iterable[str]) -> str:
    """Note which migrations stand behind a version, and return it."""
    names = list(names)
    version = graph.version_of(names)
    with region():
        AppVersion.objects.get_or_create(app_label=label, version=version, defaults={"migrations": names})
    return version


def has_unknown(held: Mapping[str, str]) -> bool:
    """Whether a version says nothing to anybody here: made before the ledger had versions, or elsewhere."""
    for label, version in held.items():
        try:
            migrations_of(label, version)
        except LookupError:
            return True
    return False


def adopt(establishment: Establishment) -> None:
    """Read what a school holds from its own table of migrations, where the ledger says nothing of use."""
    with school(establishment, include_public=False), connection.cursor() as cursor:
        cursor.execute("SELECT app, array_agg(name ORDER BY id) FROM django_migrations GROUP BY app")
        found = dict(cursor.fetchall())
    with region():
        rows = InstalledApp.objects.filter(uai=establishment.uai)
        for row in [row for row in rows if has_unknown({row.app_label: row.version})]:
            rows.filter(pk=row.pk).update(version=learn(row.app_label, found.get(row.app_label, [])))


# --- statements -----------------------------------------------------------------------------------------------
def put(uai: str, held: Mapping[str, str]) -> list[str]:
    """Note that the school now holds these apps in these versions."""
    if not held:
        return []
    values = ", ".join(
        f"({quoted(uai)}, {quoted(label)}, {quoted(version)}, 'ready', '', '', 0, now(), now())"
        for label, version in held.items()
    )
    return [
        f"INSERT INTO {_TABLE} (uai, app_label, version, state, migration, error, operations_done, installed_at,"
        f" changed_at) VALUES {values} ON CONFLICT (uai, app_label) DO UPDATE SET version = EXCLUDED.version,"
        " state = 'ready', migration = '', error = '', operations_done = 0, changed_at = now()"
    ]


def remove(uai: str, labels: Iterable[str] | None = None) -> list[str]:
    which = "" if labels is None else f" AND app_label IN ({', '.join(quoted(label) for label in labels)})"
    return [f"DELETE FROM {_TABLE} WHERE uai = {quoted(uai)}{which}"]


def expect(uai: str, label: str, version: str) -> list[str]:
    """Fail (division by zero, SQLSTATE 22012) unless the school holds the app in this version."""
    if version == graph.NOTHING:
        there = f"NOT EXISTS (SELECT FROM {_TABLE} WHERE uai = {quoted(uai)} AND app_label = {quoted(label)}"
        there += f" AND version <> {quoted(version)})"
    else:
        there = f"EXISTS (SELECT FROM {_TABLE} WHERE uai = {quoted(uai)} AND app_label = {quoted(label)}"
        there += f" AND version = {quoted(version)})"
    return [f"SELECT 1 / ({there})::int"]


def quarantine(uai: str, label: str, migration: str, error: str) -> None:
    """Keep what went wrong with the school, and since when; its host answers a plain page until a run succeeds."""
    with region():
        rows = InstalledApp.objects.filter(uai=uai, app_label=label)
        rows.exclude(state=InstalledApp.State.FAILED).update(changed_at=timezone.now())
        InstalledApp.objects.update_or_create(
            uai=uai,
            app_label=label,
            defaults={"state": InstalledApp.State.FAILED, "migration": migration, "error": error[:4000]},
            create_defaults={
                "state": InstalledApp.State.FAILED,
                "version": graph.NOTHING,
                "migration": migration,
                "error": error[:4000],
            },
        )


def release(uai: str) -> None:
    """End a quarantine: every app of the school is in place again."""
    with region():
        InstalledApp.objects.filter(uai=uai, state=InstalledApp.State.FAILED).update(
            state=InstalledApp.State.READY, migration="", error=""
        )
