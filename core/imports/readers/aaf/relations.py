"""Who answers for a pupil, with what right: ENTElevePersRelEleve and its older and 1D forms."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from core.imports.neutral import Level, Record, Relation
from core.imports.readers.aaf.export import Export, remark_on
from core.imports.readers.aaf.records import Request
from core.people.choices import Authority, Kinship

# Two figures since 2018, one before: a code of one list is never one of the other
_KINSHIPS = {
    **{kinship.value: kinship for kinship in Kinship},
    "1": Kinship.FATHER, "2": Kinship.MOTHER, "3": Kinship.TUTOR, "4": Kinship.OTHER_FAMILY,
    "5": Kinship.CHILD_WELFARE, "6": Kinship.OTHER, "7": Kinship.SELF,
}  # fmt: skip
_OLD = frozenset("1234567")
_RANKS = {Authority.LEGAL: 0, Authority.IN_CHARGE: 1, Authority.CONTACT: 2}
_AUTHORITIES = {"1": Authority.LEGAL, "2": Authority.IN_CHARGE}


@lru_cache(maxsize=200)
def kinship_of(code: str) -> Kinship | None:
    """The relation of an AAF or SIECLE code, of the list in force or of the old one; None for an unknown code."""
    return _KINSHIPS.get(code.strip().lstrip("0"))


def authority_of(code: str) -> Authority:
    """`légal`: 1 legal responsible, 2 person in charge; anything else entitles to nothing."""
    return _AUTHORITIES.get(code.strip(), Authority.CONTACT)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a pupil's record says of a guardian besides the id. `rank`: the strongest right first."""

    rank: int
    kinship: Kinship
    authority: Authority
    pays: bool
    is_contact: bool
    lien: str
    # Whether the code of kinship is one of neither list
    is_unknown: bool = False
    # Old files called the second holder of parental authority 2, which has come to mean a person in charge
    is_second: bool = False


@lru_cache(maxsize=2_000)
def _told(rest: str) -> _Told | None:
    """`lien$financier$légal$contact$paiement`; None for anything else."""
    parts = [part.strip() for part in rest.split("$")]
    if len(parts) != 5:
        return None
    lien, pays, legal, contact = parts[:4]
    authority, kinship = authority_of(legal), kinship_of(lien)
    return _Told(
        _RANKS[authority], kinship or Kinship.OTHER, authority, pays == "1",
        contact == "1" or authority is Authority.LEGAL, lien, kinship is None, legal == "2" and lien in _OLD,
    )  # fmt: skip


def relations(export: Export, request: Request, remarks: list[Record]) -> list[Relation] | None:
    """A pupil's guardians, the legal ones first; None where the record does not speak of them."""
    if "ENTElevePersRelEleve" in request:
        found = _of_six_fields(export, request, remarks)
    elif "ENTEleveAutoriteParentale" in request:
        found = _of_authority(request)
    else:
        return None
    if len(found) > 1:
        found.sort(key=_rank)
    key, child, seen = export.key, export.key(request.id), set()
    links: list[Relation] = []
    for guardian, told in found:
        if guardian in seen:
            continue  # cited twice: the strongest right stands
        seen.add(guardian)
        if told.is_unknown or told.is_second or guardian == request.id:
            _remark_on_link(export, request, guardian, told, remarks)
            if guardian == request.id:
                continue
        _note_citation(export, guardian, request.id)
        links.append(
            Relation(child, key(guardian), told.kinship, told.authority, told.pays, told.is_contact, len(links) + 1)
        )
    return links


def _rank(found: tuple[str, _Told]) -> int:
    return found[1].rank


def _of_six_fields(export: Export, request: Request, remarks: list[Record]) -> list[tuple[str, _Told]]:
    """`idResp$lien$financier$légal$contact$paiement`."""
    found = []
    for value in request.many("ENTElevePersRelEleve"):
        guardian, _sep, rest = value.partition("$")
        told = _told(rest)
        if told is None or not guardian:
            remarks.append(_unreadable(export, request, value))
        else:
            found.append((guardian.strip(), told))
    return found


def _of_authority(request: Request) -> list[tuple[str, _Told]]:
    """`idResp$lien` in 1D; in old 2D files the ids alone, with the father's and the mother's beside."""
    father, mother = request.text("ENTElevePere"), request.text("ENTEleveMere")
    found = []
    for value in request.many("ENTEleveAutoriteParentale"):
        guardian, _sep, lien = value.partition("$")
        if not lien:
            lien = "20" if guardian == father else "10" if guardian == mother else "90"
        kinship = kinship_of(lien)
        told = _Told(0, kinship or Kinship.OTHER, Authority.LEGAL, False, True, lien, kinship is None)
        found.append((guardian, told))
    return found


def _remark_on_link(export: Export, request: Request, guardian: str, told: _Told, remarks: list[Record]) -> None:
    if told.is_unknown:
        remarks.append(
            remark_on(
                request, Level.NOTE, "unknown-kinship",
                _("Le lien de parenté «\u00a0%(code)s\u00a0» est inconnu\u202f: il est noté «\u00a0autre lien\u00a0».")
                % {"code": told.lien[:10]}, export.key(request.id),
            )
        )
    if guardian == request.id:
        remarks.append(_own_guardian(export, request))
    elif told.is_second and guardian in request.many("ENTEleveAutoriteParentale"):
        remarks.append(_second(export, request, guardian))


def _unreadable(export: Export, request: Request, value: str) -> Record:
    return remark_on(
        request, Level.DANGLING, "unreadable-relation",
        _("Le responsable «\u00a0%(value)s\u00a0» est mal écrit\u202f: on attend six champs. Le lien n’a pas été fait.")
        % {"value": value[:60]}, export.key(request.id),
    )  # fmt: skip


def _own_guardian(export: Export, request: Request) -> Record:
    return remark_on(
        request, Level.NOTE, "own-guardian",
        _("Cet élève est son propre responsable\u202f: il n’a pas de lien avec lui-même."), export.key(request.id),
    )  # fmt: skip


def _second(export: Export, request: Request, guardian: str) -> Record:
    return remark_on(
        request, Level.NOTE, "authority-to-check",
        _(
            "Le responsable %(id)s est «\u00a0personne en charge\u00a0» d’après son niveau, mais aussi parmi "
            "l’autorité parentale. Vérifiez ses droits sur la fiche de l’élève."
        ) % {"id": guardian}, export.key(request.id),
    )  # fmt: skip


def _note_citation(export: Export, guardian: str, child: str) -> None:
    if guardian.isdecimal() and child.isdecimal() and len(guardian) <= 18 and len(child) <= 18:
        export.cited.append(int(guardian))
        export.cited.append(int(child))
