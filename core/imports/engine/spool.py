"""A stream of records sorted to the schools that they are of: one compact file on disk for each, read again by COPY.

Guardians come after the children whose structures say where they are. Who is wanted where is kept in buckets on disk,
and so are they, until the source is over: memory does not grow with the source.
"""

import hashlib
import json
import pickle
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zlib import crc32

from core.imports.engine import lines
from core.imports.engine.lines import Unfit
from core.imports.neutral import (
    Level,
    PersonInfo,
    PersonKind,
    Reading,
    Record,
    Relation,
    Remark,
    Removal,
    Stay,
    Structure,
    SubjectInfo,
    Teaching,
)

# The tables of `engine.staging`, by the letter that marks their blocks
TABLES = {
    "P": "i_person", "R": "i_relation", "S": "i_stay", "T": "i_teaching", "D": "i_division", "U": "i_subject",
    "X": "i_removal", "K": "i_seen",
}  # fmt: skip
_REMARK = "#"
_HELD = 8 * 1024 * 1024  # characters that wait for their files
_BUCKETS = 64
_BUCKET_MEMORY = 128 * 1024
# Remarks of one school, or of the region, that are told one by one; the others are counted
MOST_REMARKS = 5_000
# Of what fits no school (removals, corrections without structure), as if it were a school's
EVERYWHERE = "*"


