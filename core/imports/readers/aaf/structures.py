"""Structures, subjects and programmes of an AAF export: read first, and whole, for people refer to them."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.imports.neutral import Division, GroupInfo, Level, Remark, Structure, SubjectInfo
from core.imports.readers.aaf.export import CLASS_CODE, CLASS_NAME, Export, Place, each, level_name, remark_on
from core.imports.readers.aaf.files import Kind
from core.imports.readers.aaf.records import Request
from core.imports.readers.academies import academy_code, academy_of_uai
from core.imports.readers.naming import label, place_name
from core.imports.sources.xml import xml_blocks
from tenants.establishments import uai as uais

_PROGRAMME = re.compile(r"[0-9A-Z]{11}\Z")
_NOT_SCHOOLS = re.compile(r"Z\.? ?REMP|ZONE DE REMPLACEMENT|RECTORAT|DSDEN|INSPECTION|CIRCONSCRIPTION|\bCIO\b|GRETA\b")
_ATTACHED = re.compile(rb'name="ENTPersonStructRattach">\s*<value>([^<]*)<')
SUBJECT_CODE, SUBJECT_NAME = 12, 100


def load(export: Export) -> tuple[list[Structure], list[SubjectInfo]]:
    """Reads the three small kinds of files into `export`, and gives what they say."""
    for request in _good(export, Kind.PROGRAMMES):
        export.programmes[request.id] = request.text("ENTLibelleMef")
    subjects = [subject for request in _good(export, Kind.SUBJECTS) if (subject := _subject(export, request))]
    wanted = list(_good(export, Kind.STRUCTURES))
    _find_academy(export, wanted)
    structures = [_structure(export, request) for request in wanted if request.operation != "delete"]
    return _with_pupils(export, structures), subjects


def _good(export: Export, kind: Kind) -> Iterator[Request]:
    for one in each(export, kind):
        if isinstance(one, Remark):
            export.early.append(one)
        elif one.operation == "delete" and kind is Kind.STRUCTURES:
            export.early.append(
                remark_on(
                    one, Level.NOTE, "structure-removed",
                    _("L’annuaire retire cette structure. Son école reste\u202f: fermez-la si elle a fermé."),
                )
            )
        elif one.operation != "delete":
            yield one


def _find_academy(export: Export, wanted: list[Request]) -> None:
    for request in wanted:
        if code := academy_code(request.text("ENTServAcCodeAcademie"), request.text("ENTServAcAcademie")):
            export.academy = code
            return
    for request in wanted:
        if code := academy_of_uai(uais.normalise(request.text("ENTStructureUAI", "ENTEtablissementUAI"))):
            export.academy = export.academy or code
            return


def _subject(export: Export, request: Request) -> SubjectInfo | None:
    code, name = request.id[:SUBJECT_CODE], label(request.text("ENTLibelleMatiere"))[:SUBJECT_NAME]
    if not name:
        return None
    export.subjects[code] = name
    return SubjectInfo(code, name)


def _structure(export: Export, request: Request) -> Structure:
    uai = uais.normalise(request.text("ENTStructureUAI", "ENTEtablissementUAI"))
    name = place_name(request.text("ENTStructureNomCourant"))
    place = export.places[request.id] = Place(export.key(request.id), uai, name, _is_school(request, name))
    divisions = [_division(export, value) for value in request.many("ENTStructureClasses")]
    place.classes = {division.code: division.name for division in divisions}
    place.lists_classes = bool(divisions)
    groups = [_group(place, value) for value in request.many("ENTStructureGroupes")]
    place.groups = {group.code: group.name for group in groups}
    place.lists_groups = bool(groups)
    if not request.partial:
        _remark_on_structure(export, request, place, len(divisions) + len(groups))
    return Structure(
        place.key,
        uai,
        name,
        place.is_school,
        tuple({division.code: division for division in divisions}.values()),
        tuple({group.code: group for group in groups}.values()),
    )


def _remark_on_structure(export: Export, request: Request, place: Place, listed: int) -> None:
    if not uais.is_valid(place.uai):
        sentence = (
            _("L’UAI %(uai)s de cette structure est faux\u202f: sa lettre ne va pas avec ses chiffres.")
            if place.uai
            else _("Cette structure n’a pas d’UAI\u202f: indiquez son école dans la table des jointures.")
        )
        export.early.append(
            remark_on(request, Level.NOTE, "bad-uai", sentence % {"uai": place.uai}, place.key, place.name)
        )
    if listed > len(place.classes) + len(place.groups):
        export.early.append(
            remark_on(
                request, Level.NOTE, "code-twice",
                _("Cette structure liste deux fois un même code de classe ou de groupe\u202f: le dernier compte."),
                place.key, place.name,
            )
        )


def _is_school(request: Request, name: str) -> bool:
    if request.partial:
        return True
    kind = request.text("ENTStructureTypeStruct").upper()
    return not _NOT_SCHOOLS.search(f"{name} {kind}".upper()) and (kind != "SANS OBJET")


def _division(export: Export, value: str) -> Division:
    """`code$libellé$MEF$MEF…`; a label may hold `$`, a programme is eleven figures."""
    code, _sep, rest = value.partition("$")
    parts = rest.split("$")
    programmes = []
    while len(parts) > 1 and _PROGRAMME.match(parts[-1]):
        programmes.append(parts.pop())
    labels = tuple(export.programmes.get(one, "") for one in programmes)
    return Division(code[:CLASS_CODE], _name("$".join(parts), code), level_name(*labels) if labels else "")


def _group(place: Place, value: str) -> GroupInfo:
    """`code$libellé$classe$classe…`; what is no class of the structure is still the label."""
    code, _sep, rest = value.partition("$")
    name, *parts = rest.split("$")
    while parts and place.classes and parts[0] not in place.classes:
        name = f"{name}${parts.pop(0)}"
    return GroupInfo(code[:CLASS_CODE], _name(name, code), tuple(dict.fromkeys(part for part in parts if part)))


def _name(text: str, code: str) -> str:
    return (" ".join(text.split()) or code)[:CLASS_NAME]


def _with_pupils(export: Export, structures: list[Structure]) -> list[Structure]:
    """The same, where those that pupils are attached to are schools, whatever their type says.

    The pupils' files are only looked through where a structure seems to be no school.
    """
    doubtful = {one.key: identifier for identifier, one in export.places.items() if not one.is_school}
    if not doubtful:
        return structures
    attached = _attached(export, {identifier.encode() for identifier in doubtful.values()})
    for identifier in attached:
        export.places[identifier].is_school = True
    return [
        one if one.is_school or doubtful[one.key] not in attached else
        Structure(one.key, one.uai, one.name, True, one.divisions, one.groups)
        for one in structures
    ]  # fmt: skip


def _attached(export: Export, doubtful: set[bytes]) -> set[str]:
    found: set[bytes] = set()
    for member in export.files.of(Kind.PUPILS):
        rest = b""
        for block in xml_blocks(member):
            found.update(doubtful.intersection(_ATTACHED.findall(rest + block)))
            if found == doubtful:
                return {identifier.decode() for identifier in found}
            rest = block[-200:]
        member.forget_head()
    return {identifier.decode() for identifier in found}
