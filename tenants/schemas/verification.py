"""Comparing what stands in schools with their blueprints: divergence that no ledger can know of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db import connection

from tenants.establishments.models import Establishment
from tenants.schemas import graph, ledger
from tenants.schemas.blueprint import store
from tenants.schemas.blueprint.capture import BASE
from tenants.schemas.blueprint.definition import Definition
from tenants.schemas.blueprint.fingerprint import fingerprints
from tenants.schemas.context import region
from tenants.schemas.models import Blueprint, InstalledApp

SLICE = 200  # schemas in one query of the catalogs

Held = dict[str, str]  # app label to version


@dataclass(frozen=True)
class Divergence:
    """What a school has and its blueprints have not, or the reverse.

    `unknown` names the apps whose version has no blueprint: such a school cannot be compared, and counts as sound.
    """

    uai: str
    absent: bool = False  # no schema at all
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.absent or self.missing or self.extra or self.differing)


def verify(uais: Iterable[str] | None = None) -> Iterator[list[Divergence]]:
    """Compare the open and suspended schools, or those named; yields a list for each slice, as it is done.

    A school that seems to diverge is looked at once more: it may have been upgraded in between. Its list holds an
    entry for each school compared, which is false when all is as it should be.
    """
    with region():
        rows = Establishment.objects.filter(lifecycle__in=ledger.KEPT).order_by("uai")
        if uais is not None:
            rows = rows.filter(uai__in=list(uais))
        schools = list(rows)
    expected = _Expected()
    for start in range(0, len(schools), SLICE):
        part = schools[start : start + SLICE]
        found = _compare(part, expected)
        again = [school for school in part if found[school.uai]]
        yield list((found | _compare(again, expected)).values())
        if not connection.in_atomic_block:
            connection.close()  # its server process keeps what it read of each table


def _compare(schools: list[Establishment], expected: "_Expected") -> dict[str, Divergence]:
    if not schools:
        return {}
    held = _held([school.uai for school in schools])
    standing = fingerprints([school.schema_name for school in schools])
    return {
        school.uai: _difference(school.uai, standing.get(school.schema_name), held[school.uai], expected)
        for school in schools
    }


def _held(uais: list[str]) -> dict[str, Held]:
    found: dict[str, Held] = {uai: {} for uai in uais}
    with region():
        rows = InstalledApp.objects.filter(uai__in=uais).exclude(version=graph.NOTHING)
        for uai, label, version in rows.values_list("uai", "app_label", "version"):
            found[uai][label] = version
    return found


def _difference(uai: str, there: Mapping[str, str] | None, held: Held, expected: "_Expected") -> Divergence:
    if there is None:
        return Divergence(uai, absent=True)
    wanted, unknown = expected.of(held)
    if unknown:
        return Divergence(uai, unknown=unknown)
    return Divergence(
        uai,
        missing=sorted(wanted.keys() - there.keys()),
        extra=sorted(there.keys() - wanted.keys()),
        differing=sorted(key for key in wanted.keys() & there.keys() if wanted[key] != there[key]),
    )


class _Expected:
    """The digests that schools of the same versions should have, put together once."""

    def __init__(self) -> None:
        current = store.for_labels(graph.current().labels)
        self.order = [definition.label for definition in current]
        self.definitions: dict[tuple[str, str], Definition | None] = {(d.label, d.version): d for d in current}
        self.base = current[0]
        self.known: dict[frozenset[tuple[str, str]], tuple[dict[str, str], list[str]]] = {}

    def of(self, held: Held) -> tuple[dict[str, str], list[str]]:
        """Object to digest, and the apps whose version has no blueprint."""
        key = frozenset(held.items())
        if key not in self.known:
            self.known[key] = self._put_together(held)
        return self.known[key]

    def _put_together(self, held: Held) -> tuple[dict[str, str], list[str]]:
        wanted, unknown = dict(self.base.objects), []
        known = [label for label in self.order if label in held]
        for label in [*known, *sorted(held.keys() - set(self.order))]:
            definition = self._definition(label, held[label])
            if definition is None:
                unknown.append(label)
            elif label != BASE:
                wanted |= definition.objects
        return wanted, unknown

    def _definition(self, label: str, version: str) -> Definition | None:
        if (label, version) not in self.definitions:
            with region():
                rows = Blueprint.objects.filter(app_label=label, version=version).order_by("captured_at")
                last = rows.values_list("content", flat=True).last()
            try:
                self.definitions[(label, version)] = Definition.from_json(last) if last is not None else None
            except ValueError:  # captured in a former format
                self.definitions[(label, version)] = None
        return self.definitions[(label, version)]
