"""Guardians in SIECLE: who they are, and of whom with what right."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from lxml import etree

from core.imports.neutral import Facet, Level, PersonInfo, PersonKind, Record, Relation, Remark
from core.imports.readers.aaf.relations import authority_of, kinship_of
from core.imports.readers.naming import forename, surname
from core.imports.readers.siecle.records import Remarks, email_of, phones_of
from core.imports.readers.siecle.school import GUARDIANS, School, of, text_of
from core.imports.readers.values import civility
from core.people.choices import Authority, Kinship

_RANKS = {Authority.LEGAL: 0, Authority.IN_CHARGE: 1, Authority.CONTACT: 2}


def relations(school: School, identifier: str, remarks: Remarks) -> list[Relation]:
    found = []
    for link in school.links.get(identifier, ()):
        kinship = kinship_of(link.get("CODE_PARENTE", ""))
        if kinship is None:
            remarks.add(
                Level.NOTE, "unknown-kinship",
                _("Le lien de parenté «\u00a0%(code)s\u00a0» est inconnu\u202f: il est noté «\u00a0autre lien\u00a0».")
                % {"code": link.get("CODE_PARENTE", "")[:10]},
            )  # fmt: skip
        found.append((_authority(link), link, kinship or Kinship.OTHER))
    found.sort(key=lambda one: (_RANKS[one[0]], one[1].get("RESP_LEGAL", "")))
    guardians: dict[str, Relation] = {}
    for priority, (authority, link, kinship) in enumerate(found, start=1):
        guardians.setdefault(
            link["PERSONNE_ID"],
            Relation(
                school.pupil_key(identifier), school.guardian_key(link["PERSONNE_ID"]), kinship, authority,
                link.get("RESP_FINANCIER") == "1", link.get("PERS_CONTACT") == "1" or authority is Authority.LEGAL,
                priority,
            ),
        )
    return list(guardians.values())


def _authority(link: dict[str, str]) -> Authority:
    """NIVEAU_RESPONSABILITE as in AAF; the older RESP_LEGAL numbered the two legal guardians 1 and 2."""
    if level := link.get("NIVEAU_RESPONSABILITE"):
        return authority_of(level)
    return Authority.LEGAL if link.get("RESP_LEGAL") in {"1", "2"} else Authority.CONTACT


def relations_alone(school: School) -> Iterator[Record]:
    """The guardians of pupils whose own file is not there: they are known from before, or the record is refused."""
    member = school.files.get(GUARDIANS)
    for identifier in school.links:
        key = school.pupil_key(identifier)
        yield PersonInfo(
            PersonKind.PUPIL, key, "", "", structures=(school.key,), facets=frozenset({Facet.RELATIONS}), partial=True
        )
        remarks = Remarks(member.name if member else "", None, key, "", PersonKind.PUPIL)
        yield from relations(school, identifier, remarks)
        yield from remarks.all


def guardians(school: School) -> Iterator[Record]:
    member = school.files.get(GUARDIANS)
    wanted = {link["PERSONNE_ID"] for links in school.links.values() for link in links}
    met: set[str] = set()
    for element in of(school, GUARDIANS, "PERSONNE"):
        identifier = element.get("PERSONNE_ID", "")
        last = surname(text_of(element, "NOM_USAGE", "NOM_DE_FAMILLE", "NOM"))
        first = forename(text_of(element, "PRENOM"))
        key = school.guardian_key(identifier)
        remarks = Remarks(member.name if member else "", element, key, f"{first} {last}".strip(), PersonKind.GUARDIAN)
        if not identifier or not last or not first or identifier in met:
            remarks.add(
                Level.REFUSED, "contradictory" if identifier in met else "no-name",
                _("L’identifiant %(id)s est déjà celui d’une autre personne.") % {"id": identifier}
                if identifier in met
                else _("Cette personne n’a pas d’identifiant, de nom ou de prénom\u202f: complétez sa fiche."),
            )  # fmt: skip
            met.add(identifier)
            yield from remarks.all
            continue
        met.add(identifier)
        if identifier in wanted:  # nobody's guardian is nobody's business
            yield _guardian(school, element, key, (last, first), remarks)
            yield from remarks.all
    yield from _absent(school, member.name if member else "", wanted - met)


def _guardian(
    school: School, element: etree._Element, key: str, names: tuple[str, str], remarks: Remarks
) -> PersonInfo:
    return PersonInfo(
        PersonKind.GUARDIAN, key, *names,
        civility=civility(text_of(element, "LC_CIVILITE", "LL_CIVILITE", "CODE_CIVILITE")) or None,
        birth_name=surname(text_of(element, "NOM_DE_FAMILLE", "NOM")) or None, email=email_of(element, remarks),
        phones=phones_of(element), address=school.addresses.get(text_of(element, "ADRESSE_ID")) or None,
    )  # fmt: skip


def _absent(school: School, file: str, absent: Iterable[str]) -> Iterator[Remark]:
    for identifier in sorted(absent):
        yield Remark(
            Level.DANGLING, "unknown-guardian",
            _("Le responsable %(id)s est cité par un élève et absent du fichier\u202f: le lien n’a pas pu être fait.")
            % {"id": identifier},
            file, key=school.guardian_key(identifier), kind=PersonKind.GUARDIAN,
        )  # fmt: skip
