"""One AAF export while it is read: its académie, its structures and what has been told of so far."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.translation import gettext as _

from core.imports.neutral import Level, PersonKind, Remark
from core.imports.readers.aaf.files import CATEGORIES, FileSet, Kind
from core.imports.readers.aaf.records import Request, requests
from core.imports.readers.naming import label
from core.imports.readers.seen import Seen, file_and_line, place
from core.structure.turning.levels import level_of

CLASS_NAME, CLASS_CODE, LEVEL = 40, 60, 40  # core.structure.models


@dataclass(slots=True)
class Place:
    """A structure of the export, with the classes and groups that it lists or that pupils are in."""

    key: str
    uai: str = ""
    name: str = ""
    is_school: bool = True
    lists_classes: bool = False
    lists_groups: bool = False
    # code → name
    classes: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Export:
    """What must be known of an export to read each of its records."""

    files: FileSet
    academy: str
    places: dict[str, Place] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    programmes: dict[str, str] = field(default_factory=dict)
    # Remarks met while structures and subjects were read, before anything could be given
    early: list[Remark] = field(default_factory=list)
    # Pairs of a guardian's and a child's id: each relation that was told of
    cited: array = field(default_factory=lambda: array("Q"))
    guardians: Seen = field(default_factory=Seen)

    @property
    def checks_structures(self) -> bool:
        """Whether a structure that is not in the files is unknown; a delta only brings what changed."""
        return bool(self.places) and not self.files.is_delta

    @property
    def checks_subjects(self) -> bool:
        return bool(self.subjects) and not self.files.is_delta

    def key(self, identifier: str) -> str:
        return f"aaf.{self.academy}:{identifier}"

    def place_of(self, identifier: str) -> Place | None:
        """The structure; None for one that the export should hold and does not."""
        if (known := self.places.get(identifier)) is not None:
            return known
        if self.checks_structures or not identifier:
            return None
        # Without its own file nothing tells which structures there are: the cited ones are
        known = self.places_unlisted.setdefault(identifier, Place(self.key(identifier)))
        return known

    places_unlisted: dict[str, Place] = field(default_factory=dict)


def each(export: Export, kind: Kind) -> Iterator[Request | Remark]:
    """The requests of the files of a kind, without those that repeat an id, with remarks on those and on others."""
    files = export.files.of(kind)
    seen = export.guardians if kind is Kind.GUARDIANS else Seen()
    for number, member in enumerate(files):
        for request in requests(member):
            if isinstance(request, Remark):
                yield request
                continue
            remark = _of_no_use(request, kind)
            if remark is None and request.operation == "add":
                known = seen.add(request.id, request.print, place(number, request.line))
                if known is not None:
                    remark = _repeated(request, known[0], files[file_and_line(known[1])[0]].name, known[1])
            yield remark or request
        member.forget_head()


def _of_no_use(request: Request, kind: Kind) -> Remark | None:
    if CATEGORIES.get(request.category) is not kind:
        return remark_on(
            request, Level.REFUSED, "other-category",
            _("Cet enregistrement est de catégorie «\u00a0%(category)s\u00a0» dans un fichier «\u00a0%(kind)s\u00a0».")
            % {"category": request.category, "kind": kind.value},
        )  # fmt: skip
    if not request.id:
        return remark_on(request, Level.REFUSED, "no-id", _("Cet enregistrement n’a pas d’identifiant."))
    return None


def _repeated(request: Request, same: bool, file: str, where: int) -> Remark:
    first = {"id": request.id, "file": file, "line": file_and_line(where)[1]}
    if same:
        return remark_on(
            request, Level.NOTE, "repeated",
            _("L’enregistrement %(id)s est déjà à la ligne %(line)s de %(file)s, identique\u202f: il est lu une fois.")
            % first,
        )  # fmt: skip
    return remark_on(
        request, Level.REFUSED, "contradictory",
        _(
            "L’identifiant %(id)s est déjà à la ligne %(line)s de %(file)s, avec d’autres données\u202f: "
            "seul le premier enregistrement est lu. Faites corriger le doublon à la source."
        ) % first,
    )  # fmt: skip


_PEOPLE = {"Eleve": PersonKind.PUPIL, "PersRelEleve": PersonKind.GUARDIAN, "PersEducNat": PersonKind.STAFF}


def remark_on(request: Request, level: Level, code: str, sentence: str, key: str = "", who: str = "") -> Remark:
    """A remark on a record; a refused one comes with all that the record says."""
    row = request.row if level is Level.REFUSED else {}
    return Remark(
        level, code, sentence, file=request.file, line=request.line, key=key or request.id, label=who, row=row,
        kind=_PEOPLE.get(request.category),
    )  # fmt: skip


@lru_cache(maxsize=5_000)
def level_name(*labels: str, school: str = "") -> str:
    """The level of a class from the labels of its programmes: "6e", "CE1", or the label itself in words.

    `school` is "ecole" where it is known to be one: "COURS ELEMENTAIRE 1ERE ANNEE" is no « première ».
    """
    found = {level_of(school, one) for one in labels if one}
    if len(found) == 1 and (level := found.pop()):
        return level
    return label(labels[0])[:LEVEL] if len(labels) == 1 else ""
