"""AAF exports of invented people, as many as wanted, written as the State writes them.

Families have one to three children in one or two schools, whose parents live together or apart; a member of staff in
twenty works in two schools. The same arguments give the same people, so that a second export is identical.
"""

import argparse
import random
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from core.demo import names
from tenants.establishments.uai import check_letter

PUPIL_SHARE, STAFF_SHARE = 0.43, 0.06  # of all people; the rest are guardians
CLASS_SIZE = 27
PER_FILE = 10_000
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">\n'
    '<ficAlimMENESR>\n<!-- versionAF="AAF-VE2601" -->\n'
)
_TAIL = "</ficAlimMENESR>\n"
_LEVELS = (("6", "6EME", "10010012110"), ("5", "5EME", "10110001110"), ("4", "4EME", "10210001110"),
           ("3", "3EME", "10310019110"))  # fmt: skip
_SUBJECTS = {
    "061300": ("MATHEMATIQUES", "L1300"), "020700": ("FRANCAIS", "L0202"), "030201": ("ANGLAIS LV1", "L0422"),
    "040600": ("HISTOIRE ET GEOGRAPHIE", "L1000"), "062900": ("SCIENCES DE LA VIE ET DE LA TERRE", "L1600"),
    "062300": ("PHYSIQUE-CHIMIE", "L1500"), "100100": ("EDUCATION PHYSIQUE ET SPORTIVE", "L1900"),
    "090100": ("ARTS PLASTIQUES", "L1800"), "081300": ("EDUCATION MUSICALE", "L1700"),
    "070800": ("TECHNOLOGIE", "L1400"), "030102": ("ALLEMAND LV2", "L0421"), "030602": ("ESPAGNOL LV2", "L0426"),
    "020300": ("LATIN", "L0201"), "008400": ("VIE DE CLASSE", ""),
}  # fmt: skip
_STREETS = ("RUE DU MOULIN", "RUE DES TILLEULS", "CHEMIN DES VIGNES", "RUE DE LA GARE", "PLACE DE L'EGLISE",
            "IMPASSE DES CIGOGNES", "RUE HAUTE", "QUAI DES TANNEURS", "AVENUE DES VOSGES")  # fmt: skip
_TOWNS = (("67000", "STRASBOURG"), ("67300", "SCHILTIGHEIM"), ("67700", "SAVERNE"), ("68000", "COLMAR"),
          ("68100", "MULHOUSE"), ("67500", "HAGUENAU"), ("67600", "SELESTAT"), ("68200", "MULHOUSE"))  # fmt: skip
_STAFF = (("ENS", "ENSEIGNEMENT"), ("EDU", "EDUCATION"), ("DIR", "DIRECTION"), ("AED", "ASSISTANT D'EDUCATION"),
          ("DOC", "DOCUMENTATION"), ("ADF", "PERSONNELS ADMINISTRATIFS"),
          ("MDS", "PERSONNELS MEDICO-SOCIAUX"))  # fmt: skip


@dataclass(frozen=True)
class School:
    jointure: int
    uai: str
    name: str


@dataclass(frozen=True)
class Plan:
    """What to write. `people` is met to within a family; `schools` are collèges of invented UAIs unless given."""

    people: int
    schools: tuple[School, ...]
    seed: int = 2026
    academy: str = "15"
    academy_name: str = "STRASBOURG"
    year: int = 2026
    per_file: int = PER_FILE
    delta: bool = False

    @property
    def pupils(self) -> int:
        return round(self.people * PUPIL_SHARE)

    @property
    def staff(self) -> int:
        return round(self.people * STAFF_SHARE)

    @property
    def guardians(self) -> int:
        return self.people - self.pupils - self.staff

    @property
    def classes(self) -> int:
        """Classes of each level in each school."""
        return max(1, round(self.pupils / len(self.schools) / len(_LEVELS) / CLASS_SIZE))


@dataclass
class Written:
    folder: Path
    files: list[Path] = field(default_factory=list)
    pupils: int = 0
    guardians: int = 0
    staff: int = 0

    @property
    def people(self) -> int:
        return self.pupils + self.guardians + self.staff


