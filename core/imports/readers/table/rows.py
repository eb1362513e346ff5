"""The rows of a free table as people: pupils with their guardians beside them, guardians with their child, staff."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from core.imports.neutral import (
    Facet,
    Format,
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
    Teaching,
)
from core.imports.readers.aaf.export import level_name
from core.imports.readers.aaf.relations import authority_of, kinship_of
from core.imports.readers.families import Adult, Families
from core.imports.readers.naming import forename, label, surname
from core.imports.readers.table.columns import places, table_of
from core.imports.readers.table.fields import GUARDIANS, HEADERS
from core.imports.readers.tabular import Row, Table, open_table
from core.imports.readers.values import InvalidDate, address, civility, email, parse_date, phones
from core.imports.sources import Source
from core.people.choices import Authority, Kinship, Role
from core.people.text import fold

_SEVERAL = re.compile(r"[,;/|\n]+")
_PUPILS = {"eleve", "etudiant", "apprenti", "pupil", "student", "elv"}
_GUARDIANS = {"responsable", "parent", "tuteur", "representant legal", "famille", "guardian", "resp", "pere", "mere"}
_ROLES = {
    Role.TEACHER: "enseignant | enseignante | professeur | professeure | prof | teacher | documentaliste",
    Role.SCHOOL_LIFE: "vie scolaire | cpe | aed | surveillant | surveillante | aesh | school life",
    Role.MANAGEMENT: "direction | directeur | directrice | principal | principale | proviseur | chef d etablissement | "
                     "principal adjoint | proviseur adjoint | management",
    Role.ADMINISTRATIVE: "administratif | administrative | administration | gestionnaire | secretaire | secretariat | "
                         "agent | personnel | staff | infirmier | infirmiere | personnel administratif",
}  # fmt: skip
_ROLE_OF = {word: role.value for role, words in _ROLES.items() for word in words.split(" | ")}
_ROLE_OF |= {fold(str(role.label)): role.value for role in _ROLES}
_KINSHIPS = {
    "mere": Kinship.MOTHER, "mother": Kinship.MOTHER, "maman": Kinship.MOTHER, "pere": Kinship.FATHER,
    "father": Kinship.FATHER, "papa": Kinship.FATHER, "tuteur": Kinship.TUTOR, "tutrice": Kinship.TUTOR,
    "frere": Kinship.SIBLING, "soeur": Kinship.SIBLING, "fratrie": Kinship.SIBLING, "grand pere": Kinship.ASCENDANT,
    "grand mere": Kinship.ASCENDANT, "ascendant": Kinship.ASCENDANT, "oncle": Kinship.OTHER_FAMILY,
    "tante": Kinship.OTHER_FAMILY, "educateur": Kinship.EDUCATOR, "assistant familial": Kinship.FOSTER,
    "ase": Kinship.CHILD_WELFARE, "lui meme": Kinship.SELF, "elle meme": Kinship.SELF,
    **{fold(str(kinship.label)): kinship for kinship in Kinship},
}  # fmt: skip
_YES = {"oui", "o", "vrai", "true", "yes", "x", "1", "legal", "responsable legal"}
_NO = {"non", "n", "faux", "false", "no", "0"}


@dataclass(slots=True)
class _Sheet:
    """A table while it is read."""

    table: Table
    places: dict[str, int]
    structure: str
    space: str
    today: date
    families: Families
    # (person, stays and teachings, remarks), in the order of the table
    people: list[tuple[PersonInfo, list[Record]]] = field(default_factory=list)
    loose: list[Record] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    # What names and ids of pupils lead to: keys
    children: dict[str, set[str]] = field(default_factory=dict)
    # Rows of guardians, which may name a child that only comes later
    waiting: list[Row] = field(default_factory=list)

    def get(self, row: Row, name: str) -> str:
        at = self.places.get(name)
        return row.cells[at] if at is not None and at < len(row.cells) else ""

    def has(self, *names: str) -> bool:
        return any(name in self.places for name in names)

    def remark(
        self, level: Level, code: str, sentence: str, row: Row, kind: PersonKind | None, who: str = ""
    ) -> Remark:
        key = self.key_of(row, kind)
        return Remark(level, code, sentence, self.table.name, row.line, key, who, self.table.by_header(row), kind)

    def key_of(self, row: Row, kind: PersonKind | None) -> str:
        """A strong key where the row has an id, else one of names and birth date."""
        if identifier := self.get(row, "identifier"):
            return f"{self.space}:{identifier}"
        if kind is PersonKind.PUPIL and (ine := self.get(row, "ine")):
            return f"{self.space}:{ine.upper()}"
        names = f"{fold(self.get(row, 'last_name'))} {fold(self.get(row, 'first_name'))}".strip()
        born = _date(self.get(row, "birth_date"), self.today)[0]
        staff = "staff " if kind is PersonKind.STAFF else ""
        return f"{self.space}:{staff}{names} {born or ''}".rstrip() if names else ""


def read_table(source: Source, *, uai: str = "", mapping: Mapping[str, str] | None = None, today: date) -> Reading:
    """Reads a table. `mapping` is {header: field} of `FIELDS`; without it the headers are recognised.

    A table never tells of everybody: who is not in it stays. Raises SourceError where it is no table, names nobody or
    cannot be read.
    """
    member = table_of(source)
    table = open_table(member, HEADERS)
    space = f"csv.{uai}" if uai else "csv"
    sheet = _Sheet(table, places(table, mapping), f"uai:{uai}" if uai else "", space, today, Families(space))
    info = SourceInfo(
        Format.TABLE, _("Tableau «\u00a0%(name)s\u00a0»") % {"name": member.name}, complete=False,
        uais=(uai,) if uai else (), digest=source.cheap_digest(), files=(member.name,),
    )  # fmt: skip
    return Reading(info, _records(sheet, uai))


def _records(sheet: _Sheet, uai: str) -> Iterator[Record]:
    if uai:
        yield Structure(sheet.structure, uai)
    for row in sheet.table.rows:
        _take(sheet, row)
    for row in sheet.waiting:
        _guardian_row(sheet, row)
    sheet.families.settle()
    for person, others in sheet.people:
        if person.kind is PersonKind.PUPIL:
            yield person
            yield from sheet.families.relations(person.key)
            yield from others
    yield from sheet.families.people()
    for person, others in sheet.people:
        if person.kind is PersonKind.STAFF:
            yield person
            yield from others
    yield from sheet.loose
    for name in sheet.families.homonyms():
        yield Remark(
            Level.NOTE, "homonyms",
            _("Plusieurs responsables s’appellent %(name)s sans rien d’autre en commun\u202f: vérifiez qui est qui.")
            % {"name": name}, label=name, kind=PersonKind.GUARDIAN,
        )  # fmt: skip


def _take(sheet: _Sheet, row: Row) -> None:
    kind, role = _kind(sheet, row)
    last, first = surname(sheet.get(row, "last_name")), forename(sheet.get(row, "first_name"))
    who = f"{first} {last}".strip()
    if kind is None:
        told = sheet.get(row, "kind") or sheet.get(row, "role")
        sentence = _("«\u00a0%(told)s\u00a0» n’est ni un profil ni un rôle\u202f: écrivez «\u00a0élève\u00a0».")
        sheet.loose.append(
            sheet.remark(Level.REFUSED, "unknown-profile", sentence % {"told": told[:40]}, row, None, who)
        )
        return
    if not (last and first):
        sentence = _("Il manque le nom ou le prénom\u202f: complétez la ligne.")
        sheet.loose.append(sheet.remark(Level.REFUSED, "no-name", sentence, row, kind, who))
        return
    if kind is PersonKind.GUARDIAN:
        sheet.waiting.append(row)
        return
    key = sheet.key_of(row, kind)
    if key in sheet.keys:
        sentence = _("Cette personne est déjà à la ligne %(line)s\u202f: seule la première est lue.")
        sheet.loose.append(
            sheet.remark(Level.REFUSED, "contradictory", sentence % {"line": sheet.keys[key]}, row, kind, who)
        )
        return
    sheet.keys[key] = row.line
    remarks: list[Record] = []
    person = _person(sheet, row, kind, (key, last, first), role, remarks)
    others = _pupil(sheet, row, key) if kind is PersonKind.PUPIL else _staff(sheet, row, key)
    sheet.people.append((person, [*others, *remarks]))


def _kind(sheet: _Sheet, row: Row) -> tuple[PersonKind | None, str]:
    """What the row is of, and a member of staff's role; from its own words, else from the columns there are."""
    told, role = fold(sheet.get(row, "kind")), fold(sheet.get(row, "role"))
    if told in _PUPILS or told.rstrip("s") in _PUPILS:
        return PersonKind.PUPIL, ""
    if told in _GUARDIANS or told.rstrip("s") in _GUARDIANS:
        return PersonKind.GUARDIAN, ""
    for words in (role, told):
        if words:
            found = _ROLE_OF.get(words) or _ROLE_OF.get(words.rstrip("s"))
            return (PersonKind.STAFF, found) if found else (None, "")
    if sheet.has("child_identifier", "child_last_name", "child_first_name"):
        return PersonKind.GUARDIAN, ""
    if sheet.has("role", "function", "subject", "classes_taught", "main_class"):
        function = fold(sheet.get(row, "function"))
        teaches = bool(sheet.get(row, "subject") or sheet.get(row, "classes_taught"))
        return PersonKind.STAFF, _ROLE_OF.get(function) or (Role.TEACHER if teaches else Role.ADMINISTRATIVE).value
    return PersonKind.PUPIL, ""


