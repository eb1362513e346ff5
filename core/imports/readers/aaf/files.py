"""Which files of a source make an AAF export, and what their names tell: the variant, the date, delta or not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.imports.errors import SourceError
from core.imports.sources import Member


class Kind(StrEnum):
    STRUCTURES = "EtabEducNat"
    SUBJECTS = "MatiereEducNat"
    PROGRAMMES = "MefEducNat"
    PUPILS = "Eleve"
    GUARDIANS = "PersRelEleve"
    STAFF = "PersEducNat"


# What requests of each kind of file say they are
CATEGORIES = {"MatEducNat": Kind.SUBJECTS, **{kind.value: kind for kind in Kind if kind is not Kind.SUBJECTS}}

# Prefixes vary from one provider to the next: only the end of a name tells, but for what browsers add to it
_NAME = re.compile(rf"_({'|'.join(Kind)})_(\d{{4}})(?: ?\(\d+\))?\.xml\Z", re.IGNORECASE)
_KINDS = {kind.lower(): kind for kind in Kind}
_DAY = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_PRIMARY = re.compile(r"ENT_?1D|_1D_", re.IGNORECASE)
_DELTA = re.compile(r"delta", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(zip|tgz|tar|gz)\Z", re.IGNORECASE)


@dataclass(slots=True)
class FileSet:
    """The files of one export, in order."""

    place: str
    files: dict[Kind, list[Member]] = field(default_factory=dict)
    numbers: dict[Kind, set[int]] = field(default_factory=dict)
    is_delta: bool = False
    is_primary: bool = False
    made_on: date | None = None

    def of(self, kind: Kind) -> list[Member]:
        return self.files.get(kind, [])

    @property
    def missing(self) -> list[str]:
        """The numbers that a series of files lacks: some people of a kind that others tell of."""
        return [
            f"{kind}_{number:04d}"
            for kind, numbers in self.numbers.items()
            for number in range(max(numbers))
            if number not in numbers
        ]

    @property
    def is_complete(self) -> bool:
        return not self.is_delta and not self.missing

    @property
    def count(self) -> int:
        return sum(len(files) for files in self.files.values())


def kind_of(name: str) -> Kind | None:
    """The kind of an AAF file from the end of its name; None for any other file."""
    match = _NAME.search(name)
    return _KINDS[match[1].lower()] if match else None


def file_sets(members: Iterable[Member]) -> list[FileSet]:
    """The exports that lie in a source: one in a folder, several in an archive of archives.

    Raises SourceError where a file is there twice: it would be told of twice, and nobody knows which one holds.
    """
    sets: dict[str, FileSet] = {}
    for member in sorted(members, key=lambda member: member.name.lower()):
        match = _NAME.search(member.name)
        if not match:
            continue
        kind, number = _KINDS[match[1].lower()], int(match[2])
        one = sets.setdefault(f"{member.place}|{_export_of(member.name)}", FileSet(member.place))
        if number in one.numbers.setdefault(kind, set()):
            raise SourceError(
                "file-twice",
                _(
                    "Le fichier «\u00a0%(name)s\u00a0» est là deux fois. Gardez un seul export, puis recommencez."
                ) % {"name": member.name},
            )
        one.numbers[kind].add(number)
        one.files.setdefault(kind, []).append(member)
        _read_name(one, member)
    return _in_order(sets.values())


def _export_of(name: str) -> str:
    """What the files of one export have in common: variant, complete or delta, day."""
    day = _DAY.search(name)
    return f"{bool(_PRIMARY.search(name))}|{bool(_DELTA.search(name))}|{day[0] if day else ''}"


def _read_name(one: FileSet, member: Member) -> None:
    archive = member.place if _ARCHIVE.search(member.place) else ""
    one.is_delta = one.is_delta or bool(_DELTA.search(member.name) or _DELTA.search(archive))
    one.is_primary = one.is_primary or bool(_PRIMARY.search(member.name))
    if one.made_on is None and (day := _DAY.search(member.name)):
        try:
            one.made_on = date(int(day[1]), int(day[2]), int(day[3]))
        except ValueError:
            return


def _in_order(sets: Iterable[FileSet]) -> list[FileSet]:
    """Older exports first, so that deltas come after what they change."""
    return sorted(sets, key=lambda one: (one.made_on or date.min, one.is_delta, one.is_primary))


def day_in_words(day: date) -> str:
    """"1er septembre 2026"."""
    return f"1er {date_format(day, 'F Y')}" if day.day == 1 else date_format(day, "j F Y")


def label_of(sets: list[FileSet]) -> str:
    """"AAF 2D complet du 17 janvier 2013, 6 fichiers"."""
    first = sets[0]
    variant = "1D" if all(one.is_primary for one in sets) else "1D et 2D" if any(o.is_primary for o in sets) else "2D"
    if all(one.is_delta for one in sets):
        extent = _("différentiel")
    else:
        extent = _("complet") if all(one.is_complete or one.is_delta for one in sets) else _("partiel")
    when = _(" du %(day)s") % {"day": day_in_words(first.made_on)} if first.made_on else ""
    count = sum(one.count for one in sets)
    files = ngettext("%(count)s fichier", "%(count)s fichiers", count) % {"count": count}
    return f"AAF {variant} {extent}{when}, {files}"
