"""ONDE: the pupils of a primary school and their guardians, as its two CSV extractions (standards.md, §2).

Columns are found by their headers, which have moved from year to year. Guardians have no ids and name their children.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from core.imports.errors import SourceError
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
)
from core.imports.readers.aaf.export import level_name
from core.imports.readers.families import Adult, Families
from core.imports.readers.naming import forename, surname
from core.imports.readers.tabular import Row, Table, is_table, open_table
from core.imports.readers.values import InvalidDate, address, civility, email, parse_date, phones
from core.imports.sources import Member, Source
from core.people.text import fold

_PUPIL = {
    "last": ("nom eleve", "nom de famille eleve"), "usage": ("nom d usage eleve", "nom usage eleve"),
    "first": ("prenom eleve",), "born": ("date naissance", "date de naissance"), "sex": ("sexe",),
    "ine": ("ine", "identifiant national eleve"), "level": ("niveau",), "class": ("libelle classe", "classe"),
    "class_id": ("identifiant classe",), "cycle": ("cycle",),
}  # fmt: skip
_ADULT = {
    "title": ("civilite responsable",), "usage": ("nom d usage responsable",),
    "last": ("nom responsable", "nom de famille responsable"), "first": ("prenom responsable",),
    "street": ("adresse responsable",), "postcode": ("cp responsable", "code postal responsable"),
    "town": ("commune responsable",), "country": ("pays", "pays responsable"), "email": ("courriel", "mail"),
    "home": ("telephone domicile",), "work": ("telephone travail",), "mobile": ("telephone portable",),
}  # fmt: skip
_CHILD = {
    "last": ("nom de famille enfant", "nom enfant"), "usage": ("nom d usage enfant",), "first": ("prenom enfant",),
    "class": ("classes enfants", "classe enfant"),
}  # fmt: skip
HEADERS = frozenset(name for table in (_PUPIL, _ADULT, _CHILD) for names in table.values() for name in names)
_SEXES = {"f": "Mme", "m": "M.", "g": "M.", "1": "M.", "2": "Mme"}


@dataclass(slots=True)
class _Pupil:
    key: str
    last: str
    first: str
    names: set[str]
    class_name: str
    records: list[Record] = field(default_factory=list)


@dataclass(slots=True)
class _Files:
    pupils: Table | None = None
    guardians: Table | None = None
    names: list[str] = field(default_factory=list)


def kind_of_table(member: Member) -> str:
    """"pupils", "guardians", or "" for a table that ONDE did not write."""
    if not is_table(member):
        return ""
    headers = {fold(header) for header in open_table(member, HEADERS).headers}
    if headers & set(_ADULT["last"]) and headers & set(_CHILD["first"]):
        return "guardians"
    if headers & {"nom eleve", "nom de famille eleve"} and "prenom eleve" in headers and headers & {
        "libelle classe", "identifiant classe", "niveau", "cycle",
    }:  # fmt: skip
        return "pupils"
    return ""


def read_onde(source: Source, *, uai: str = "", today: date) -> Reading:
    """Reads the extraction of pupils, and that of guardians where it is there.

    Raises SourceError where the pupils are missing: guardians only name them.
    """
    files = _Files()
    for member in source.members:
        kind = kind_of_table(member)
        if kind:
            files.names.append(member.name)
            if getattr(files, kind) is not None:
                raise SourceError(
                    "file-twice",
                    _("Il y a ici deux extractions ONDE de la même sorte. Gardez une école, la plus récente."),
                )
            setattr(files, kind, open_table(member, HEADERS))
    if files.pupils is None:
        raise SourceError(
            "no-pupils",
            _(
                "Il manque l’extraction des élèves de ONDE\u202f: celle des responsables ne fait que les nommer. "
                "Envoyez les deux fichiers ensemble."
            ),
        )
    told = _("élèves et responsables") if files.guardians else _("élèves")
    info = SourceInfo(
        Format.ONDE, _("ONDE, %(told)s") % {"told": told}, complete=True, uais=(uai,) if uai else (),
        digest=source.cheap_digest(), files=tuple(files.names),
    )  # fmt: skip
    return Reading(info, _records(files, uai, today))


def _records(files: _Files, uai: str, today: date) -> Iterator[Record]:
    structure = f"uai:{uai}" if uai else ""
    if uai:
        yield Structure(structure, uai)
    space = f"onde.{uai}" if uai else "onde"
    refused: list[Remark] = []
    pupils = list(_pupils(files, structure, space, today, refused))
    families = Families(space)
    if files.guardians is not None:
        refused += _guardians(files.guardians, pupils, families)
        families.settle()
    for pupil in pupils:
        person, *others = pupil.records
        yield person
        yield from families.relations(pupil.key) if files.guardians is not None else ()
        yield from others
    yield from families.people()
    yield from refused
    for name in families.homonyms():
        yield Remark(
            Level.NOTE, "homonyms",
            _("Plusieurs responsables s’appellent %(name)s sans rien d’autre en commun\u202f: vérifiez qui est qui.")
            % {"name": name}, label=name, kind=PersonKind.GUARDIAN,
        )  # fmt: skip


def _columns(table: Table, wanted: dict[str, tuple[str, ...]]) -> dict[str, list[int]]:
    """Where each field stands; repeated columns (children) have several places."""
    places: dict[str, list[int]] = {}
    for at, header in enumerate(table.headers):
        folded = fold(header.rsplit(" (", 1)[0] if header.endswith(")") else header)
        for field_, names in wanted.items():
            if folded in names:
                places.setdefault(field_, []).append(at)
    return places


def _value(row: Row, places: dict[str, list[int]], name: str, rank: int = 0) -> str:
    found = places.get(name, ())
    return row.cells[found[rank]] if rank < len(found) and found[rank] < len(row.cells) else ""


def _pupils(files: _Files, structure: str, space: str, today: date, refused: list[Remark]) -> Iterator[_Pupil]:
    table = files.pupils
    if table is None:
        return
    places = _columns(table, _PUPIL)
    met: dict[str, int] = {}
    for row in table.rows:
        last_name, usage = (surname(_value(row, places, name)) for name in ("last", "usage"))
        first, ine = forename(_value(row, places, "first")), _value(row, places, "ine").upper()
        born, wrong = _born(_value(row, places, "born"), today)
        key = f"{space}:{ine}" if ine else f"{space}:{fold(last_name)} {fold(first)} {born or ''}".rstrip()
        who = f"{first} {usage or last_name}".strip()
        if not (last_name and first) or key in met:
            refused.append(_refused(table, row, key, who, met.get(key)))
            continue
        met[key] = row.line
        pupil = _Pupil(key, last_name, first, {_names(name, first) for name in (last_name, usage) if name},
                       fold(_value(row, places, "class")))  # fmt: skip
        pupil.records.append(
            PersonInfo(
                PersonKind.PUPIL, key, usage or last_name, first, ids=(f"ine:{ine}",) if ine else (), weak=not ine,
                structures=(structure,) if structure else (), birth_name=last_name, birth_date=born,
                facets=frozenset({Facet.STAYS} | ({Facet.RELATIONS} if files.guardians is not None else set())),
                civility=_SEXES.get(_value(row, places, "sex").lower()[:1]),
            )
        )
        pupil.records += _stay(row, places, key, structure)
        if wrong:
            pupil.records.append(
                Remark(
                    Level.NOTE, "bad-birth-date",
                    _("La date de naissance «\u00a0%(text)s\u00a0» n’est pas une date\u202f: elle est laissée de côté.")
                    % {"text": wrong[:20]}, table.name, row.line, key, who, kind=PersonKind.PUPIL,
                )
            )
        yield pupil


def _names(last: str, first: str) -> str:
    return f"{fold(last)} {fold(first)}"


def _born(text: str, today: date) -> tuple[date | None, str]:
    """The day, and the text where it is none."""
    try:
        born = parse_date(text)
    except InvalidDate:
        return None, text
    return (None, text) if born is not None and born > today else (born, "")


def _refused(table: Table, row: Row, key: str, who: str, first_line: int | None) -> Remark:
    sentence = (
        _("Cet élève est déjà à la ligne %(line)s\u202f: seule la première est lue.") % {"line": first_line}
        if first_line
        else _("Il manque le nom ou le prénom de l’élève\u202f: complétez la ligne.")
    )
    code = "contradictory" if first_line else "no-name"
    return Remark(
        Level.REFUSED, code, sentence, table.name, row.line, key, who, table.by_header(row), PersonKind.PUPIL
    )


def _stay(row: Row, places: dict[str, list[int]], key: str, structure: str) -> list[Record]:
    """A class of several levels has one identifier; the level is each pupil's, and may be empty (ULIS)."""
    name = _value(row, places, "class")
    code = _value(row, places, "class_id") or name
    if not code:
        return [
            Remark(
                Level.NOTE, "no-class", _("Cet élève n’est dans aucune classe. Répartissez-le dans ONDE."),
                line=row.line, key=key, kind=PersonKind.PUPIL,
            )
        ]  # fmt: skip
    level = _value(row, places, "level")
    shown = level_name(level, school="ecole") if level else ""
    return [Stay(key, structure, StayKind.CLASS, code[:60], (name or code)[:40], shown)]


