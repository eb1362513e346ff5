"""From a source to the parts of its schools: opening it, asking whether it is the right one, sorting it once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from core.errors import DomainError
from core.imports import readers
from core.imports.engine import spool
from core.imports.engine.spool import Sorted
from core.imports.models import Run
from core.imports.neutral import Format, Reading, SourceInfo, Structure
from core.imports.readers.academies import academy_code, academy_of_uai
from core.imports.sources import open_source
from tenants.accounts import identities
from tenants.establishments.models import Establishment, Lifecycle
from tenants.imports import selectors as regional
from tenants.schemas.context import region

Step = Callable[[int], None]


@dataclass(frozen=True)
class Wanted:
    """What is read and for whom: one school (`uai`), or every school that `open_schools` names."""

    paths: tuple[Path, ...]
    format: Format | None
    uai: str = ""
    open_schools: frozenset[str] = frozenset()
    # What somebody said of structures: "52003" or "aaf.12:52003" to UAI
    structures: Mapping[str, str] | None = None
    mapping: Mapping[str, str] | None = None
    # Code of the académie of a source that does not say it: "15"
    academy: str = ""


@contextmanager
def opened(wanted: Wanted, today: date) -> Iterator[Reading]:
    """The source, its head read. Raises DomainError where it is not what was meant."""
    with open_source(*wanted.paths) as source:
        yield readers.read(
            source, format=wanted.format, academie=wanted.academy or _academy(wanted.uai), uai=wanted.uai,
            mapping=wanted.mapping, today=today, guess=None if wanted.academy else _academy_knowing,
        )  # fmt: skip


def sort(
    reading: Reading, wanted: Wanted, folder: Path, *, today: date, step: Step | None = None
) -> tuple[SourceInfo, Sorted]:
    """Sort the records of the source into `folder`. Raises DomainError for a source of another school."""
    route = Routes(wanted)
    if wanted.uai and reading.info.uais and not route.may_lead(wanted.uai, reading.info.uais):
        raise other_school(wanted.uai, reading.info.uais)
    found = spool.sort(reading, folder, route, today=today, home=wanted.uai, step=step)
    if wanted.uai and (unknown := route.only_unknown(found)):
        said = {**(wanted.structures or {}), unknown: wanted.uai}
        return _sort_again(replace(wanted, structures=said), folder, today)
    if wanted.uai:
        _guard_home(wanted.uai, found, route)
    return reading.info, found


def _sort_again(wanted: Wanted, folder: Path, today: date) -> tuple[SourceInfo, Sorted]:
    """The source names one structure, without its file, and nobody knows it: it is the school that was said."""
    for left in folder.glob("*.part"):
        left.unlink()
    with opened(wanted, today) as source:
        return sort(source, wanted, folder, today=today)


class Routes:
    """Structures to schools: as somebody said, as the region noted, as the source says, as an earlier one said."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._said = {key.strip(): uai.strip().upper() for key, uai in (wanted.structures or {}).items()}
        self._noted, self._learned = regional.routes()
        # What earlier imports of this one school called it
        self._home = _own_structures() if wanted.uai else frozenset()
        # Every UAI that structures led to, wanted or not
        self.seen: set[str] = set()

    def __call__(self, structure: Structure) -> str:
        uai = self.uai_of(structure)
        if uai:
            self.seen.add(uai)
        if self._wanted.uai:
            return uai if uai == self._wanted.uai else ""
        return uai if uai in self._wanted.open_schools else ""

    def uai_of(self, structure: Structure) -> str:
        jointure = structure.key.partition(":")[2]
        for said in (self._said, self._noted):
            if found := said.get(structure.key) or said.get(jointure):
                return found
        if structure.uai:
            return structure.uai.upper()
        return self._wanted.uai if structure.key in self._home else self._learned.get(structure.key, "")

    def only_unknown(self, found: Sorted) -> str:
        """The one structure of the source, where nothing said which school it is and this school has had none."""
        if len(found.structures) != 1 or self._home or self.seen:
            return ""
        key, uai = next(iter(found.structures.items()))
        return "" if uai or found.structure_names.get(key) else key

    def may_lead(self, uai: str, uais: Iterable[str]) -> bool:
        """Whether a source of these schools can be of this one: it is among them, or a route leads there."""
        return uai in {one.upper() for one in uais} or uai in {*self._said.values(), *self._noted.values()}


def other_school(uai: str, uais: Iterable[str]) -> DomainError:
    told = ", ".join(sorted(uais)[:5]) or _("aucun établissement connu")
    sentence = _("Ce fichier est d’un autre établissement (%(told)s)\u00a0: prenez celui de l’établissement %(uai)s.")
    return DomainError("other-school", sentence % {"told": told, "uai": uai})


def _guard_home(uai: str, found: Sorted, route: Routes) -> None:
    """Structures that all lead elsewhere: it is a file of somebody else."""
    if found.structures and uai not in found.structures.values() and not sum(found.schools[uai].values()):
        raise other_school(uai, route.seen)
    if not sum(found.schools[uai].values()) and not found.read:
        raise DomainError("empty", _("Ce fichier ne contient personne\u00a0: demandez-en un autre."))


def _own_structures() -> frozenset[str]:
    """The structures that imports of the school one stands in were of: a delta no longer says whose they are."""
    told = Run.objects.exclude(applied_at=None).values_list("report__structures", flat=True)
    return frozenset(key for keys in told if keys for key in keys)


def _academy_knowing(identifiers: Sequence[str]) -> str:
    """Code of the one académie of the region that knows most of these people by their keys; empty for none."""
    with region():
        active = Establishment.objects.filter(lifecycle=Lifecycle.ACTIVE)
        names = list(active.order_by().values_list("academie", flat=True).distinct())
    codes = sorted({academy_code("", name) for name in names} - {""})
    found = {code: identities.count_known(f"aaf.{code}:{one}" for one in identifiers) for code in codes}
    best = max(found.values(), default=0)
    likely = [code for code, number in found.items() if number and number * 2 > best]
    return likely[0] if len(likely) == 1 else ""


def _academy(uai: str) -> str:
    """Code of the académie of a school, for sources that do not say it."""
    if not uai:
        return ""
    name = Establishment.objects.filter(uai=uai).values_list("academie", flat=True).first() or ""
    return academy_code("", name) or academy_of_uai(uai)
