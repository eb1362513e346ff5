"""Telling what a source is, and reading it as that."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.imports.errors import SourceError
from core.imports.neutral import Format, Reading
from core.imports.readers import siecle, sts
from core.imports.readers.aaf import Guess, read_aaf
from core.imports.readers.aaf.files import kind_of
from core.imports.readers.aaf.records import ROOT as AAF_ROOT
from core.imports.readers.onde import kind_of_table, read_onde
from core.imports.readers.table import read_table
from core.imports.readers.tabular import is_table
from core.imports.sources import Member, Source
from core.imports.sources.xml import root_of

# Root elements of other files that schools have at hand, and what they are
_OTHERS = {
    "GAR-ENT-Eleve": "GAR", "GAR-ENT-Enseignant": "GAR", "GAR-ENT-Etab": "GAR", "GAR-ENT-Groupe": "GAR",
    "GAR-ENT-RespAff": "GAR", "lsun-bilans": "LSU", "TABLE": "EDT (EXP_COURS)", "BEE_COMMUN": "SIECLE (commun)",
    "BEE_ETABLISSEMENT": "SIECLE (établissement)", "BEE_GEOGRAPHIQUE": "SIECLE (géographique)",
    "Calendrier": "UnDeuxTemps", "html": "HTML", "HTML": "HTML",
}  # fmt: skip
# A source that is a folder of anything is not looked through for ever
_LOOKED_AT = 200


def detect(source: Source) -> Format | None:
    """What a source is, from the names and the first bytes of its files; None where it is nothing known.

    Raises SourceError for XML that declares entities, and for a damaged archive.
    """
    members = source.members[:_LOOKED_AT]
    if any(kind_of(member.name) for member in members):
        return Format.AAF
    roots = {root for member in members if (root := root_of(member))}
    if roots & {sts.DOWN, sts.UP}:
        return Format.STS
    if roots & set(siecle.ROOTS):
        return Format.SIECLE
    if AAF_ROOT in roots:
        return Format.AAF
    tables = [member for member in members if is_table(member)]
    if any(_is_onde(member) for member in tables):
        return Format.ONDE
    return Format.TABLE if tables else None


def _is_onde(member: Member) -> bool:
    try:
        return bool(kind_of_table(member))
    except SourceError:
        return False  # reading it will say why


def read(
    source: Source,
    *,
    format: Format | None = None,
    academie: str = "",
    uai: str = "",
    mapping: Mapping[str, str] | None = None,
    today: date,
    guess: Guess | None = None,
) -> Reading:
    """The head of a source at once, its records while they are iterated over.

    `academie` is the code that ids are prefixed with where the source names none; before that, `guess` is asked what
    it makes of some of the ids of an AAF export. `uai` is the school it must be of (SIECLE, STS), or is about without
    saying so (ONDE, tables); `mapping` says what a table's columns hold. Raises
    SourceError where the source is of another kind, another school or year, another direction, or damaged: at once
    where its head tells, else while the records are read.
    """
    found = detect(source)
    if format is Format.TABLE and found is Format.ONDE:
        found = format  # by a mapping of one's own
    if found is not (format or found):
        raise _other_kind(source, format, found)
    match found:
        case Format.AAF:
            return read_aaf(source, academy=academie, guess=guess)
        case Format.SIECLE:
            return siecle.read_siecle(source, academy=academie, uai=uai, today=today)
        case Format.STS:
            return sts.read_sts(source, academy=academie, uai=uai, today=today)
        case Format.ONDE:
            return read_onde(source, uai=uai, today=today)
        case Format.TABLE:
            return read_table(source, uai=uai, mapping=mapping, today=today)
    raise _other_kind(source, format, None)


def _other_kind(source: Source, wanted: Format | None, found: Format | None) -> SourceError:
    """What the source is instead of what it should be."""
    advice = _expected(wanted)
    if found is not None:
        told = {"name": _NAMES[found], "advice": advice}
        return SourceError("other-kind", _("Ce fichier est %(name)s. %(advice)s") % told)
    member = source.members[0]
    if not member.size and len(source.members) == 1:
        return SourceError(
            "empty-file",
            _("«\u00a0%(name)s\u00a0» est vide. Refaites l’export, puis recommencez.") % {"name": member.name},
        )
    for one in source.members[:_LOOKED_AT]:
        if known := _OTHERS.get(root_of(one)):
            return SourceError(
                "other-kind",
                _("«\u00a0%(name)s\u00a0» est un fichier %(kind)s. %(advice)s")
                % {"name": one.name, "kind": known, "advice": advice},
            )
    return SourceError(
        "unknown-kind",
        _("«\u00a0%(name)s\u00a0» n’est d’aucune sorte connue. %(advice)s") % {"name": member.name, "advice": advice},
    )


_NAMES = {
    Format.AAF: _lazy("un export de l’annuaire fédérateur (AAF)"),
    Format.SIECLE: _lazy("un export de SIECLE"),
    Format.STS: _lazy("un export de STS-Web"),
    Format.ONDE: _lazy("une extraction de ONDE"),
    Format.TABLE: _lazy("un tableau"),
}


def _expected(wanted: Format | None) -> str:
    if wanted is None:
        return _("On attend un export AAF, SIECLE, STS ou ONDE, ou un tableau CSV ou XLSX.")
    told = {"name": _NAMES[wanted]}
    return _("On attend %(name)s\u202f: choisissez-le, ou laissez reconnaître le fichier.") % told