def _guardians(table: Table, pupils: list[_Pupil], families: Families) -> list[Remark]:
    """Each guardian to their children, who are found by their names, and by their class where two bear the same."""
    own, children = _columns(table, _ADULT), _columns(table, _CHILD)
    by_names: dict[str, list[_Pupil]] = {}
    for pupil in pupils:
        for name in pupil.names:
            by_names.setdefault(name, []).append(pupil)
    remarks: list[Remark] = []
    for row in table.rows:
        last = surname(_value(row, own, "usage") or _value(row, own, "last"))
        first = forename(_value(row, own, "first"))
        found = _children(table, row, children, by_names, f"{first} {last}".strip(), remarks)
        if not (last and first):
            remarks.append(
                Remark(
                    Level.REFUSED, "no-name",
                    _("Il manque le nom ou le prénom du responsable\u202f: complétez la ligne."),
                    table.name, row.line, row=table.by_header(row), kind=PersonKind.GUARDIAN,
                )
            )
        elif found:
            families.add(_adult(row, own, last, first, found))
    return remarks


def _adult(row: Row, own: dict[str, list[int]], last: str, first: str, children: list[str]) -> Adult:
    def get(name: str) -> str:
        return _value(row, own, name)

    return Adult(
        last, first, children, civility(get("title")), email(get("email")) or "",
        phones(get("mobile"), get("home"), get("work")),
        address(get("street"), get("postcode"), get("town"), get("country")), surname(get("last")),
    )  # fmt: skip


