"""Small sources for tests: people of one or two schools in the neutral form, imported as the engine does."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.imports.engine import pipeline, spool
from core.imports.neutral import (
    Division,
    Facet,
    Format,
    GroupInfo,
    PersonInfo,
    PersonKind,
    Reading,
    Record,
    Relation,
    SourceInfo,
    Stay,
    StayKind,
    Structure,
    SubjectInfo,
    Teaching,
)
from core.people.choices import Authority, Kinship
from tenants.schemas.context import school

TODAY = date(2026, 11, 22)
FACETS = {
    PersonKind.PUPIL: frozenset({Facet.RELATIONS, Facet.STAYS}),
    PersonKind.GUARDIAN: frozenset(),
    PersonKind.STAFF: frozenset({Facet.STAYS, Facet.TEACHING, Facet.ROLES}),
}


@dataclass
class Feed:
    """`Feed(uai).pupil("1", "Zoé", "Ferry", "6A", guardians={"2": …})`: each call adds records."""

    uai: str
    format: Format = Format.AAF
    complete: bool = True
    year: int | None = None
    space: str = "aaf.15"
    groups: list[Record] = field(default_factory=list)
    pupils: list[list[Record]] = field(default_factory=list)
    guardians: list[list[Record]] = field(default_factory=list)
    staff_: list[list[Record]] = field(default_factory=list)
    others: list[Record] = field(default_factory=list)

    @property
    def structure(self) -> str:
        return f"{self.space}:{self.uai}"

    def key(self, number: str) -> str:
        return f"{self.space}:{number}"

    def pupil(self, number, first, last, *classes, guardians=(), born=date(2014, 5, 3), groups=(), **more) -> "Feed":
        more = {"structures": (self.structure,), "facets": FACETS[PersonKind.PUPIL], "birth_date": born} | more
        found: list[Record] = [PersonInfo(PersonKind.PUPIL, self.key(number), last, first, **more)]
        for priority, one in enumerate(guardians, start=1):
            given = one if isinstance(one, tuple) else (one, Kinship.MOTHER, Authority.LEGAL)
            found.append(Relation(self.key(number), self.key(given[0]), given[1], given[2], priority=priority))
        found += [Stay(self.key(number), self.structure, StayKind.CLASS, code) for code in classes]
        found += [Stay(self.key(number), self.structure, StayKind.GROUP, code) for code in groups]
        self.pupils.append(found)
        return self

    def guardian(self, number, first, last, **more) -> "Feed":
        self.guardians.append([PersonInfo(PersonKind.GUARDIAN, self.key(number), last, first, **more)])
        return self

    def staff(self, number, first, last, *taught, roles=("teacher",), heads=(), **more) -> "Feed":
        more = {"structures": (self.structure,), "facets": FACETS[PersonKind.STAFF]} | more
        found: list[Record] = [
            PersonInfo(PersonKind.STAFF, self.key(number), last, first, roles=frozenset(roles), **more)
        ]
        found += [Stay(self.key(number), self.structure, StayKind.MAIN_TEACHER, code) for code in heads]
        for code, subject in taught:
            found.append(Teaching(self.key(number), self.structure, StayKind.CLASS, code, subject))
        self.staff_.append(found)
        return self

    def records(self) -> Iterable[Record]:
        yield Structure(
            self.structure,
            self.uai,
            "COLLEGE",
            divisions=tuple(one for one in self.others if isinstance(one, Division)),
            groups=tuple(one for one in self.others if isinstance(one, GroupInfo)),
        )
        yield from (one for one in self.others if isinstance(one, SubjectInfo))
        for some in (self.pupils, self.guardians, self.staff_):
            for records in some:
                yield from records
        yield from (one for one in self.others if not isinstance(one, Division | GroupInfo | SubjectInfo))

    def info(self) -> SourceInfo:
        return SourceInfo(self.format, "AAF 2D d’essai", self.complete, school_year=self.year, digest="0" * 64)

    def without(self, *numbers: str) -> "Feed":
        keys = {self.key(number) for number in numbers}
        kept = {
            name: [some for some in getattr(self, name) if some[0].key not in keys]
            for name in ("pupils", "guardians", "staff_")
        }
        return replace(self, **kept)


def run(feed: Feed, establishment: Any, *, confirmed: bool = True, show: bool = False, **order: Any) -> Any:
    """Import the feed into the school; returns the engine's outcome."""
    with TemporaryDirectory() as folder:
        path = Path(folder)
        route = {feed.structure: feed.uai}
        reading = Reading(feed.info(), iter(feed.records()))
        found = spool.sort(
            reading, path, lambda structure: route.get(structure.key, ""), today=TODAY, home=establishment.uai
        )
        with school(establishment):
            values = {"by_system": True, "today": TODAY} | order
            read = dict(found.schools[establishment.uai])
            asked = pipeline.Order(feed.info(), path, establishment.uai, read, **values)
            if show:
                return pipeline.show(asked, None)
            return pipeline.apply(asked, confirmed=confirmed)


def without_relations(feed: Feed, number: str, *guardians: str) -> Feed:
    """The same, where a pupil has no guardians any more, or not these."""
    keys = {feed.key(one) for one in guardians}

    def stays(record: Record) -> bool:
        mine = isinstance(record, Relation) and record.child == feed.key(number)
        return not mine or bool(keys and record.guardian not in keys)

    return replace(feed, pupils=[[one for one in some if stays(one)] for some in feed.pupils])
