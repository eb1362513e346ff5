"""Whether a school is whole or absent: its ledger, its schema, Django's own record, its rows, and its state agree."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from scripts.support.bench.more_migrations import APP

# What a half-done operation outside transactions may have changed.
_MID_WAY = f"relation {APP}_person"
_NOTE = "2026"  # what the migration in Python writes
_planted: set[str] = set()  # schools with a witness


def present() -> set[str]:
    """The UAI of every school that has a schema or an entry in the ledger."""
    from django.db import connection

    from tenants.schemas.models import InstalledApp

    with connection.cursor() as cursor:
        cursor.execute("SELECT upper(substr(nspname, 3)) FROM pg_namespace WHERE nspname ~ '^e_[0-9]{7}[a-z]$'")
        schemas = {uai for (uai,) in cursor.fetchall()}
    return schemas | set(InstalledApp.objects.values_list("uai", flat=True))


def plant(uais: Iterable[str]) -> None:
    """A person in each school, whom nothing may lose."""
    from core.people.models import Person
    from tenants.schemas.context import school

    for uai in uais:
        with school(uai):
            Person.objects.create(first_name="Témoin", last_name=uai, roles=["teacher"])
        _planted.add(uai)


def compare(uais: Iterable[str], wanted: Mapping[str, str], *, mid_way: bool) -> list[str]:
    """What does not agree, in words. Schools in `wanted` must be open, and hold this version of the app that moves.

    `mid_way`: a migration outside transactions may stand between two of its operations, if the ledger says so.
    """
    from tenants.establishments.models import Establishment
    from tenants.schemas.blueprint.fingerprint import fingerprints
    from tenants.schemas.models import InstalledApp

    rows = {row.uai: row for row in Establishment.objects.filter(uai__in=uais)}
    ledger: dict[str, dict[str, InstalledApp]] = {uai: {} for uai in rows}
    for entry in InstalledApp.objects.filter(uai__in=rows):
        ledger[entry.uai][entry.app_label] = entry
    found = fingerprints([row.schema_name for row in rows.values()])
    faults: list[str] = []
    for uai, row in sorted(rows.items()):
        faults += [
            f"{uai} : {fault}"
            for fault in _school(row, ledger[uai], found.get(row.schema_name), wanted.get(uai), mid_way=mid_way)
        ]
    return faults


def _school(row, held, objects, wanted, *, mid_way):
    if not held and objects is None:
        return ["absent alors qu’il devait être fait"] if wanted or row.is_active else []
    if not held or objects is None:
        return [f"registre {'vide' if not held else 'rempli'}, schéma {'absent' if objects is None else 'présent'}"]
    faults = []
    if wanted:
        faults += [f"resté en {row.lifecycle}"] if not row.is_active else []
        faults += ["pas à la version attendue"] if held[APP].version != wanted else []
        faults += [f"{label} en quarantaine : {app.error}" for label, app in held.items() if app.state == "failed"]
        faults += ["opérations en suspens"] if any(app.operations_done for app in held.values()) else []
    faults += _structure(held, objects, mid_way=mid_way)
    return faults + _rows(row, held)


def _structure(held, objects, *, mid_way):
    expected = _expected(tuple(sorted((label, app.version) for label, app in held.items())))
    differing = {key for key in expected.keys() | objects.keys() if expected.get(key) != objects.get(key)}
    if mid_way and held[APP].operations_done:
        differing.discard(_MID_WAY)
    return [f"diffère du plan : {', '.join(sorted(differing)[:5])}"] if differing else []


@lru_cache(maxsize=64)
def _expected(versions: tuple[tuple[str, str], ...]) -> dict[str, str]:
    from tenants.schemas.blueprint import store

    expected: dict[str, str] = {}
    for definition in store.for_versions(dict(versions)):
        expected.update(definition.objects)
    return expected


@lru_cache(maxsize=64)
def _migrations(label: str, version: str) -> frozenset[str]:
    from tenants.schemas.models import AppVersion

    return frozenset(AppVersion.objects.get(app_label=label, version=version).migrations)


def _rows(row, held):
    """Django's record, the first rows, and the person that was planted."""
    from django.db import connection

    from tenants.schemas.context import school

    faults = []
    recorded = {(label, name) for label, app in held.items() for name in _migrations(label, app.version)}
    noted = any("bench_python" in name for _label, name in recorded)
    column = any("bench_field" in name for _label, name in recorded)
    with school(row.uai, include_public=False), connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        if set(cursor.fetchall()) != recorded:
            faults.append("la table des migrations ne dit pas ce que dit le registre")
        cursor.execute("SELECT count(*) FROM modules_modulechoice")
        if not cursor.fetchone()[0]:
            faults.append("sans ses premières lignes")
        cursor.execute("SELECT last_name, to_jsonb(p) ->> 'bench_note' FROM people_person p")
        people = cursor.fetchall()
    if row.uai in _planted and [name for name, _note in people] != [row.uai]:
        faults.append("des lignes ont disparu")
    if any((note is not None) != column for _name, note in people):
        faults.append("la colonne ne suit pas la version")
    if noted and any(note != _NOTE for _name, note in people):
        faults.append("le travail en Python ne suit pas la version")
    return faults
