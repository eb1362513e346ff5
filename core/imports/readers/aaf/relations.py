"""Who answers for a pupil, with what right: ENTElevePersRelEleve and its older and 1D forms."""

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


def kinship_of(code: str) -> Kinship | None:
    """The relation of an AAF or SIECLE code, of the list in force or of the old one; None for an unknown code."""
    return _KINSHIPS.get(code.strip().lstrip("0"))


def authority_of(code: str) -> Authority:
    """`légal`: 1 legal responsible, 2 person in charge; anything else entitles to nothing."""
    return _AUTHORITIES.get(code.strip(), Authority.CONTACT)


def relations(export: Export, request: Request, remarks: list[Record]) -> list[Relation] | None:
    """A pupil's guardians, the legal ones first; None where the record does not speak of them."""
    if "ENTElevePersRelEleve" in request.attributes:
        found = _of_six_fields(export, request, remarks)
    elif "ENTEleveAutoriteParentale" in request.attributes:
        found = _of_authority(export, request, remarks)
    else:
        return None
    child = export.key(request.id)
    links = []
    for priority, (guardian, kinship, authority, pays, contact) in enumerate(_once(found), start=1):
        if guardian == request.id:
            remarks.append(_own_guardian(export, request))
            continue
        _note_citation(export, guardian, request.id)
        links.append(
            Relation(child, export.key(guardian), kinship, authority, pays, contact or authority == "1", priority)
        )
    return links


_Found = tuple[str, Kinship, Authority, bool, bool]


def _once(found: list[_Found]) -> list[_Found]:
    """Each guardian once, with the strongest right told of; the strongest first, else in the order of the file."""
    if len(found) > 1:
        found.sort(key=lambda one: _RANKS[one[2]])
    kept: dict[str, _Found] = {}
    for one in found:
        kept.setdefault(one[0], one)
    return list(kept.values())


def _of_six_fields(export: Export, request: Request, remarks: list[Record]) -> list[_Found]:
    """`idResp$lien$financier$légal$contact$paiement`."""
    found = []
    for value in request.many("ENTElevePersRelEleve"):
        parts = value.split("$")
        if len(parts) != 6 or not parts[0]:
            remarks.append(_unreadable(export, request, value))
            continue
        guardian, lien, pays, legal, contact = (part.strip() for part in parts[:5])
        authority = authority_of(legal)
        if legal == "2" and lien in _OLD:
            _note_second(export, request, guardian, remarks)
        found.append((guardian, _kinship(export, request, lien, remarks), authority, pays == "1", contact == "1"))
    return found


def _of_authority(export: Export, request: Request, remarks: list[Record]) -> list[_Found]:
    """`idResp$lien` in 1D; in old 2D files the ids alone, with the father's and the mother's beside."""
    father, mother = request.text("ENTElevePere"), request.text("ENTEleveMere")
    found = []
    for value in request.many("ENTEleveAutoriteParentale"):
        guardian, _sep, lien = value.partition("$")
        if not lien:
            lien = "20" if guardian == father else "10" if guardian == mother else "90"
        found.append((guardian, _kinship(export, request, lien, remarks), Authority.LEGAL, False, True))
    return found


def _kinship(export: Export, request: Request, code: str, remarks: list[Record]) -> Kinship:
    kinship = kinship_of(code)
    if kinship is None:
        remarks.append(
            remark_on(
                request, Level.NOTE, "unknown-kinship",
                _("Le lien de parenté «\u00a0%(code)s\u00a0» est inconnu\u202f: il est noté «\u00a0autre lien\u00a0».")
                % {"code": code[:10]}, export.key(request.id),
            )
        )
        return Kinship.OTHER
    return kinship


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


def _note_second(export: Export, request: Request, guardian: str, remarks: list[Record]) -> None:
    """Old files call the second holder of parental authority 2, which has come to mean a person in charge."""
    if guardian in request.many("ENTEleveAutoriteParentale"):
        remarks.append(
            remark_on(
                request, Level.NOTE, "authority-to-check",
                _(
                    "Le responsable %(id)s est «\u00a0personne en charge\u00a0» d’après son niveau, mais aussi parmi "
                    "l’autorité parentale. Vérifiez ses droits sur la fiche de l’élève."
                ) % {"id": guardian}, export.key(request.id),
            )
        )


def _note_citation(export: Export, guardian: str, child: str) -> None:
    if guardian.isdecimal() and child.isdecimal() and max(len(guardian), len(child)) <= 18:
        export.cited.extend((int(guardian), int(child)))