@dataclass(frozen=True)
class _Adult:
    id: int
    last: str
    first: str
    title: str
    home: tuple[str, str, str]


@dataclass(frozen=True)
class _Child:
    id: int
    last: str
    first: str
    title: str
    born: str
    school: School
    level: int
    class_code: str
    languages: tuple[str, ...]
    links: str
    home: tuple[str, str, str]


def invented_schools(count: int, department: str = "067") -> tuple[School, ...]:
    """Schools with valid UAIs that no real school has (numbers from 8000 on; more départements when they run out)."""
    found = []
    for at in range(count):
        digits = f"{department if at < 2000 else '068'}{8000 + at % 2000:04d}"
        found.append(School(15_000 + at, f"{digits}{check_letter(digits)}", f"COLLEGE N° {at + 1}"))
    return tuple(found)


def write_export(folder: Path, plan: Plan) -> Written:
    """Writes the six kinds of files into `folder`, record by record: memory does not grow with the number of people."""
    folder.mkdir(parents=True, exist_ok=True)
    written = Written(folder)
    _write(written, plan, "EtabEducNat", (_structure(plan, school) for school in plan.schools))
    _write(written, plan, "MatiereEducNat", (
        _record("Matiere", "MatEducNat", code, (("ENTMatJointure", (code,)), ("ENTLibelleMatiere", (name,))))
        for code, (name, _discipline) in _SUBJECTS.items()
    ))  # fmt: skip
    _write(written, plan, "MefEducNat", (
        _record("Mef", "MefEducNat", code, (
            ("ENTMefJointure", (code,)), ("ENTLibelleMef", (name,)), ("ENTMEFRattach", (code,)),
            ("ENTMEFSTAT11", (f"21{code[:9]}",)),
        ))
        for _figure, name, code in _LEVELS
    ))  # fmt: skip
    children = (_pupil(plan, child) for children, _adults in _families(plan) for child in children)
    written.pupils = _write(written, plan, "Eleve", children)
    adults = (_guardian(adult) for _children, adults in _families(plan) for adult in adults)
    written.guardians = _write(written, plan, "PersRelEleve", adults)
    written.staff = _write(written, plan, "PersEducNat", _staff(plan))
    return written