def _person(
    sheet: _Sheet, row: Row, kind: PersonKind, who: tuple[str, str, str], role: str, remarks: list[Record]
) -> PersonInfo:
    key, last, first = who
    born, wrong = _date(sheet.get(row, "birth_date"), sheet.today)
    if wrong:
        sentence = _("La date de naissance «\u00a0%(text)s\u00a0» n’est pas une date\u202f: elle est laissée de côté.")
        remarks.append(
            sheet.remark(Level.NOTE, "bad-birth-date", sentence % {"text": wrong[:20]}, row, kind, f"{first} {last}")
        )
    found = email(sheet.get(row, "email"))
    if found is None:
        sentence = _("«\u00a0%(text)s\u00a0» n’est pas une adresse électronique\u202f: elle est laissée de côté.")
        text = sheet.get(row, "email")[:80]
        remarks.append(sheet.remark(Level.NOTE, "bad-email", sentence % {"text": text}, row, kind, f"{first} {last}"))
    ine = sheet.get(row, "ine").upper() if kind is PersonKind.PUPIL else ""
    strong = bool(sheet.get(row, "identifier") or ine)
    return PersonInfo(
        kind, key, last, first, ids=(f"ine:{ine}",) if ine else (), weak=not strong,
        structures=(sheet.structure,) if sheet.structure else (), facets=_facets(sheet, kind),
        roles=frozenset({role}) if role else frozenset(),
        civility=civility(sheet.get(row, "civility")) or _SEXES.get(sheet.get(row, "civility").lower()[:1]),
        birth_name=surname(sheet.get(row, "birth_name")) or None, birth_date=born,
        function=(sheet.get(row, "function")[:100] or None) if kind is PersonKind.STAFF else None, email=found or None,
        phones=phones(sheet.get(row, "mobile"), sheet.get(row, "phone")) or None,
        address=_address(sheet, row, "") or None, regime=sheet.get(row, "regime")[:60] or None,
    )  # fmt: skip


