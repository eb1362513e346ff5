"""Staff in an AAF export: functions, classes and groups taught, classes led."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.imports.neutral import Facet, Level, PersonInfo, PersonKind, Record, Remark, Removal, Stay, StayKind, Teaching
from core.imports.readers.aaf.export import CLASS_CODE, Export, Place, each, remark_on
from core.imports.readers.aaf.files import Kind
from core.imports.readers.aaf.people import (
    identity,
    mail,
    nameless,
    numbers,
    postal,
    title,
    unknown_structure,
    who,
)
from core.imports.readers.aaf.records import Request
from core.imports.readers.functions import function_words, joined, role_of, subject_words
from core.people.choices import Role

_TEACHING = (
    (StayKind.CLASS, "ENTAuxEnsClassesMatieres", "ENTAuxEnsClasses"),
    (StayKind.GROUP, "ENTAuxEnsGroupesMatieres", "ENTAuxEnsGroupes"),
)


@dataclass(slots=True)
class _Work:
    """What one record says of a person's work, as it is read."""

    roles: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    structures: dict[str, None] = field(default_factory=dict)
    teachings: dict[Teaching, None] = field(default_factory=dict)
    stays: dict[Stay, None] = field(default_factory=dict)
    # What is called after the first discipline taught, where no subject is told
    subject_name: str = ""
    # Absent structure → what the record cites of it, counted
    absent: dict[str, dict[str, int]] = field(default_factory=dict)
    remarks: list[Record] = field(default_factory=list)

    def miss(self, identifier: str, what: str) -> None:
        counts = self.absent.setdefault(identifier, {})
        counts[what] = counts.get(what, 0) + 1


def staff(export: Export) -> Iterator[Record]:
    for request in each(export, Kind.STAFF):
        if isinstance(request, Remark):
            yield request
        elif request.operation == "delete":
            yield Removal(PersonKind.STAFF, export.key(request.id))
        else:
            yield from _member(export, request)


def _member(export: Export, request: Request) -> list[Record]:
    work = _Work()
    last, first, birth_name, born = identity(export, request, work.remarks)
    if refusal := nameless(export, request, last, first):
        return [refusal]
    civility = title(request)
    _attachments(export, request, work)
    _functions(export, request, work, civility or "")
    key = export.key(request.id)
    for kind, precise, plain in _TEACHING:
        _teachings(export, request, work, kind, precise, plain)
    _main_classes(export, request, work)
    _primary_classes(export, request, work)
    has_functions = "ENTPersonFonctions" in request
    person = PersonInfo(
        PersonKind.STAFF, key, last, first, (), False, tuple(work.structures), _facets(request),
        frozenset(work.roles), civility, birth_name, born, joined(work.words) if has_functions else None,
        mail(export, request, work.remarks), numbers(request), postal(request), None, None, request.partial,
    )  # fmt: skip
    absences = [
        unknown_structure(export, request, identifier, _in_words(counts)) for identifier, counts in work.absent.items()
    ]
    return [person, *work.stays, *work.teachings, *absences, *work.remarks]


def _facets(request: Request) -> frozenset[Facet]:
    has = request.__contains__
    found = {Facet.ROLES} if has("ENTPersonFonctions") else set()
    classes, groups = (has(precise) or has(plain) for _kind, precise, plain in _TEACHING)
    if classes or groups:
        found.add(Facet.TEACHING if classes and groups else Facet.CLASS_TEACHING if classes else Facet.GROUP_TEACHING)
    if has("ENTAuxEnsClassesPrincipal") or has("ENTPersonClasses"):
        found.add(Facet.STAYS)
    return frozenset(found)


def _attachments(export: Export, request: Request, work: _Work) -> None:
    for identifier in request.many("ENTPersonStructRattach"):
        place = export.place_of(identifier)
        if place is None:
            work.miss(identifier, "attachment")
        else:
            work.structures[place.key] = None


def _functions(export: Export, request: Request, work: _Work, civility: str) -> None:
    """`struct$CODE$libellé$codeDiscipline$discipline`; labels may hold `$`, `-` means none."""
    for value in request.many("ENTPersonFonctions"):
        identifier, code, *rest = value.split("$")[:2] + value.split("$", 4)[2:] if value.count("$") else (value, "")
        name, discipline_code, discipline = (*rest, "", "", "")[:3]
        if code in {"", "-"}:
            continue
        place = export.place_of(identifier)
        if place is None:
            work.miss(identifier, "function")
        else:
            work.structures[place.key] = None
        _role(export, request, work, code)
        if code == "ENS" and not work.subject_name:
            work.subject_name = subject_words(discipline)
        words = function_words(code, name, discipline_code, discipline, civility)
        if words not in work.words:
            work.words.append(words)


def _role(export: Export, request: Request, work: _Work, code: str) -> None:
    role = role_of(code)
    if role is None:
        role = Role.ADMINISTRATIVE.value
        work.remarks.append(
            remark_on(
                request, Level.NOTE, "unknown-function",
                _("La fonction «\u00a0%(code)s\u00a0» est inconnue\u202f: elle vaut celle d’un agent administratif.")
                % {"code": code[:20]}, export.key(request.id), who(request),
            )
        )
    work.roles.add(role)