@dataclass
class Sorted:
    """What a source came to. `read` counts the records of people by kind; `schools` by school and kind."""

    read: Counter[str] = field(default_factory=Counter)
    schools: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    names: dict[str, str] = field(default_factory=dict)
    # Structures that lead to no school that is wanted: key to how many people
    elsewhere: Counter[str] = field(default_factory=Counter)
    structure_names: dict[str, str] = field(default_factory=dict)
    structures: dict[str, str] = field(default_factory=dict)
    remarks: Counter[str] = field(default_factory=Counter)

    def structures_of(self, uai: str) -> tuple[str, ...]:
        """The keys by which the annuaire knows this school."""
        return tuple(sorted(key for key, where in self.structures.items() if where == uai and key.startswith("aaf.")))

    def as_json(self) -> dict[str, Any]:
        return {one.name: dict(getattr(self, one.name)) for one in fields(self)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Sorted":
        found = cls(**{name: data[name] for name in ("names", "structure_names", "structures")})
        for name in ("read", "elsewhere", "remarks"):
            getattr(found, name).update(data[name])
        for uai, counts in data["schools"].items():
            found.schools[uai].update(counts)
        return found


class Sorter:
    """Takes records, writes the parts. `route` says which school a structure is: its UAI, or "" for none wanted.

    `home` is the school of a source that names no structure.
    """

    def __init__(self, folder: Path, route: Callable[[Structure], str], *, home: str = "", complete: bool, today: date):
        self.folder, self.route, self.home, self.complete, self.today = folder, route, home, complete, today
        self.sorted = Sorted()
        self._waiting: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._size = 0
        self._schools: frozenset[str] = frozenset()
        self._current = ""
        self._told: Counter[str] = Counter()
        self._subjects: list[str] = []
        self._wanted = _Buckets()
        self._guardians = _Buckets()
        self._takers: dict[type, Callable[[Any], None]] = {
            PersonInfo: self._person, Relation: self._relation, Stay: self._stay, Teaching: self._teaching,
            Structure: self._structure, SubjectInfo: self._subject, Removal: self._removal, Remark: self._remark,
        }  # fmt: skip
        if home:
            self.sorted.schools[home] = Counter()

    def take(self, records: Iterable[Record], step: Callable[[int], None] | None = None) -> Sorted:
        """Sort all of them. `step` is called every thousand records, with a thousand."""
        takers = self._takers
        for number, record in enumerate(records, start=1):
            takers[type(record)](record)
            if step is not None and not number % 1000:
                step(1000)
        self._place_guardians()
        self._flush()
        return self.sorted

    # --- one kind of record each --------------------------------------------------------------------
    def _structure(self, record: Structure) -> None:
        uai = self.route(record)
        self.sorted.structures[record.key] = uai
        self.sorted.structure_names[record.key] = f"{record.name} ({record.uai})" if record.uai else record.name
        if not uai:
            return
        self.sorted.names[uai] = record.name
        self.sorted.schools[uai].update()
        for one in record.divisions:
            self._put(uai, "D", lines.division(one))
        for other in record.groups:
            self._put(uai, "D", lines.group(other))

    def _subject(self, record: SubjectInfo) -> None:
        self._subjects.append(lines.subject(record))

    def _person(self, record: PersonInfo) -> None:
        self.sorted.read[record.kind] += 1
        self._current, self._schools = record.key, frozenset()
        schools = self._schools_of(record)
        remarks: list[Remark] = []
        if record.kind == PersonKind.GUARDIAN:
            self._guardian(record, remarks)
            return
        if not schools and not (record.partial and not record.structures):
            for key in record.structures:
                self.sorted.elsewhere[key] += 1
            return
        self._schools = frozenset(schools or {EVERYWHERE})
        try:
            line = lines.person(record, self.today, remarks)
        except Unfit as unfit:
            self._remark(unfit.remark)
            self._schools = frozenset()
            return
        for uai in self._schools:
            self._put(uai, "P", line)
            self.sorted.schools[uai][record.kind] += 1
        for one in remarks:
            self._remark(one)

    def _schools_of(self, record: PersonInfo) -> set[str]:
        if not record.structures:
            return {self.home} if self.home else set()
        return {uai for key in record.structures if (uai := self._school(key))}

    def _school(self, key: str) -> str:
        if not key:
            return self.home
        known = self.sorted.structures
        if key not in known:
            known[key] = self.route(Structure(key=key, uai=key.removeprefix("uai:") if key.startswith("uai:") else ""))
        return known[key]

    def _guardian(self, record: PersonInfo, remarks: list[Remark]) -> None:
        """Set aside until all children are known. What was left out of the line is told to the school then."""
        try:
            line, known = lines.person(record, self.today, remarks), ""
            if not self.complete:
                known = line if record.partial else lines.person(record, self.today, [], only_known=True)
        except Unfit as unfit:
            remarks.append(unfit.remark)
            line = known = ""
        self._guardians.put(record.key, (record.key, line, known, remarks))

    def _relation(self, record: Relation) -> None:
        schools = self._schools if record.child == self._current else frozenset({self.home} - {""})
        if not schools:
            return
        line = lines.relation(record)
        for uai in schools:
            self._put(uai, "R", line)
        self._wanted.put(record.guardian, (record.guardian, tuple(schools)))

    def _stay(self, record: Stay) -> None:
        uai = self._school(record.structure)
        if uai and uai in self._schools and (record.ends_on is None or record.ends_on >= self.today):
            self._put(uai, "S", lines.stay(record))

    def _teaching(self, record: Teaching) -> None:
        uai = self._school(record.structure)
        if uai and uai in self._schools:
            self._put(uai, "T", lines.teaching(record))

    def _removal(self, record: Removal) -> None:
        self._put(self.home or EVERYWHERE, "X", lines.removal(record))

    def _remark(self, record: Remark) -> None:
        self.sorted.remarks[f"{record.level}:{record.code}"] += 1
        about = self._schools if record.key and record.key == self._current else ()
        for uai in about or (self.home or EVERYWHERE,):
            self._tell(uai, record)
            if record.level == Level.REFUSED and record.key:
                self._put(uai, "K", lines.seen(record.key))

    def _tell(self, uai: str, record: Remark) -> None:
        self._told[uai] += 1
        if self._told[uai] <= MOST_REMARKS or record.level == Level.REFUSED:
            self._put(uai, _REMARK, json.dumps(asdict(record)) + "\n")

    # --- files --------------------------------------------------------------------------------------
    def _put(self, uai: str, table: str, line: str) -> None:
        self._waiting[uai][table].append(line)
        self._size += len(line) + 80
        if self._size > _HELD:
            self._flush()

    def _flush(self) -> None:
        """Append what waits to the files of its schools: blocks of a letter, a length and that many bytes."""
        for uai, tables in self._waiting.items():
            with path_of(self.folder, uai).open("ab") as part:
                for table, waiting in tables.items():
                    if not waiting:
                        continue
                    data = "".join(waiting).encode()
                    part.write(table.encode() + len(data).to_bytes(4, "big") + data)
        self._waiting.clear()
        self._size = 0

    def _place_guardians(self) -> None:
        """Each to the schools of its children; in a delta also, if it is known there, without them."""
        for number in range(_BUCKETS):
            wanted: dict[str, set[str]] = defaultdict(set)
            for key, schools in self._wanted.take(number):
                wanted[key].update(schools)
            for key, line, known, remarks in self._guardians.take(number):
                self._place(key, wanted.get(key), line, known, remarks)
        if self._subjects:
            for uai in self.sorted.schools:
                for line in self._subjects:
                    self._put(uai, "U", line)

    def _place(self, key: str, schools: set[str] | None, line: str, known: str, remarks: list[Remark]) -> None:
        self._current, self._schools = key, frozenset(schools or {self.home or EVERYWHERE})
        if schools is None:
            line = known  # of no child that is told of here: for those who know them already
        if line:
            for uai in self._schools:
                self._put(uai, "P", line)
                self.sorted.schools[uai][PersonKind.GUARDIAN] += 1
        if line or schools:
            for one in remarks:
                self._remark(one)


class _Buckets:
    """Things by a key, in a fixed number of files: each is small enough to be held at once."""

    def __init__(self) -> None:
        self._files: list[IO[bytes] | None] = [None] * _BUCKETS

    def put(self, key: str, thing: Any) -> None:
        number = crc32(key.encode()) % _BUCKETS
        held = self._files[number]
        if held is None:
            held = self._files[number] = SpooledTemporaryFile(max_size=_BUCKET_MEMORY)  # noqa: SIM115 -- closed when taken
        pickle.dump(thing, held, protocol=5)

    def take(self, number: int) -> Iterator[Any]:
        held, self._files[number] = self._files[number], None
        if held is None:
            return
        with held, suppress(EOFError):
            held.seek(0)
            while True:
                yield pickle.load(held)  # noqa: S301 -- written by this process a moment ago


# --- reading them again -------------------------------------------------------------------------------------
def path_of(folder: Path, uai: str) -> Path:
    return folder / ("everywhere.part" if uai == EVERYWHERE else f"{uai}.part")


def blocks(path: Path) -> Iterator[tuple[str, bytes]]:
    """(table, lines) of one part; remarks are under "#"."""
    if not path.exists():
        return
    with path.open("rb") as part:
        while head := part.read(5):
            yield chr(head[0]), part.read(int.from_bytes(head[1:], "big"))


def digest(folder: Path, uai: str) -> str:
    """SHA-256 of everything that the source says of a school, in hexadecimal."""
    found = hashlib.sha256()
    for name in (uai, EVERYWHERE):
        path = path_of(folder, name)
        if path.exists():
            with path.open("rb") as part:
                found.update(hashlib.file_digest(part, "sha256").digest())
        found.update(b"/")
    return found.hexdigest()


def remarks(path: Path) -> Iterator[dict[str, Any]]:
    for table, data in blocks(path):
        if table == _REMARK:
            for line in data.decode().splitlines():
                yield json.loads(line)


def sort(
    reading: Reading,
    folder: Path,
    route: Callable[[Structure], str],
    *,
    today: date,
    home: str = "",
    step: Callable[[int], None] | None = None,
) -> Sorted:
    """Read the whole source once, into `folder`."""
    sorter = Sorter(folder, route, home=home, complete=reading.info.complete, today=today)
    return sorter.take(reading.records, step)