def pack(written: Written, archive: Path) -> Path:
    """The files in one archive, .zip or .tar.gz by its name."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            for file in written.files:
                packed.write(file, file.name)
    else:
        with tarfile.open(archive, "w:gz", compresslevel=1) as packed_tar:
            for file in written.files:
                packed_tar.add(file, file.name)
    return archive


def _write(written: Written, plan: Plan, kind: str, records: Iterator[str]) -> int:
    total = count = 0
    number = -1
    stream = None
    for record in records:
        if stream is None or count >= plan.per_file:
            if stream is not None:
                stream.write(_TAIL)
                stream.close()
            number, count = number + 1, 0
            scope = "Delta" if plan.delta else "Complet"
            path = written.folder / f"ENT2DVA_{scope}_{plan.year}0901_{kind}_{number:04d}.xml"
            written.files.append(path)
            stream = path.open("w", encoding="utf-8", buffering=1024 * 1024)
            stream.write(_HEAD)
        stream.write(record)
        count += 1
        total += 1
    if stream is not None:
        stream.write(_TAIL)
        stream.close()
    return total


def _record(category: str, value: str, identifier: object, attributes: Sequence[tuple[str, Sequence[str]]]) -> str:
    lines = [
        f'\n<addRequest>\n<operationalAttributes><attr name="categorie{category}"><value>{value}</value></attr>'
        f"</operationalAttributes>\n<identifier><id>{identifier}</id></identifier>\n<attributes>\n"
    ]
    for name, values in attributes:
        inside = "".join(f"<value>{escape(one)}</value>" for one in values) if any(values) else "<value/>"
        lines.append(f'<attr name="{name}">{inside}</attr>\n')
    lines.append("</attributes>\n</addRequest>\n")
    return "".join(lines)


def _class_code(level: int, number: int) -> str:
    return f"{_LEVELS[level][0]}{number + 1:02d}"


def _structure(plan: Plan, school: School) -> str:
    classes = [
        f"{_class_code(level, number)}${name} {number + 1}${code}"
        for level, (_figure, name, code) in enumerate(_LEVELS)
        for number in range(plan.classes)
    ]
    groups = [
        f"{figure}{language}${label} {figure}E$" + "$".join(_class_code(level, n) for n in range(plan.classes))
        for level, (figure, _name, _code) in enumerate(_LEVELS)
        for language, label in (("ALL2", "ALLEMAND"), ("ESP2", "ESPAGNOL"), ("LAT", "LATIN"))
    ]
    return _record("Structure", "EtabEducNat", school.jointure, (
        ("ENTStructureJointure", (str(school.jointure),)), ("ENTStructureUAI", (school.uai,)),
        ("ENTEtablissementUAI", (school.uai,)), ("ENTStructureSIREN", (f"{199_000_000 + school.jointure}00017",)),
        ("ENTStructureNomCourant", (f"CLG${school.name}$STRASBOURG",)), ("ENTStructureTypeStruct", ("COLLEGE",)),
        ("ENTStructureCodeTypeStruct", ("CLG",)), ("ENTEtablissementContrat", ("PU",)),
        ("street", ("1 RUE DES TILLEULS",)), ("postalCode", ("67000",)), ("l", ("STRASBOURG",)),
        ("ENTServAcAcademie", (plan.academy_name,)), ("ENTServAcCodeAcademie", (plan.academy,)),
        ("ENTStructureClasses", classes), ("ENTStructureGroupes", groups),
    ))  # fmt: skip


def _families(plan: Plan) -> Iterator[tuple[list[_Child], list[_Adult]]]:
    """Families until there are pupils enough; adults are given out so that their number is met too."""
    draw = random.Random(plan.seed)
    children_left, adults_left, at = plan.pupils, plan.guardians, 0
    next_child, next_adult = 3_000_000, 5_000_000
    while children_left > 0:
        size = min(children_left, draw.choices((1, 2, 3), (50, 38, 12))[0])
        wanted = adults_left / children_left * size
        parents = max(1, min(4, round(wanted + draw.uniform(-0.7, 0.7)))) if children_left > size else adults_left
        parents = max(1 if adults_left else 0, min(parents, adults_left))
        yield _family(plan, draw, at, next_child, size, next_adult, parents)
        at, next_child, next_adult = at + 1, next_child + size, next_adult + parents
        children_left, adults_left = children_left - size, adults_left - parents


def _family(
    plan: Plan, draw: random.Random, at: int, child_id: int, size: int, adult_id: int, parents: int
) -> tuple[list[_Child], list[_Adult]]:
    surname, other = draw.choice(_SURNAMES), draw.choice(_SURNAMES)
    home, apart = _home(draw), draw.random() < 0.25
    adults = []
    for rank in range(parents):
        mother = rank % 2 == 0
        first = draw.choice(_WOMEN if mother else _MEN)
        last = surname if not mother or not apart else other
        place = _home(draw) if apart and rank else home
        adults.append(_Adult(adult_id + rank, last, first, "Mme" if mother else "M.", place))
    links = "".join(f"<value>{_link(adult, rank)}</value>" for rank, adult in enumerate(adults))
    schools = [plan.schools[at % len(plan.schools)], plan.schools[(at * 7 + 1) % len(plan.schools)]]
    children = []
    for rank in range(size):
        girl, level = draw.random() < 0.5, draw.randrange(len(_LEVELS))
        school = schools[1] if rank and draw.random() < 0.2 else schools[0]
        languages = (draw.choice(("ALL2", "ESP2")),) if level < 3 else (draw.choice(("ALL2", "ESP2")), "LAT")
        children.append(_Child(
            child_id + rank, f"{surname}-{other}" if draw.random() < 0.1 else surname,
            draw.choice(_GIRLS if girl else _BOYS), "Mme" if girl else "M.",
            f"{draw.randrange(1, 29):02d}/{draw.randrange(1, 13):02d}/{plan.year - 11 - level}",
            school, level, _class_code(level, draw.randrange(plan.classes)), languages, links, home,
        ))  # fmt: skip
    return children, adults


def _link(adult: _Adult, rank: int) -> str:
    if rank > 1:
        return f"{adult.id}$39$0$0$1$0"
    return f"{adult.id}${'10' if adult.title == 'Mme' else '20'}${int(not rank)}$1$1${int(not rank)}"


def _home(draw: random.Random) -> tuple[str, str, str]:
    postcode, town = draw.choice(_TOWNS)
    return f"{draw.randrange(1, 120)} {draw.choice(_STREETS)}$$$", postcode, town


def _pupil(plan: Plan, child: _Child) -> str:
    structure = str(child.school.jointure)
    _figure, level, programme = _LEVELS[child.level]
    codes = [code for code in _SUBJECTS if code not in {"030102", "030602", "020300"}]
    codes += [{"ALL2": "030102", "ESP2": "030602", "LAT": "020300"}[language] for language in child.languages]
    record = _record("Personne", "Eleve", child.id, (
        ("ENTPersonJointure", (str(child.id),)), ("ENTEleveINE", (f"{child.id:09d}AB",)),
        ("ENTEleveStructRattachId", (str(child.id - 2_000_000),)), ("ENTPersonDateNaissance", (child.born,)),
        ("ENTPersonNomPatro", (child.last.upper(),)), ("sn", (child.last.upper(),)), ("givenName", (child.first,)),
        ("ENTPersonAutresPrenoms", (child.first, "Marie")), ("personalTitle", (child.title,)),
        ("ENTElevePersRelEleve", ("@",)), ("ENTEleveBoursier", ("N",)),
        ("ENTEleveRegime", ("DEMI-PENSIONNAIRE DANS L'ETABLISSEMENT",)), ("ENTEleveTransport", ("N",)),
        ("ENTPersonAdresse", (child.home[0],)), ("ENTPersonCodePostal", (child.home[1],)),
        ("ENTPersonVille", (child.home[2],)), ("ENTPersonPays", ("FRANCE",)), ("ENTEleveAdresseRel", ("",)),
        ("ENTEleveStatutEleve", ("SCOLAIRE",)), ("ENTEleveMEF", (programme,)), ("ENTEleveLibelleMEF", (level,)),
        ("ENTEleveNivFormation", (level,)), ("ENTEleveFiliere", (level,)),
        ("ENTEleveEnseignements", [_SUBJECTS[code][0] for code in codes]), ("ENTEleveCodeEnseignements", codes),
        ("ENTPersonStructRattach", (structure,)),
        ("ENTEleveDateEntreeClasses", (f"{structure}$01/09/{plan.year}${child.class_code}",)),
        ("ENTEleveDateSortieClasses", ("",)), ("ENTEleveClasses", (f"{structure}${child.class_code}",)),
        ("ENTEleveGroupes", [f"{structure}${_LEVELS[child.level][0]}{language}" for language in child.languages]),
    ))  # fmt: skip
    return record.replace("<value>@</value>", child.links or "<value/>")


def _guardian(adult: _Adult) -> str:
    number = f"06{adult.id % 100_000_000:08d}"
    return _record("Personne", "PersRelEleve", adult.id, (
        ("ENTPersonJointure", (str(adult.id),)), ("ENTPersonDateNaissance", ("",)),
        ("ENTPersonNomPatro", (adult.last.upper(),)), ("sn", (adult.last.upper(),)), ("givenName", (adult.first,)),
        ("personalTitle", (adult.title,)), ("homePhone", ("",)), ("telephoneNumber", ("",)),
        ("ENTPersonAdresse", (adult.home[0],)), ("ENTPersonCodePostal", (adult.home[1],)),
        ("ENTPersonVille", (adult.home[2],)), ("ENTPersonPays", ("FRANCE",)), ("ENTPersonAdresseDiffusion", ("N",)),
        ("mobile", (number,)), ("mail", (f"parent{adult.id}@example.org" if adult.id % 4 else "",)),
        ("ENTPersonMobileSMS", ("",)),
    ))  # fmt: skip


def _staff(plan: Plan) -> Iterator[str]:
    draw = random.Random(plan.seed + 1)
    taught = [(code, *about) for code, about in _SUBJECTS.items() if about[1]]
    for at in range(plan.staff):
        schools = [plan.schools[at % len(plan.schools)]]
        if draw.random() < 0.05:
            schools.append(plan.schools[(at + 1) % len(plan.schools)])
        woman = draw.random() < 0.65
        function = _STAFF[0] if at // len(plan.schools) % 10 > 2 else draw.choice(_STAFF[1:])
        yield _employee(plan, draw, at, schools, function, draw.choice(taught), woman)


def _employee(
    plan: Plan, draw: random.Random, at: int, schools: list[School], function: tuple[str, str],
    subject: tuple[str, str, str], woman: bool,
) -> str:  # fmt: skip
    identifier, teaches = 1_000_000 + at, function[0] == "ENS"
    code, label, discipline = subject
    last, first = draw.choice(_SURNAMES).upper(), draw.choice(_WOMEN if woman else _MEN)
    classes = sorted({
        (school.jointure, _class_code(draw.randrange(len(_LEVELS)), draw.randrange(plan.classes)))
        for school in schools for _time in range(5)
    }) if teaches else []  # fmt: skip
    language = {"030102": "ALL2", "030602": "ESP2", "020300": "LAT"}.get(code)
    groups = [f"{school.jointure}${draw.choice(_LEVELS)[0]}{language}" for school in schools] if language else []
    about = f"{discipline}${label}" if teaches else "-$SANS OBJET"
    return _record("Personne", "PersEducNat", identifier, (
        ("ENTPersonJointure", (str(identifier),)),
        ("ENTPersonDateNaissance", (f"{draw.randrange(1, 29):02d}/11/{draw.randrange(1962, 2000)}",)),
        ("ENTPersonNomPatro", (last,)), ("sn", (last,)), ("givenName", (first.upper(),)),
        ("personalTitle", ("Mme" if woman else "M.",)), ("mail", (f"agent{identifier}@example.org",)),
        ("ENTPersonStructRattach", (str(schools[0].jointure),)),
        ("ENTAuxEnsClasses", [f"{school}${name}" for school, name in classes]),
        ("ENTAuxEnsGroupes", groups if teaches else ()),
        ("ENTAuxEnsClassesMatieres", [f"{school}${name}${code}" for school, name in classes]),
        ("ENTAuxEnsGroupesMatieres", [f"{group}${code}" for group in groups] if teaches else ()),
        ("ENTAuxEnsClassesPrincipal", [f"{school}${name}" for school, name in classes[: at % 3 == 0]]),
        ("ENTPersonFonctions", [f"{school.jointure}${function[0]}${function[1]}${about}" for school in schools]),
        ("PersEducNatPresenceDevantEleves", ("O" if teaches else "N",)),
    ))  # fmt: skip


def _words(text: object) -> tuple[str, ...]:
    return tuple(text.split()) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]


_GIRLS, _BOYS, _WOMEN, _MEN = (_words(one) for one in (names.GIRLS, names.BOYS, names.WOMEN, names.MEN))
_PLAIN = _words(names.SURNAMES)
_SURNAMES = (*_PLAIN, *(f"{a}-{b}" for a, b in zip(_PLAIN[::3], _PLAIN[1::3], strict=False)),
             *(f"DE {name}" for name in _PLAIN[::17]),
             *(f"D'{name}" for name in _PLAIN if name[0] in "AEIOU"))  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """python -m scripts.support.bench.people_source FOLDER --people 100000 --schools 100 [--archive a.tar.gz]"""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--schools", type=int, default=100)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--archive", type=Path)
    options = parser.parse_args(arguments)
    written = write_export(options.folder, Plan(options.people, invented_schools(options.schools), options.seed))
    if options.archive:
        pack(written, options.archive)
    print(f"{written.pupils} pupils, {written.guardians} guardians, {written.staff} staff, {len(written.files)} files")


if __name__ == "__main__":
    main()
