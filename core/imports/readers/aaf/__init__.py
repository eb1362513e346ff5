"""The annuaire académique fédérateur: AAF 2D and 1D, complete and delta (standards.md, §1)."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from django.utils.translation import gettext as _

from core.imports.errors import SourceError
from core.imports.neutral import Format, Level, Reading, Record, Remark, SourceInfo, Structure, SubjectInfo
from core.imports.readers.aaf.export import Export
from core.imports.readers.aaf.files import FileSet, Kind, file_sets, label_of
from core.imports.readers.aaf.people import guardians, pupils
from core.imports.readers.aaf.records import check_head, requests
from core.imports.readers.aaf.staff import staff
from core.imports.readers.aaf.structures import load
from core.imports.sources import Source

__all__ = ["Guess", "read_aaf"]

# Ids of people to the code of the académie that knows them, "" where that is not certain
Guess = Callable[[Sequence[str]], str]
_ENOUGH_TO_GUESS = 300


def read_aaf(source: Source, *, academy: str = "", guess: Guess | None = None) -> Reading:
    """Reads an AAF export, or several (one per académie, 1D and 2D).

    `academy` prefixes ids where the files name none and `guess` does not know either. Raises SourceError, at once
    where the first files tell, else while the records are read.
    """
    sets = file_sets(source.members)
    if not sets:
        raise SourceError(
            "not-aaf",
            _(
                "Il n’y a pas de fichier d’annuaire fédérateur ici\u202f: on attend des noms en "
                "«\u00a0…_Eleve_0000.xml\u00a0». Vérifiez ce que vous avez choisi."
            ),
        )
    if len({one.is_delta for one in sets}) > 1:
        raise SourceError(
            "complete-and-delta",
            _("Il y a ici un export complet et un différentiel. Importez d’abord le complet, puis le différentiel."),
        )
    for one in sets:
        for files in one.files.values():
            for member in files:
                check_head(member)
    exports = [Export(one, academy) for one in sets]
    heads = [load(export) for export in exports]
    for export in exports:
        if guess is not None and not export.places:
            export.academy = guess(_some_ids(export)) or export.academy
        _require_academy(export)
    return Reading(_info(source, sets, heads), _records(exports, heads))


def _some_ids(export: Export) -> list[str]:
    """Ids of people of whom the export speaks, from the beginning of its files."""
    members = (member for kind in (Kind.PUPILS, Kind.GUARDIANS, Kind.STAFF) for member in export.files.of(kind))
    told = (one for member in members for one in islice(requests(member), _ENOUGH_TO_GUESS))
    return [one.id for one in islice(told, _ENOUGH_TO_GUESS) if not isinstance(one, Remark) and one.id]


def _require_academy(export: Export) -> None:
    if not export.academy:
        raise SourceError(
            "no-academy",
            _(
                "Rien ne dit de quelle académie vient cet export, or ses identifiants n’ont de sens que dans une "
                "académie. Ajoutez le fichier «\u00a0…_EtabEducNat_0000.xml\u00a0», ou indiquez l’académie."
            ),
        )


_Head = tuple[list[Structure], list[SubjectInfo]]


def _info(source: Source, sets: list[FileSet], heads: list[_Head]) -> SourceInfo:
    return SourceInfo(
        Format.AAF,
        label_of(sets),
        complete=all(one.is_complete for one in sets),
        uais=tuple(dict.fromkeys(one.uai for structures, _subjects in heads for one in structures if one.uai)),
        made_on=sets[-1].made_on,
        digest=source.cheap_digest(),
        files=tuple(member.name for one in sets for files in one.files.values() for member in files),
    )


def _records(exports: list[Export], heads: list[_Head]) -> Iterator[Record]:
    for structures, _subjects in heads:
        yield from structures
    for _structures, subjects in heads:
        yield from subjects
    for export in exports:
        yield from export.early
        yield from _missing(export)
    for reader in (pupils, guardians, staff):
        for export in exports:
            yield from reader(export)


def _missing(export: Export) -> Iterator[Remark]:
    if not export.files.is_delta and (missing := export.files.missing):
        yield Remark(
            Level.NOTE,
            "files-missing",
            _(
                "Il manque à cet export\u202f: %(files)s. Il est lu comme partiel\u202f: personne n’est tenu "
                "pour parti parce qu’il n’y est pas."
            )
            % {"files": ", ".join(missing)},
        )
