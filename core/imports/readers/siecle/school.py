"""One school's SIECLE files, and what must be known of it before its pupils are read."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from lxml import etree

from core.imports.errors import SourceError
from core.imports.neutral import Division, GroupInfo, StayKind, Structure
from core.imports.readers.aaf.export import level_name
from core.imports.readers.heads import Head
from core.imports.readers.naming import label
from core.imports.readers.values import address
from core.imports.sources import Member
from core.imports.sources.xml import elements

PUPILS, GUARDIANS, STRUCTURES, NOMENCLATURES = "BEE_ELEVES", "BEE_RESPONSABLES", "BEE_STRUCTURES", "BEE_NOMENCLATURES"
ROOTS = (PUPILS, GUARDIANS, STRUCTURES, NOMENCLATURES)
# No school has so many pupils or guardians: what goes on longer is no school's file
_MOST = 50_000


@dataclass(slots=True)
class School:
    """The files of one school, and what must be known of it to read each pupil at once."""

    head: Head
    academy: str = ""
    files: dict[str, Member] = field(default_factory=dict)
    programmes: dict[str, str] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    regimes: dict[str, str] = field(default_factory=dict)
    divisions: dict[str, Division] = field(default_factory=dict)
    groups: dict[str, GroupInfo] = field(default_factory=dict)
    # ELEVE_ID → [(kind, code)]
    places: dict[str, list[tuple[StayKind, str]]] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    # ELEVE_ID → what RESPONSABLE_ELEVE says
    links: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    @property
    def key(self) -> str:
        return f"uai:{self.head.uai}"

    def pupil_key(self, identifier: str) -> str:
        return f"siecle.{self.academy}:{identifier}"

    def guardian_key(self, identifier: str) -> str:
        """Guardians are numbered apart from pupils."""
        return f"siecle.{self.academy}:P{identifier}"


def load(school: School) -> None:
    for element in of(school, NOMENCLATURES, "MEF", "MATIERE", "REGIME"):
        code = element.get(f"CODE_{element.tag}") or text_of(element, f"CODE_{element.tag}")
        name = text_of(element, "LIBELLE_EDITION", "LIBELLE_LONG", "LIBELLE_COURT")
        kept = {"MEF": school.programmes, "MATIERE": school.subjects, "REGIME": school.regimes}[str(element.tag)]
        if code and name:
            kept[code] = label(name)[:100] if element.tag == "MATIERE" else name
    for element in of(school, STRUCTURES, "DIVISION", "GROUPE"):
        _place(school, element)
    for element in of(school, PUPILS, "STRUCTURES_ELEVE", "OPTION"):
        _of_pupil(school, element)
    for element in of(school, GUARDIANS, "RESPONSABLE_ELEVE", "ADRESSE"):
        _of_guardians(school, element)
    for element in of(school, PUPILS, "ADRESSE"):
        _of_guardians(school, element)


def of(school: School, root: str, *tags: str) -> Iterator[etree._Element]:
    member = school.files.get(root)
    if member is None:
        return
    for count, element in enumerate(elements(member, *tags)):
        if count > _MOST * 4:
            raise SourceError(
                "too-many-people",
                _("«\u00a0%(name)s\u00a0» a trop d’enregistrements pour un établissement. Vérifiez que c’est le bon.")
                % {"name": member.name},
            )
        yield element
    member.forget_head()


def text_of(element: etree._Element, *tags: str) -> str:
    """The first of these children that says something."""
    for tag in tags:
        if found := (element.findtext(tag) or "").strip():
            return found
    return ""


def _place(school: School, element: etree._Element) -> None:
    code = (element.get("CODE_STRUCTURE") or element.get("CODE") or text_of(element, "CODE_STRUCTURE"))[:60]
    if not code:
        return
    name = (text_of(element, "LIBELLE_LONG", "LIBELLE_COURT") or code)[:40]
    if element.tag == "DIVISION":
        programmes = [
            school.programmes.get(found.get("CODE") or found.get("CODE_MEF") or text_of(found, "CODE_MEF"), "")
            for found in element.iterfind("MEFS_APPARTENANCE/MEF_APPARTENANCE")
        ]
        school.divisions[code] = Division(code, name, level_name(*programmes) if programmes else "")
        return
    divisions = (
        found.get("CODE") or found.get("CODE_STRUCTURE") or text_of(found, "CODE_STRUCTURE")
        for found in element.iterfind("DIVISIONS_APPARTENANCE/DIVISION_APPARTENANCE")
    )
    school.groups[code] = GroupInfo(code, name, tuple(dict.fromkeys(one for one in divisions if one)))


def _of_pupil(school: School, element: etree._Element) -> None:
    identifier = element.get("ELEVE_ID", "")
    if element.tag == "OPTION":
        codes = [text_of(one, "CODE_MATIERE") for one in element.iterfind("OPTIONS_ELEVE")]
        school.options.setdefault(identifier, []).extend(code[:12] for code in codes if code)
        return
    for one in element.iterfind("STRUCTURE"):
        code, kind = text_of(one, "CODE_STRUCTURE")[:60], text_of(one, "TYPE_STRUCTURE").upper()
        if code and kind in {"D", "G"}:
            place = (StayKind.CLASS if kind == "D" else StayKind.GROUP, code)
            held = school.places.setdefault(identifier, [])
            if place not in held:
                held.append(place)


def _of_guardians(school: School, element: etree._Element) -> None:
    if element.tag == "ADRESSE":
        lines = "\n".join(text_of(element, f"LIGNE{number}_ADRESSE") for number in range(1, 5))
        school.addresses[element.get("ADRESSE_ID", "")] = address(
            lines, text_of(element, "CODE_POSTAL"), text_of(element, "LIBELLE_POSTAL", "COMMUNE_ETRANGERE"),
            text_of(element, "LL_PAYS"),
        )  # fmt: skip
        return
    link = {str(child.tag): (child.text or "").strip() for child in element}
    if link.get("ELEVE_ID") and link.get("PERSONNE_ID"):
        school.links.setdefault(link["ELEVE_ID"], []).append(link)


def structure(school: School) -> Structure:
    """Its classes and groups; those that only pupils are in come with them."""
    return Structure(
        school.key, school.head.uai, divisions=tuple(school.divisions.values()), groups=tuple(school.groups.values())
    )