_SEXES = {"f": "Mme", "m": "M.", "g": "M.", "h": "M."}


def _facets(sheet: _Sheet, kind: PersonKind) -> frozenset[Facet]:
    """What columns speak of is given in full."""
    if kind is PersonKind.STAFF:
        told = {Facet.ROLES: True, Facet.TEACHING: sheet.has("classes_taught"), Facet.STAYS: sheet.has("main_class")}
    else:
        both = sheet.has("class") and sheet.has("groups")
        told = {
            Facet.STAYS: both, Facet.CLASS_STAYS: sheet.has("class") and not both,
            Facet.GROUP_STAYS: sheet.has("groups") and not both,
            Facet.RELATIONS: sheet.has("guardian1_last_name"),
        }  # fmt: skip
    return frozenset(facet for facet, is_told in told.items() if is_told)


def _date(text: str, today: date) -> tuple[date | None, str]:
    try:
        born = parse_date(text)
    except InvalidDate:
        return None, text
    return (None, text) if born is not None and born > today else (born, "")


def _address(sheet: _Sheet, row: Row, prefix: str) -> str:
    return address(*(sheet.get(row, f"{prefix}{name}") for name in ("address", "postcode", "town")))


def _pupil(sheet: _Sheet, row: Row, key: str) -> list[Record]:
    """Where a pupil is; the guardians beside are set aside with the child's key."""
    names = f"{fold(sheet.get(row, 'last_name'))} {fold(sheet.get(row, 'first_name'))}"
    for word in (names, sheet.get(row, "identifier"), sheet.get(row, "ine").upper()):
        if word:
            sheet.children.setdefault(word, set()).add(key)
    for rank in GUARDIANS:
        _guardian_beside(sheet, row, key, f"guardian{rank}_")
    stays: list[Record] = []
    level = sheet.get(row, "level")
    if name := sheet.get(row, "class"):
        stays.append(
            Stay(key, sheet.structure, StayKind.CLASS, name[:60], name[:40], level_name(level) if level else "")
        )
    for name in dict.fromkeys(part.strip() for part in _SEVERAL.split(sheet.get(row, "groups"))):
        if name:
            stays.append(Stay(key, sheet.structure, StayKind.GROUP, name[:60], name[:40]))
    return stays