def _teachings(export: Export, request: Request, work: _Work, kind: StayKind, precise: str, plain: str) -> None:
    """`struct$code$matière`, completed by `struct$code` where the former names a structure that is not there.

    Real exports have one attribute in a structure's old number and the other in its new one.
    """
    held = _held(export, request, kind, plain)
    told: set[tuple[str, str]] = set()
    for value in request.many(precise):
        parts = value.split("$")
        if len(parts) < 3:
            continue
        identifier, code, subject = parts[0], "$".join(parts[1:-1])[:CLASS_CODE], parts[-1][:12]
        place = export.place_of(identifier)
        if place is None:
            if (place := held.get(code)) is None:
                work.miss(identifier, kind)
                continue
        elif not _is_known(export, place, kind, code):
            _unknown_class(export, request, work, kind, place, code)
            continue
        told.add((place.key, code))
        name = _subject(export, request, work, subject)
        work.teachings[Teaching(export.key(request.id), place.key, kind, code, subject, name)] = None
    for code, place in held.items():
        if (place.key, code) not in told:
            name = work.subject_name or _("Enseignement")
            work.teachings[Teaching(export.key(request.id), place.key, kind, code, "", name)] = None


def _held(export: Export, request: Request, kind: StayKind, plain: str) -> dict[str, Place]:
    """The classes or groups of the export that a record cites without a subject."""
    found: dict[str, Place] = {}
    for value in request.many(plain):
        identifier, _sep, code = value.partition("$")
        place = export.place_of(identifier)
        if place is not None and code and _is_known(export, place, kind, code[:CLASS_CODE]):
            found.setdefault(code[:CLASS_CODE], place)
    return found


def _is_known(export: Export, place: Place, kind: StayKind, code: str) -> bool:
    """Whether a class is listed or has pupils; a delta only brings what changed, so that all are taken to be."""
    if not export.checks_structures:
        return True
    return code in (place.classes if kind is StayKind.CLASS else place.groups)


def _subject(export: Export, request: Request, work: _Work, code: str) -> str:
    name = export.subjects.get(code)
    if name is None and export.checks_subjects:
        work.remarks.append(
            remark_on(
                request, Level.DANGLING, "unknown-subject",
                _("La matière %(code)s n’est pas dans le fichier\u202f: elle prend le nom de la discipline.")
                % {"code": code}, export.key(request.id), who(request),
            )
        )
    return name or work.subject_name or code


def _unknown_class(export: Export, request: Request, work: _Work, kind: StayKind, place: Place, code: str) -> None:
    sentence = (
        _("La classe %(code)s de %(place)s n’est ni dans sa liste ni celle d’un élève\u202f: elle est laissée.")
        if kind is StayKind.CLASS
        else _("Le groupe %(code)s de %(place)s n’est ni dans sa liste ni celui d’un élève\u202f: il est laissé.")
    )
    remark = remark_on(
        request, Level.DANGLING, f"unknown-{kind}", sentence % {"code": code, "place": place.name or place.key},
        export.key(request.id), who(request),
    )  # fmt: skip
    if remark not in work.remarks:
        work.remarks.append(remark)


def _main_classes(export: Export, request: Request, work: _Work) -> None:
    """`struct$classe` of whoever is professeur principal."""
    values = request.many("ENTAuxEnsClassesPrincipal")
    held = _held(export, request, StayKind.CLASS, "ENTAuxEnsClasses") if values else {}
    for value in dict.fromkeys(values):
        identifier, _sep, code = value.partition("$")
        code = code[:CLASS_CODE]
        place = export.place_of(identifier)
        if place is None:
            if (place := held.get(code)) is None:
                work.miss(identifier, StayKind.MAIN_TEACHER)
                continue
        elif not _is_known(export, place, StayKind.CLASS, code):
            _unknown_class(export, request, work, StayKind.CLASS, place, code)
            continue
        name = place.classes.get(code, "")
        work.stays[Stay(export.key(request.id), place.key, StayKind.MAIN_TEACHER, code, name)] = None


def _primary_classes(export: Export, request: Request, work: _Work) -> None:
    """In 1D a class is its teacher's: `struct$?$?$id$libellé`."""
    for value in dict.fromkeys(request.many("ENTPersonClasses")):
        parts = value.split("$", 4)
        place = export.place_of(parts[0])
        if place is None:
            work.miss(parts[0], StayKind.CLASS)
        elif len(parts) > 3 and parts[3]:
            name = parts[4] if len(parts) > 4 else place.classes.get(parts[3], "")
            work.structures[place.key] = None
            work.stays[Stay(export.key(request.id), place.key, StayKind.MAIN_TEACHER, parts[3], name[:40])] = None


def _in_words(counts: dict[str, int]) -> str:
    """"2 fonctions, 8 classes": what was cited of a structure that is not there."""
    parts = []
    for what, count in counts.items():
        if what == "function":
            parts.append(ngettext("%(n)s fonction", "%(n)s fonctions", count) % {"n": count})
        elif what == StayKind.CLASS:
            parts.append(ngettext("%(n)s classe", "%(n)s classes", count) % {"n": count})
        elif what == StayKind.GROUP:
            parts.append(ngettext("%(n)s groupe", "%(n)s groupes", count) % {"n": count})
        elif what == StayKind.MAIN_TEACHER:
            parts.append(ngettext("%(n)s classe principale", "%(n)s classes principales", count) % {"n": count})
    return ", ".join(parts)
