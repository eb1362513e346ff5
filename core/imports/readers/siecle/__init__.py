"""SIECLE: pupils, guardians, structures and nomenclatures of a school, together or one by one (standards.md, §2)."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.imports.errors import SourceError
from core.imports.neutral import Format, Reading, Record, SourceInfo, SubjectInfo
from core.imports.readers.aaf.files import day_in_words
from core.imports.readers.academies import academy_of_uai
from core.imports.readers.heads import head_of, require_school, require_year
from core.imports.readers.siecle.guardians import guardians, relations_alone
from core.imports.readers.siecle.pupils import pupils
from core.imports.readers.siecle.school import (
    GUARDIANS,
    NOMENCLATURES,
    PUPILS,
    ROOTS,
    STRUCTURES,
    School,
    load,
    structure,
)
from core.imports.sources import Source
from core.imports.sources.xml import root_of

__all__ = ["ROOTS", "read_siecle"]


def read_siecle(source: Source, *, academy: str = "", uai: str = "", today: date) -> Reading:
    """Reads SIECLE files of one school or several. `academy` stands in for a school out of the region.

    Raises SourceError where they are of another school or another year, say no school, or hold no people.
    """
    schools = _schools(source)
    for school in schools:
        require_school(school.head.uai, uai)
        require_year(school.head.year, today)
        school.academy = academy_of_uai(school.head.uai) or academy
        if not school.academy:
            raise SourceError(
                "no-academy",
                _("Rien ne dit de quelle académie est l’établissement %(uai)s. Indiquez-la, puis recommencez.")
                % {"uai": school.head.uai},
            )
    if not any(PUPILS in school.files or GUARDIANS in school.files for school in schools):
        raise SourceError(
            "no-people",
            _(
                "Il n’y a ici ni élèves ni responsables. Ajoutez «\u00a0ElevesAvecAdresses\u00a0» et "
                "«\u00a0ResponsablesAvecAdresses\u00a0», exportés de SIECLE, puis recommencez."
            ),
        )
    return Reading(_info(source, schools), _records(schools, today))


def _schools(source: Source) -> list[School]:
    schools: dict[str, School] = {}
    for member in source.members:
        root = root_of(member)
        if root not in ROOTS:
            continue
        head = head_of(member)
        if not head.uai:
            raise SourceError(
                "no-school",
                _("«\u00a0%(name)s\u00a0» ne dit pas de quel établissement il est. Refaites l’export de SIECLE.")
                % {"name": member.name},
            )
        school = schools.setdefault(head.uai, School(head))
        held = school.files.get(root)
        # With and without addresses: the longer one says more
        if held is None or held.size < member.size:
            school.files[root] = member
    return list(schools.values())


def _info(source: Source, schools: list[School]) -> SourceInfo:
    head = schools[0].head
    files = [member.name for school in schools for member in school.files.values()]
    kinds = {
        PUPILS: _("élèves"), GUARDIANS: _("responsables"), STRUCTURES: _("structures"),
        NOMENCLATURES: _("nomenclatures"),
    }  # fmt: skip
    told = ", ".join(name for root, name in kinds.items() if any(root in school.files for school in schools))
    when = _(" du %(day)s") % {"day": day_in_words(head.made_on)} if head.made_on else ""
    whose = (
        head.uai
        if len(schools) == 1
        else ngettext("%(n)s établissement", "%(n)s établissements", len(schools)) % {"n": len(schools)}
    )
    return SourceInfo(
        Format.SIECLE, f"SIECLE{when}, {told}, {whose}", complete=True, uais=tuple(s.head.uai for s in schools),
        school_year=head.year, made_on=head.made_on, digest=source.cheap_digest(), files=tuple(files),
    )  # fmt: skip


def _records(schools: list[School], today: date) -> Iterator[Record]:
    for school in schools:
        load(school)
        yield structure(school)
    for school in schools:
        yield from (SubjectInfo(code, name) for code, name in school.subjects.items())
    for school in schools:
        yield from pupils(school, today) if PUPILS in school.files else relations_alone(school)
    for school in schools:
        yield from guardians(school)