def _staff(sheet: _Sheet, row: Row, key: str) -> list[Record]:
    subject = label(sheet.get(row, "subject"))[:100]
    found: list[Record] = []
    for name in dict.fromkeys(part.strip() for part in _SEVERAL.split(sheet.get(row, "main_class"))):
        if name and fold(name) not in _YES | _NO:
            found.append(Stay(key, sheet.structure, StayKind.MAIN_TEACHER, name[:60], name[:40]))
    for name in dict.fromkeys(part.strip() for part in _SEVERAL.split(sheet.get(row, "classes_taught"))):
        if name:
            found.append(Teaching(key, sheet.structure, StayKind.CLASS, name[:60], "", subject or _("Enseignement")))
    return found


# --- guardians ------------------------------------------------------------------------------------------
def _guardian_beside(sheet: _Sheet, row: Row, child: str, prefix: str) -> None:
    last, first = surname(sheet.get(row, f"{prefix}last_name")), forename(sheet.get(row, f"{prefix}first_name"))
    if last and first:
        sheet.families.add(_adult(sheet, row, prefix, (last, first), [child]))
    elif last or first:
        sentence = _("Il manque le nom ou le prénom du responsable\u202f: il n’a pas été lu, l’élève si.")
        who = f"{first} {last}".strip()
        sheet.loose.append(sheet.remark(Level.DANGLING, "guardian-no-name", sentence, row, PersonKind.GUARDIAN, who))


def _adult(sheet: _Sheet, row: Row, prefix: str, names: tuple[str, str], children: list[str]) -> Adult:
    def get(name: str) -> str:
        return sheet.get(row, f"{prefix}{name}")

    return Adult(
        *names, children, civility(get("civility")), email(get("email")) or "", phones(get("mobile"), get("phone")),
        _address(sheet, row, prefix), surname(get("birth_name")), get("identifier"), _kinship(get("kinship")),
        _authority(get("authority")),
    )  # fmt: skip


def _kinship(text: str) -> Kinship:
    return kinship_of(text) or _KINSHIPS.get(fold(text), Kinship.OTHER)


def _authority(text: str) -> Authority:
    """A guardian of whom nothing is said is a legal one; « non » is a contact."""
    words = fold(text)
    if not words or words in _YES:
        return Authority.LEGAL
    if "charge" in words:
        return Authority.IN_CHARGE
    return Authority.CONTACT if words in _NO else authority_of(words)


def _guardian_row(sheet: _Sheet, row: Row) -> None:
    """A row of its own: the child is named by an id or by its names, among the pupils of the same table."""
    last, first = surname(sheet.get(row, "last_name")), forename(sheet.get(row, "first_name"))
    who = f"{first} {last}"
    identifier = sheet.get(row, "child_identifier")
    child = f"{sheet.get(row, 'child_first_name')} {sheet.get(row, 'child_last_name')}".strip()
    names = f"{fold(sheet.get(row, 'child_last_name'))} {fold(sheet.get(row, 'child_first_name'))}"
    found = sheet.children.get(identifier) or sheet.children.get(identifier.upper()) if identifier else None
    found = found or sheet.children.get(names) or set()
    if len(found) == 1:
        sheet.families.add(_adult(sheet, row, "", (last, first), list(found)))
        return
    code, sentence = (
        ("ambiguous-child", _("Plusieurs élèves s’appellent %(child)s\u202f: ajoutez l’identifiant de l’enfant."))
        if found
        else (
            "unknown-child",
            _("L’enfant %(child)s n’est pas parmi les élèves de ce tableau\u202f: mettez-les dans le même tableau."),
        )
    )
    told = child or identifier or "?"
    sheet.loose.append(
        sheet.remark(Level.REFUSED, code, sentence % {"child": told}, row, PersonKind.GUARDIAN, who)
    )
