"""Pupils and their guardians in an AAF export."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from core.imports.neutral import (
    Facet,
    Level,
    PersonInfo,
    PersonKind,
    Record,
    Remark,
    Removal,
    Stay,
    StayKind,
)
from core.imports.readers.aaf.export import CLASS_CODE, CLASS_NAME, Export, Place, each, level_name, remark_on
from core.imports.readers.aaf.files import Kind
from core.imports.readers.aaf.records import Request, split_values
from core.imports.readers.aaf.relations import relations
from core.imports.readers.naming import forename, surname
from core.imports.readers.values import InvalidDate, address, civility, email, parse_date, phones

REGIME = 60
_NO_FACET: frozenset[Facet] = frozenset()
_NO_ROLE: frozenset[str] = frozenset()
_PHONES = (
    "mobile", "ENTPersonMobileSMS", "homePhone", "telephoneNumber", "ENTPersRelEleveTelMobile", "ENTPersonTelPerso",
    "ENTPersRelEleveTelPro",
)  # fmt: skip
# An empty mobile is said to be empty; for the other numbers it only means that nothing is known (standards.md, §1)
_CLEARING_PHONE = "ENTPersRelEleveTelMobile"  # mobile in 1D


def pupils(export: Export) -> Iterator[Record]:
    yield from _people(export, Kind.PUPILS, PersonKind.PUPIL, _pupil)


def guardians(export: Export) -> Iterator[Record]:
    """The guardians, then a remark for each that a pupil cites and the files do not hold."""
    yield from _people(export, Kind.GUARDIANS, PersonKind.GUARDIAN, _guardian)
    if export.files.is_complete and export.files.of(Kind.GUARDIANS):
        yield from _absent_guardians(export)


def _people(export: Export, kind: Kind, person: PersonKind, read) -> Iterator[Record]:  # type: ignore[no-untyped-def]
    for request in each(export, kind):
        if isinstance(request, Remark):
            yield request
        elif request.operation == "delete":
            yield Removal(person, export.key(request.id))
        else:
            yield from read(export, request)


def identity(export: Export, request: Request, remarks: list[Record]) -> tuple[str, str, str | None, date | None]:
    """Surname, forename, name at birth and birth date; what cannot be is remarked upon."""
    get = request.get
    last = surname(get("sn") or request.text("ENTPersonNom", "ENTPersonNomPatro"))
    first = forename(get("givenName") or get("ENTPersonPrenom") or "")
    birth_name = get("ENTPersonNomPatro")
    born = None
    if text := get("ENTPersonDateNaissance"):
        try:
            born = parse_date(text)
        except InvalidDate:
            remarks.append(
                remark_on(
                    request, Level.NOTE, "bad-birth-date",
                    _("La date de naissance «\u00a0%(text)s\u00a0» n’est pas une date\u202f: elle est laissée de côté.")
                    % {"text": text[:20]},
                    export.key(request.id), f"{first} {last}",
                )
            )
    return last, first, surname(birth_name) if birth_name else None, born


def nameless(export: Export, request: Request, last: str, first: str) -> Remark | None:
    """A refusal where an addition has no name to show; a change may go without."""
    if request.partial or (last and first):
        return None
    missing = _("nom") if not last else _("prénom")
    return remark_on(
        request, Level.REFUSED, "no-name",
        _("Cette personne n’a pas de %(missing)s\u202f: elle n’a pas été lue. Faites compléter sa fiche à la source.")
        % {"missing": missing},
        export.key(request.id), f"{first} {last}".strip(),
    )  # fmt: skip


def title(request: Request) -> str | None:
    get = request.get
    text = get("personalTitle") or get("ENTPersonCivilite")
    return civility(text) or None if text else None


def mail(export: Export, request: Request, remarks: list[Record]) -> str | None:
    text = request.text("mail", "ENTPersonMail")
    if not text:
        return None
    found = email(text)
    if found is None:
        remarks.append(
            remark_on(
                request, Level.NOTE, "bad-email",
                _("«\u00a0%(text)s\u00a0» n’est pas une adresse électronique\u202f: elle a été laissée de côté.")
                % {"text": text[:80]}, export.key(request.id),
            )
        )
    return found


def numbers(request: Request) -> tuple[str, ...] | None:
    get = request.get
    if (found := get("mobile")) and not get("homePhone") and not get("telephoneNumber"):
        return phones(*request.many("mobile"), *request.many("ENTPersonMobileSMS"))
    told = phones(*(text for name in _PHONES if get(name) for text in request.many(name)))
    return told if told or found is not None or _CLEARING_PHONE in request else None


def postal(request: Request) -> str | None:
    """The address; empty where the source says that it is, None where it does not speak of it."""
    get = request.get
    lines = get("ENTPersonAdresse")
    if lines is None:
        return None
    return address(
        lines, get("ENTPersonCodePostal") or "", get("ENTPersonVille") or "", get("ENTPersonPays") or ""
    )


def _guardian(export: Export, request: Request) -> list[Record]:
    remarks: list[Record] = []
    last, first, birth_name, born = identity(export, request, remarks)
    if refusal := nameless(export, request, last, first):
        return [refusal]
    person = PersonInfo(
        PersonKind.GUARDIAN, export.key(request.id), last, first, (), False, (), _NO_FACET, _NO_ROLE, title(request),
        birth_name, born, None, mail(export, request, remarks), numbers(request), postal(request), None, None,
        request.partial,
    )  # fmt: skip
    return [person, *remarks]


def _pupil(export: Export, request: Request) -> list[Record]:
    remarks: list[Record] = []
    last, first, birth_name, born = identity(export, request, remarks)
    if refusal := nameless(export, request, last, first):
        return [refusal]
    attached = [request.text("ENTPersonStructRattach")]
    stays = _stays(export, request, attached, remarks)
    links = relations(export, request, remarks)
    ids = []
    if ine := request.text("ENTEleveINE"):
        ids.append(f"ine:{ine.upper()}")
    if siecle := request.text("ENTEleveStructRattachId"):
        ids.append(f"siecle.{export.academy}:{siecle}")
    regime = request.get("ENTEleveRegime")
    person = PersonInfo(
        PersonKind.PUPIL, export.key(request.id), last, first, tuple(ids), False,
        _structures(export, request, attached, remarks), _facets(request, links is not None), _NO_ROLE,
        title(request), birth_name, born, None, mail(export, request, remarks), numbers(request), postal(request),
        regime[:REGIME] if regime else None, _studies(request), request.partial,
    )  # fmt: skip
    return [person, *(links or ()), *stays, *remarks]


def _studies(request: Request) -> tuple[str, ...] | None:
    codes = request.get("ENTEleveCodeEnseignements")
    return None if codes is None else _codes(codes)


@lru_cache(maxsize=10_000)
def _codes(joined: str) -> tuple[str, ...]:
    """Codes once each: pupils of a class study the same."""
    return tuple(dict.fromkeys(code[:12] for code in split_values(joined)))


def _facets(request: Request, has_relations: bool) -> frozenset[Facet]:
    has = request.__contains__
    classes = has("ENTEleveClasses") or has("ENTPersonClasses")
    groups = has("ENTEleveGroupes") or has("ENTPersonGroupes")
    return _FACETS[has_relations, classes, groups]


def _facet_table() -> dict[tuple[bool, bool, bool], frozenset[Facet]]:
    table = {}
    for relations_, classes, groups in ((r, c, g) for r in (0, 1) for c in (0, 1) for g in (0, 1)):
        stays = {
            (1, 1): Facet.STAYS, (1, 0): Facet.CLASS_STAYS, (0, 1): Facet.GROUP_STAYS,
        }.get((classes, groups))  # fmt: skip
        found = {stays} if stays else set()
        table[bool(relations_), bool(classes), bool(groups)] = frozenset(
            found | ({Facet.RELATIONS} if relations_ else set())
        )
    return table


_FACETS = _facet_table()


def _structures(export: Export, request: Request, attached: list[str], remarks: list[Record]) -> tuple[str, ...]:
    """The keys of the structures that a pupil is in: those of attachment and of the classes."""
    keys = []
    for identifier in attached:
        if not identifier:
            continue
        place = export.place_of(identifier)
        if place is None:
            remarks.append(unknown_structure(export, request, identifier, ""))
        else:
            keys.append(place.key)
    return tuple(keys)


def unknown_structure(export: Export, request: Request, identifier: str, what: str) -> Remark:
    sentence = (
        _("La structure %(id)s n’est pas dans le fichier\u202f: ce qui la cite est laissé de côté (%(what)s). ")
        if what
        else _("La structure %(id)s, à laquelle cette personne est rattachée, n’est pas dans le fichier. ")
    )
    return remark_on(
        request, Level.DANGLING, "unknown-structure",
        sentence % {"id": identifier, "what": what} + _("Demandez un export qui la contient si elle est des vôtres."),
        export.key(request.id), who(request),
    )  # fmt: skip


def who(request: Request) -> str:
    last = surname(request.text("sn", "ENTPersonNom", "ENTPersonNomPatro"))
    return f"{forename(request.text('givenName', 'ENTPersonPrenom'))} {last}".strip()


def _stays(export: Export, request: Request, attached: list[str], remarks: list[Record]) -> list[Stay]:
    """Classes and groups; a structure that only a class cites is added to `attached`."""
    stays: list[Stay] = []
    for kind, plain, primary in _PLACES:
        if plain in request:
            cited = [_split(value) for value in request.many(plain)]
        elif primary in request:
            cited = [_split_primary(value) for value in request.many(primary)]
        else:
            continue
        for one in cited if len(cited) < 2 else dict.fromkeys(cited):
            if one[1]:
                if one[0] not in attached:
                    attached.append(one[0])
                stay = _stay(export, request, kind, one, remarks)
                if stay is not None:
                    stays.append(stay)
    return stays


_CLASS, _GROUP = StayKind.CLASS, StayKind.GROUP
_PLACES = ((_CLASS, "ENTEleveClasses", "ENTPersonClasses"), (_GROUP, "ENTEleveGroupes", "ENTPersonGroupes"))


@lru_cache(maxsize=50_000)
def _split(value: str) -> tuple[str, str, str]:
    identifier, _sep, code = value.partition("$")
    return identifier.strip(), code.strip()[:CLASS_CODE], ""


@lru_cache(maxsize=50_000)
def _split_primary(value: str) -> tuple[str, str, str]:
    """`struct$?$?$id$libellé` (1D): the id lasts, the label is what people call it, and may hold `$`."""
    parts = value.split("$", 4)
    if len(parts) < 4:
        return parts[0], parts[-1][:CLASS_CODE] if len(parts) > 1 else "", ""
    return parts[0], parts[3][:CLASS_CODE], parts[4] if len(parts) > 4 else ""


def _stay(
    export: Export, request: Request, kind: StayKind, cited: tuple[str, str, str], remarks: list[Record]
) -> Stay | None:
    identifier, code = cited[:2]
    place = export.place_of(identifier)
    if place is None:
        return None  # told of once, with the structures
    key = export.key(request.id)
    if kind is _GROUP:
        known = place.groups.get(code) or _name_unlisted(export, request, kind, place, cited, remarks)
        return Stay(key, place.key, kind, code, known)
    known = place.classes.get(code) or _name_unlisted(export, request, kind, place, cited, remarks)
    starts = _day(request, "ENTEleveDateEntreeClasses", identifier, code)
    ends = _day(request, "ENTEleveDateSortieClasses", identifier, code)
    return Stay(key, place.key, kind, code, known, _level(request), starts, ends)


def _level(request: Request) -> str:
    if primary := request.get("ENTEleveNiveau"):
        return level_name(primary, school="ecole")
    text = request.get("ENTEleveNivFormation") or request.get("ENTEleveLibelleMEF")
    return level_name(text) if text else ""


def _name_unlisted(
    export: Export, request: Request, kind: StayKind, place: Place, cited: tuple[str, str, str], remarks: list[Record]
) -> str:
    """The name of a class or group that its structure does not list: noted, and told where others are listed."""
    code, name = cited[1], (cited[2] or cited[1])[:CLASS_NAME]
    (place.classes if kind is _CLASS else place.groups)[code] = name
    if place.lists_classes if kind is _CLASS else place.lists_groups:
        remarks.append(_unlisted(export, request, kind, place, name))
    return name


def _unlisted(export: Export, request: Request, kind: StayKind, place: Place, name: str) -> Remark:
    sentence = (
        _("La classe %(name)s n’est pas dans la liste de %(place)s\u202f: elle est créée d’après ses élèves.")
        if kind is StayKind.CLASS
        else _("Le groupe %(name)s n’est pas dans la liste de %(place)s\u202f: il est créé d’après ses élèves.")
    )
    return remark_on(
        request, Level.NOTE, f"unlisted-{kind}", sentence % {"name": name, "place": place.name or place.key},
        export.key(request.id), who(request),
    )  # fmt: skip


def _day(request: Request, name: str, identifier: str, code: str) -> date | None:
    """When a pupil came into a class, or left it: `struct$date$classe`."""
    for value in request.many(name):
        cited, day, place = _split_day(value)
        if cited == identifier and place == code:
            return day
    return None


@lru_cache(maxsize=50_000)
def _split_day(value: str) -> tuple[str, date | None, str]:
    parts = value.split("$", 2)
    try:
        return (parts[0], parse_date(parts[1]), parts[2][:CLASS_CODE]) if len(parts) == 3 else ("", None, "")
    except InvalidDate:
        return "", None, ""


def _absent_guardians(export: Export) -> Iterator[Remark]:
    """Each guardian whom a pupil cites and the files do not hold."""
    pairs = export.cited
    for at in range(0, len(pairs), 2):
        if str(pairs[at]) not in export.guardians:
            yield Remark(
                Level.DANGLING,
                "unknown-guardian",
                _(
                    "Le responsable %(id)s de cet élève n’est pas dans le fichier\u202f: le lien n’a pas pu être fait. "
                    "Demandez un export qui le contient."
                )
                % {"id": pairs[at]},
                file=export.files.of(Kind.PUPILS)[0].name,
                key=export.key(str(pairs[at + 1])),
            )
