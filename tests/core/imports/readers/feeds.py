"""Small AAF exports, written by the tests."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from core.imports.neutral import PersonInfo, Record, Relation, Remark, SourceInfo, Stay, Teaching
from core.imports.readers import read
from core.imports.sources import open_source

TODAY = date(2026, 11, 22)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">\n<ficAlimMENESR>\n'
CATEGORIES = {
    "Eleve": ("Personne", "Eleve"), "PersRelEleve": ("Personne", "PersRelEleve"),
    "PersEducNat": ("Personne", "PersEducNat"), "EtabEducNat": ("Structure", "EtabEducNat"),
    "MatiereEducNat": ("Matiere", "MatEducNat"), "MefEducNat": ("Mef", "MefEducNat"),
}  # fmt: skip
Values = Mapping[str, str | Sequence[str]]

COLLEGE = {
    "ENTStructureJointure": "15042", "ENTStructureUAI": "0679990V", "ENTStructureSIREN": "1",
    "ENTStructureNomCourant": "CLG$DES TILLEULS$STRASBOURG", "ENTStructureTypeStruct": "COLLEGE",
    "ENTServAcAcademie": "STRASBOURG", "ENTServAcCodeAcademie": "15",
    "ENTStructureClasses": ["6A$6EME A$10010012110", "5B$5EME B$10110001110"],
    "ENTStructureGroupes": ["6ALL$ALLEMAND GR1$6A$5B"],
}  # fmt: skip
PUPIL = {
    "ENTPersonDateNaissance": "06/06/2014", "ENTPersonNomPatro": "WEBER", "sn": "WEBER", "givenName": "LOÏC",
    "personalTitle": "M.", "ENTElevePersRelEleve": "7$10$1$1$1$1", "ENTPersonStructRattach": "15042",
    "ENTEleveClasses": "15042$6A", "ENTEleveGroupes": "",
}  # fmt: skip
GUARDIAN = {"ENTPersonNomPatro": "WEBER", "sn": "WEBER", "givenName": "SOPHIE", "personalTitle": "Mme"}
TEACHER = {
    "ENTPersonNomPatro": "KLEIN", "sn": "KLEIN", "givenName": "ANNE-LAURE", "personalTitle": "Mme",
    "ENTPersonStructRattach": "15042", "ENTPersonFonctions": "15042$ENS$ENSEIGNEMENT$L1300$MATHEMATIQUES",
    "ENTAuxEnsClassesMatieres": "15042$6A$061300", "ENTAuxEnsGroupesMatieres": "", "ENTAuxEnsClassesPrincipal": "",
}  # fmt: skip
SUBJECTS = {"061300": "MATHEMATIQUES", "030101": "ALLEMAND LV1"}
PROGRAMMES = {"10010012110": "6EME", "10110001110": "5EME"}


def _values(values: str | Sequence[str]) -> str:
    found = [values] if isinstance(values, str) else values
    return "".join(f"<value>{escape(one, quote=False)}</value>" for one in found if one) or "<value/>"


def request(kind: str, identifier: str, attributes: Values, operation: str = "add") -> str:
    category, value = CATEGORIES[kind]
    head = (
        f'<{operation}Request>\n<operationalAttributes><attr name="categorie{category}"><value>{value}</value></attr>'
        f"</operationalAttributes>\n<identifier><id>{identifier}</id></identifier>\n"
    )
    if operation == "add":
        lines = "".join(f'<attr name="{name}">{_values(one)}</attr>\n' for name, one in attributes.items())
        body = f"<attributes>\n{lines}</attributes>\n"
    elif operation == "modify":
        lines = "".join(
            f'<modification name="{name}" operation="replace">{_values(one)}</modification>\n'
            for name, one in attributes.items()
        )
        body = f"<modifications>\n{lines}</modifications>\n"
    else:
        body = ""
    return f"{head}{body}</{operation}Request>\n"


def document(*requests: str) -> str:
    return f"{HEAD}{''.join(requests)}</ficAlimMENESR>\n"


def write(folder: Path, kind: str, *requests: str, prefix: str = "ENT2DVA_Complet_20260901", number: int = 0) -> Path:
    path = folder / f"{prefix}_{kind}_{number:04d}.xml"
    path.write_text(document(*requests), encoding="utf-8")
    return path


def export(
    folder: Path,
    *,
    pupils: Mapping[str, Values] | None = None,
    guardians: Mapping[str, Values] | None = None,
    staff: Mapping[str, Values] | None = None,
    structures: Mapping[str, Values] | None = None,
    prefix: str = "ENT2DVA_Complet_20260901",
) -> Path:
    """A complete export of one collège, but for what is given."""
    parts: dict[str, Mapping[str, Values]] = {
        "EtabEducNat": {"15042": COLLEGE} if structures is None else structures,
        "MatiereEducNat": {code: {"ENTLibelleMatiere": name} for code, name in SUBJECTS.items()},
        "MefEducNat": {code: {"ENTLibelleMef": name} for code, name in PROGRAMMES.items()},
        "Eleve": {"1": PUPIL} if pupils is None else pupils,
        "PersRelEleve": {"7": GUARDIAN} if guardians is None else guardians,
        "PersEducNat": {"9": TEACHER} if staff is None else staff,
    }
    for kind, records in parts.items():
        write(folder, kind, *(request(kind, one, values) for one, values in records.items()), prefix=prefix)
    return folder


class Read:
    """All that a source says, sorted."""

    def __init__(self, *paths: Path, **options: Any) -> None:
        with open_source(*paths) as source:
            reading = read(source, **{"today": TODAY, "academie": "15", **options})
            self.info: SourceInfo = reading.info
            self.records: list[Record] = list(reading.records)
        self.people = {one.key: one for one in self.records if isinstance(one, PersonInfo)}
        self.relations = [one for one in self.records if isinstance(one, Relation)]
        self.stays = [one for one in self.records if isinstance(one, Stay)]
        self.teachings = [one for one in self.records if isinstance(one, Teaching)]
        self.remarks = [one for one in self.records if isinstance(one, Remark)]

    def person(self, identifier: str) -> PersonInfo:
        return self.people[identifier if ":" in identifier else f"aaf.15:{identifier}"]

    @property
    def codes(self) -> list[str]:
        return [remark.code for remark in self.remarks]
