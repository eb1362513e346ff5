"""Pupils in SIECLE: who they are, where they are."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from lxml import etree

from core.imports.neutral import Facet, Level, PersonInfo, PersonKind, Record, Stay, StayKind
from core.imports.readers.aaf.export import level_name
from core.imports.readers.aaf.files import day_in_words
from core.imports.readers.naming import forename, surname
from core.imports.readers.siecle.guardians import relations
from core.imports.readers.siecle.records import Remarks, email_of, phones_of
from core.imports.readers.siecle.school import GUARDIANS, PUPILS, School, of, text_of
from core.imports.readers.values import InvalidDate, parse_date

_REGIMES = {
    "0": "Externe libre", "1": "Externe surveillé", "2": "Demi-pensionnaire dans l’établissement",
    "3": "Interne dans l’établissement", "4": "Interne externé", "5": "Interne hébergé",
    "6": "Demi-pensionnaire hors de l’établissement",
}  # fmt: skip
_SEXES = {"1": "M.", "2": "Mme"}


def pupils(school: School, today: date) -> Iterator[Record]:
    member = school.files.get(PUPILS)
    for element in of(school, PUPILS, "ELEVE"):
        identifier = element.get("ELEVE_ID", "")
        key, name = school.pupil_key(identifier), member.name if member else ""
        last = surname(text_of(element, "NOM_USAGE", "NOM_DE_FAMILLE", "NOM"))
        first = forename(text_of(element, "PRENOM"))
        remarks = Remarks(name, element, key, f"{first} {last}".strip(), PersonKind.PUPIL)
        if not _may_be_read(school, identifier, last, first, remarks):
            yield from remarks.all
            continue
        stays = _stays(school, element, identifier, today, remarks)
        yield _pupil(school, element, (identifier, last, first), remarks)
        yield from relations(school, identifier, remarks)
        yield from stays
        yield from remarks.all


def _may_be_read(school: School, identifier: str, last: str, first: str, remarks: Remarks) -> bool:
    if not identifier or not last or not first:
        remarks.add(
            Level.REFUSED, "no-name",
            _("Cet élève n’a pas d’identifiant, de nom ou de prénom\u202f: il n’a pas été lu. Complétez sa fiche."),
        )  # fmt: skip
        return False
    if school.key + identifier in school.told:
        remarks.add(
            Level.REFUSED, "contradictory",
            _("L’identifiant %(id)s est déjà celui d’un autre élève.") % {"id": identifier},
        )
        return False
    if not any(kind is StayKind.CLASS for kind, _code in school.places.get(identifier, ())):
        remarks.add(Level.NOTE, "no-class", _("Cet élève n’a pas de division\u202f: il n’est pas importé."))
        return False
    school.told.add(school.key + identifier)
    return True


def _pupil(school: School, element: etree._Element, who: tuple[str, str, str], remarks: Remarks) -> PersonInfo:
    identifier, last, first = who
    ine = text_of(element, "ID_NATIONAL", "INE_RNIE", "INE_BEA", "INE")
    facets = {Facet.STAYS} | ({Facet.RELATIONS} if GUARDIANS in school.files else set())
    regime = text_of(element, "CODE_REGIME")
    return PersonInfo(
        PersonKind.PUPIL, school.pupil_key(identifier), last, first,
        ids=(f"ine:{ine.upper()}",) if ine else (), structures=(school.key,), facets=frozenset(facets),
        civility=_SEXES.get(text_of(element, "CODE_SEXE")),
        birth_name=surname(text_of(element, "NOM_DE_FAMILLE", "NOM")) or None,
        birth_date=_birth(element, remarks), email=email_of(element, remarks), phones=phones_of(element),
        address=school.addresses.get(text_of(element, "ADRESSE_ID")) or None,
        regime=(school.regimes.get(regime) or _REGIMES.get(regime) or None) if regime else None,
        studies=tuple(dict.fromkeys(school.options[identifier])) if identifier in school.options else None,
    )  # fmt: skip


def _birth(element: etree._Element, remarks: Remarks) -> date | None:
    text = text_of(element, "DATE_NAISS", "DATE_NAISSANCE")
    try:
        return parse_date(text)
    except InvalidDate:
        remarks.add(
            Level.NOTE, "bad-birth-date",
            _("La date de naissance «\u00a0%(text)s\u00a0» n’est pas une date\u202f: elle est laissée de côté.")
            % {"text": text[:20]},
        )  # fmt: skip
        return None


def _stays(school: School, element: etree._Element, identifier: str, today: date, remarks: Remarks) -> list[Stay]:
    """Where a pupil is; nowhere any more once the day of leaving has passed."""
    starts, ends = _day(element, "DATE_ENTREE"), _day(element, "DATE_SORTIE")
    if ends is not None and ends <= today:
        remarks.add(
            Level.NOTE, "left",
            _("Cet élève est sorti le %(day)s\u202f: il n’est plus dans sa classe.") % {"day": day_in_words(ends)},
        )
        return []
    stays = []
    for kind, code in school.places[identifier]:
        known = (school.divisions if kind is StayKind.CLASS else school.groups).get(code)
        level = level_name(school.programmes.get(text_of(element, "CODE_MEF"), "")) if kind is StayKind.CLASS else ""
        stays.append(
            Stay(
                school.pupil_key(identifier), school.key, kind, code, (known.name if known else code)[:40], level,
                starts if kind is StayKind.CLASS else None, ends if kind is StayKind.CLASS else None,
            )
        )
    return stays


def _day(element: etree._Element, tag: str) -> date | None:
    try:
        return parse_date(text_of(element, tag))
    except InvalidDate:
        return None
