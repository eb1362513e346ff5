"""STS, downward: staff, classes, groups and who teaches what to whom (standards.md, §2).

The file that goes down to timetable programs has STS_EDT for its root; what comes back up, EDT_STS, is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from lxml import etree

from core.imports.errors import SourceError
from core.imports.neutral import (
    Division,
    Facet,
    Format,
    GroupInfo,
    Level,
    PersonInfo,
    PersonKind,
    Reading,
    Record,
    Remark,
    SourceInfo,
    Stay,
    StayKind,
    Structure,
    SubjectInfo,
    Teaching,
)
from core.imports.readers.aaf.export import level_name
from core.imports.readers.academies import academy_of_uai
from core.imports.readers.functions import function_words, role_of
from core.imports.readers.heads import Head, head_of, require_school, require_year
from core.imports.readers.naming import forename, label, surname
from core.imports.readers.siecle.school import text_of
from core.imports.readers.values import InvalidDate, civility, email, parse_date
from core.imports.sources import Member, Source
from core.imports.sources.xml import elements, root_of
from core.people.choices import Role

DOWN, UP = "STS_EDT", "EDT_STS"
# No school has so many classes, groups or staff
_MOST = 50_000

_Who = tuple[str, str]  # ID, TYPE


@dataclass(slots=True)
class _School:
    member: Member
    head: Head
    academy: str
    subjects: dict[str, str] = field(default_factory=dict)
    programmes: dict[str, str] = field(default_factory=dict)
    divisions: dict[str, Division] = field(default_factory=dict)
    groups: dict[str, GroupInfo] = field(default_factory=dict)
    # Who teaches: (kind, code, subject), in the order of the file
    services: dict[_Who, dict[tuple[StayKind, str, str], None]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"uai:{self.head.uai}"

    def person_key(self, who: _Who) -> str:
        """Staff of the State are numbered in their académie, those that a school entered itself in the school."""
        identifier, kind = who
        return f"sts.{self.academy if kind == 'epp' else self.head.uai}:{identifier}"


def upward(name: str) -> SourceError:
    """The refusal of a file that goes the other way."""
    return SourceError(
        "wrong-direction",
        _(
            "«\u00a0%(name)s\u00a0» est un export STS montant (EDT_STS), que votre logiciel d’emploi du temps envoie à "
            "STS-Web. Importez l’export descendant, «\u00a0sts_emp_…\u00a0», que STS-Web vous donne."
        )
        % {"name": name},
    )


def read_sts(source: Source, *, academy: str = "", uai: str = "", today: date) -> Reading:
    """Reads downward files of one school or several.

    Raises SourceError for the upward direction, another school, another year, or a file that says no school.
    """
    schools: dict[str, _School] = {}
    for member in source.members:
        root = root_of(member)
        if root == UP:
            raise upward(member.name)
        if root == DOWN:
            school = _school(member, academy)
            require_school(school.head.uai, uai)
            require_year(school.head.year, today)
            schools[school.head.uai] = school
    if not schools:
        raise SourceError(
            "not-sts",
            _("Il n’y a pas ici d’export descendant de STS-Web («\u00a0sts_emp_…\u00a0»). Vérifiez votre choix."),
        )
    return Reading(_info(source, list(schools.values())), _records(list(schools.values())))


def _school(member: Member, academy: str) -> _School:
    head = head_of(member)
    found = academy_of_uai(head.uai) or academy
    if not head.uai or not found:
        raise SourceError(
            "no-school",
            _("«\u00a0%(name)s\u00a0» ne dit pas de quel établissement de la région il est. Refaites l’export.")
            % {"name": member.name},
        )
    return _School(member, head, found)


def _info(source: Source, schools: list[_School]) -> SourceInfo:
    head = schools[0].head
    year = f" {head.year}-{head.year + 1}" if head.year else ""
    return SourceInfo(
        Format.STS, f"STS{year}, {', '.join(school.head.uai for school in schools)}", complete=True,
        uais=tuple(school.head.uai for school in schools), school_year=head.year, digest=source.cheap_digest(),
        files=tuple(school.member.name for school in schools),
    )  # fmt: skip


def _records(schools: list[_School]) -> Iterator[Record]:
    for school in schools:
        _load(school)
        yield Structure(
            school.key, school.head.uai, divisions=tuple(school.divisions.values()),
            groups=tuple(school.groups.values()), lists_all=True,
        )  # fmt: skip
    for school in schools:
        yield from (SubjectInfo(code, name) for code, name in school.subjects.items())
    for school in schools:
        yield from _staff(school)


def _of(school: _School, *tags: str) -> Iterator[etree._Element]:
    for count, element in enumerate(elements(school.member, *tags)):
        if count > _MOST:
            raise SourceError(
                "too-many-people",
                _("«\u00a0%(name)s\u00a0» a trop d’enregistrements pour un établissement. Vérifiez que c’est le bon.")
                % {"name": school.member.name},
            )
        yield element


def _load(school: _School) -> None:
    for element in _of(school, "MATIERE", "MEF", "DIVISION", "GROUPE"):
        code = element.get("CODE", "")[:60]
        if not code:
            continue
        if element.tag == "MATIERE":
            name = text_of(element, "LIBELLE_EDITION", "LIBELLE_LONG", "LIBELLE_COURT")
            school.subjects[code[:12]] = label(name)[:100] or code
        elif element.tag == "MEF":
            school.programmes[code] = text_of(element, "LIBELLE_LONG", "LIBELLE_COURT")
        else:
            _place(school, element, code)


def _place(school: _School, element: etree._Element, code: str) -> None:
    name = (text_of(element, "LIBELLE_LONG") or code)[:40]
    kind = StayKind.CLASS if element.tag == "DIVISION" else StayKind.GROUP
    if kind is StayKind.CLASS:
        codes = [one.get("CODE", "") for one in element.iterfind("MEFS_APPARTENANCE/MEF_APPARTENANCE")]
        labels = [found for one in codes if (found := school.programmes.get(one))]
        school.divisions[code] = Division(code, name, level_name(*labels) if labels else "")
    else:
        classes = (one.get("CODE", "") for one in element.iterfind("DIVISIONS_APPARTENANCE/DIVISION_APPARTENANCE"))
        school.groups[code] = GroupInfo(code, name, tuple(dict.fromkeys(one for one in classes if one)))
    for service in element.iterfind("SERVICES/SERVICE"):
        subject = service.get("CODE_MATIERE", "")[:12]
        for teacher in service.iterfind("ENSEIGNANTS/ENSEIGNANT"):
            who = (teacher.get("ID", ""), teacher.get("TYPE", "epp"))
            school.services.setdefault(who, {})[kind, code, subject] = None


def _staff(school: _School) -> Iterator[Record]:
    met: dict[_Who, int] = {}
    for element in _of(school, "INDIVIDU"):
        who = (element.get("ID", ""), element.get("TYPE", "epp"))
        line = element.sourceline if isinstance(element.sourceline, int) else 0
        last, first = surname(text_of(element, "NOM_USAGE", "NOM_PATRONYMIQUE")), forename(text_of(element, "PRENOM"))
        if refusal := _refusal(school, who, (last, first), line, met):
            row = {str(one.tag): (one.text or "").strip() for one in element if not len(one)}
            yield Remark(
                Level.REFUSED, *refusal, school.member.name, line, school.person_key(who), f"{first} {last}".strip(),
                row, PersonKind.STAFF,
            )  # fmt: skip
            continue
        met[who] = line
        yield from _member(school, element, who, (last, first), line)
    for who in school.services:
        if who[0] and who not in met:
            yield Remark(
                Level.DANGLING, "unknown-teacher",
                _("L’enseignant %(id)s a des services et n’est pas parmi les individus\u202f: ils sont laissés.")
                % {"id": who[0]},
                school.member.name, key=school.person_key(who), kind=PersonKind.STAFF,
            )  # fmt: skip


def _refusal(
    school: _School, who: _Who, names: tuple[str, str], line: int, met: dict[_Who, int]
) -> tuple[str, str] | None:
    if who in met:
        return "contradictory", _(
            "L’identifiant %(id)s est déjà celui d’une personne, ligne %(line)s\u202f: seule la première est lue."
        ) % {"id": who[0], "line": met[who]}
    if not who[0] or not all(names):
        return "no-name", _("Cette personne n’a pas d’identifiant, de nom ou de prénom. Complétez-la dans STS-Web.")
    return None


def _member(
    school: _School, element: etree._Element, who: _Who, names: tuple[str, str], line: int
) -> Iterator[Record]:
    key, title = school.person_key(who), civility(text_of(element, "CIVILITE"))
    code = text_of(element, "FONCTION")
    services = school.services.get(who, {})
    discipline = element.find("DISCIPLINES/DISCIPLINE")
    about = (discipline.get("CODE", ""), text_of(discipline, "LIBELLE_COURT")) if discipline is not None else ("", "")
    taught = {subject for _kind, _place, subject in services}
    if not about[1] and len(taught) == 1:
        about = (about[0], school.subjects.get(next(iter(taught)), ""))
    role = role_of(code) or (Role.TEACHER.value if services or not code else Role.ADMINISTRATIVE.value)
    born = None
    remarks = []
    try:
        born = parse_date(text_of(element, "DATE_NAISSANCE"))
    except InvalidDate as error:
        remarks.append(
            Remark(
                Level.NOTE, "bad-birth-date",
                _("La date de naissance «\u00a0%(text)s\u00a0» n’est pas une date\u202f: elle est laissée de côté.")
                % {"text": str(error)[:20]},
                school.member.name, line, key, f"{names[1]} {names[0]}", kind=PersonKind.STAFF,
            )
        )
    yield PersonInfo(
        PersonKind.STAFF, key, *names, structures=(school.key,),
        facets=frozenset({Facet.ROLES, Facet.TEACHING, Facet.STAYS}), roles=frozenset({role}), civility=title or None,
        birth_name=surname(text_of(element, "NOM_PATRONYMIQUE")) or None, birth_date=born,
        function=function_words(code, "", *about, title) if code else None,
        email=email(text_of(element, "MEL", "EMAIL")) or None,
    )  # fmt: skip
    for found in element.iterfind("PROFS_PRINC/PROF_PRINC"):
        led = text_of(found, "CODE_STRUCTURE")[:60]
        if led in school.divisions:
            yield Stay(key, school.key, StayKind.MAIN_TEACHER, led, school.divisions[led].name)
        elif led:
            remarks.append(_unknown_class(school, key, names, led, line))
    for kind, place, subject in services:
        yield Teaching(key, school.key, kind, place, subject, school.subjects.get(subject, subject))
    yield from remarks


def _unknown_class(school: _School, key: str, names: tuple[str, str], code: str, line: int) -> Remark:
    return Remark(
        Level.DANGLING, "unknown-class",
        _("La classe %(code)s n’est pas parmi les divisions\u202f: son professeur principal n’a pas été repris.")
        % {"code": code},
        school.member.name, line, key, f"{names[1]} {names[0]}", kind=PersonKind.STAFF,
    )  # fmt: skip
