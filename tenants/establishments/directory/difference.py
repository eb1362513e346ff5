"""What a file would change."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from tenants.establishments.directory.entries import Entry, LeftAside, Refused, entry_from
from tenants.establishments.directory.reading import Line, open_table
from tenants.establishments.models import Establishment
from tenants.schemas.context import region

Progress = Callable[[int, int], None]
_EVERY = 200


@dataclass(frozen=True)
class Refusal:
    """A line that is not loaded: its number, its cells as they came, and why."""

    line: int
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Update:
    """A known school and what changes there: `{"headcount": [393, 401]}`."""

    uai: str
    label: str
    changes: dict[str, list[Any]]


@dataclass
class Plan:
    """The difference between a file and what is known. Counts and details; nothing is written yet."""

    header: tuple[str, ...] = ()
    separator: str = ";"
    entries: dict[str, Entry] = field(default_factory=dict)
    created: list[Entry] = field(default_factory=list)
    updated: list[Update] = field(default_factory=list)
    unchanged: int = 0
    ignored: int = 0
    refused: list[Refusal] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "created": len(self.created),
            "updated": len(self.updated),
            "unchanged": self.unchanged,
            "refused": len(self.refused),
        }

    @property
    def fingerprint(self) -> str:
        """Of what would be written, so that what is applied is what was shown."""
        told = [
            sorted(repr(entry) for entry in self.created),
            sorted(repr(update) for update in self.updated),
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def plan(stream: BinaryIO, progress: Progress | None = None) -> Plan:
    """Read the whole file and compare it with the database. Raises UnreadableFile.

    `progress` is told lines read and lines in all, from time to time.
    """
    table = open_table(stream)
    made = Plan(header=table.header, separator=table.separator)
    for done, line in enumerate(table.lines, start=1):
        _take(made, line)
        if progress and done % _EVERY == 0:
            progress(done, table.total)
    compare(made)
    if progress:
        progress(table.total, table.total)
    return made


def compare(made: Plan) -> None:
    """Fill in what `made.entries` would create and change, against the database as it is now."""
    with region():
        known = {school.uai: school for school in Establishment.objects.filter(uai__in=list(made.entries)).iterator()}
    made.created = [entry for uai, entry in made.entries.items() if uai not in known]
    made.updated = []
    for uai, school in known.items():
        if changes := changes_of(school, made.entries[uai]):
            made.updated.append(Update(uai, school.full_name, changes))
    made.updated.sort(key=lambda update: update.uai)
    made.unchanged = len(known) - len(made.updated)


def changes_of(school: Establishment, entry: Entry) -> dict[str, list[Any]]:
    """Field to [before, after], for what the file says and differs."""
    return {
        name: [getattr(school, name), value] for name, value in entry.facts().items() if getattr(school, name) != value
    }


def _take(made: Plan, line: Line) -> None:
    try:
        if line.problem:
            raise Refused(line.problem)
        entry = entry_from(line.values)
        _once(made, entry)
    except LeftAside:
        made.ignored += 1
    except Refused as refusal:
        made.refused.append(Refusal(line.number, line.cells, str(refusal)))


def _once(made: Plan, entry: Entry) -> None:
    """The first line of a UAI counts; the same again is nothing new, another is refused.

    The national directory gives a site with several natures several lines, marked multi_uai.
    """
    before = made.entries.setdefault(entry.uai, entry)
    if before == entry:
        return
    if before.several and entry.several:
        raise LeftAside
    raise Refused(_("L’UAI %(uai)s est déjà dans le fichier, avec d’autres valeurs.") % {"uai": entry.uai})


def by_departement(entries: Iterable[Entry]) -> dict[str, int]:
    """How many schools of each département, by its name, the largest first."""
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.departement] = counts.get(entry.departement, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))