def _children(
    table: Table, row: Row, places: dict[str, list[int]], by_names: dict[str, list[_Pupil]], who: str,
    remarks: list[Remark],
) -> list[str]:  # fmt: skip
    found: list[str] = []
    for rank in range(len(places.get("first", ()))):
        last, usage, first, class_name = (_value(row, places, one, rank) for one in _CHILD)
        if not first or not (last or usage):
            continue
        matches = {
            pupil.key: pupil for name in (last, usage) if name for pupil in by_names.get(_names(name, first), ())
        }
        if len(matches) > 1 and class_name:
            wanted = fold(class_name)
            matches = {key: pupil for key, pupil in matches.items() if pupil.class_name and pupil.class_name in wanted}
        if len(matches) == 1:
            found += matches
            continue
        code, sentence = _unmatched(bool(matches))
        remarks.append(
            Remark(
                Level.DANGLING, code, sentence % {"child": f"{first} {last or usage}", "who": who or "?"}, table.name,
                row.line, label=who, row=table.by_header(row), kind=PersonKind.GUARDIAN,
            )
        )
    return list(dict.fromkeys(found))


def _unmatched(several: bool) -> tuple[str, str]:
    if several:
        return "ambiguous-child", _(
            "Plusieurs élèves s’appellent %(child)s\u202f: rien ne dit duquel %(who)s répond. Faites le lien à la main."
        )
    return "unknown-child", _("L’enfant %(child)s de %(who)s n’est pas parmi les élèves\u202f: le lien n’est pas fait.")
