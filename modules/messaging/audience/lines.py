"""Lines of an address: a person, the pupils of a class, the guardians of a child… as they are kept and shown.

A line is kept as `{"kind": "class", "id": 12, "who": "guardians", "as": "to"}`, in drafts as it was chosen and in
messages with the words it had that day ("label"), so that a class that is renamed or deleted changes no old message.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.people.choices import Role
from core.people.models import Person
from core.structure.models import Group, SchoolClass
from modules.messaging.choices import Line as On

PERSON, CLASS, GROUP, ROLE = "person", "class", "group", "role"
TEACHERS_OF, GUARDIANS_OF = "teachers_of", "guardians_of"
KINDS = (PERSON, CLASS, GROUP, ROLE, TEACHERS_OF, GUARDIANS_OF)
PUPILS, GUARDIANS, TEACHERS = "pupils", "guardians", "teachers"
WHO = (PUPILS, GUARDIANS, TEACHERS)
# The lines that reach many in one go, and take `messaging.write_places`.
PLACES = frozenset({CLASS, GROUP, ROLE})
ADDRESSED = (On.TO, On.COPY, On.BLIND)
# More lines than anybody reads; a message to more people is addressed to a class, a group or a role.
MOST = 100

WHO_WORDS = {
    PUPILS: gettext_lazy("Élèves"),
    GUARDIANS: gettext_lazy("Responsables"),
    TEACHERS: gettext_lazy("Enseignants"),
}
ROLE_WORDS = {
    Role.PUPIL: gettext_lazy("Tous les élèves"),
    Role.GUARDIAN: gettext_lazy("Tous les responsables"),
    Role.TEACHER: gettext_lazy("Tous les enseignants"),
    Role.SCHOOL_LIFE: gettext_lazy("Vie scolaire"),
    Role.MANAGEMENT: gettext_lazy("Direction"),
    Role.ADMINISTRATIVE: gettext_lazy("Personnels administratifs"),
    Role.DIGITAL_REFERENT: gettext_lazy("Référents numériques"),
    Role.PARTNER: gettext_lazy("Partenaires"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of an address.

    `id` is the key of the person, class, group or (for `teachers_of` and `guardians_of`) pupil, or the name of a role.
    `who` is for classes and groups alone. `child` is whom a message to a guardian is about, where the guardian was
    found by the child's name.
    """

    kind: str
    id: int | str
    who: str = ""
    as_: str = On.TO
    child: int | None = None

    @property
    def is_place(self) -> bool:
        return self.kind in PLACES


def parse(raw: object) -> tuple[Line, ...]:
    """Lines from what a page or a program sends: a list of mappings, or its JSON. Each line once, in their order.

    Raises DomainError for what makes no sense; whether the viewer may write there is asked elsewhere.
    """
    if isinstance(raw, str):
        try:
            raw = json.loads(raw or "[]")
        except ValueError as error:
            raise _nonsense() from error
    if not isinstance(raw, list | tuple):
        raise _nonsense()
    if len(raw) > MOST:
        sentence = _("%(most)d lignes de destinataires au plus. Écrivez plutôt à une classe ou à un groupe.")
        raise DomainError("too-many-lines", sentence % {"most": MOST}, {"lines": sentence % {"most": MOST}})
    return tuple(dict.fromkeys(one if isinstance(one, Line) else _line(one) for one in raw))


def _line(raw: object) -> Line:
    if not isinstance(raw, Mapping):
        raise _nonsense()
    kind, who, on, child = raw.get("kind"), raw.get("who") or "", raw.get("as") or On.TO, raw.get("child")
    if kind not in KINDS or on not in ADDRESSED or who not in ("", *WHO) or bool(who) != (kind in (CLASS, GROUP)):
        raise _nonsense()
    if child is not None and kind != PERSON:
        raise _nonsense()
    key: int | str = _role(raw.get("id")) if kind == ROLE else _key(raw.get("id"))
    return Line(kind=kind, id=key, who=who, as_=str(on), child=None if child is None else _key(child))


def _role(raw: object) -> str:
    if not isinstance(raw, str) or raw not in Role.values:
        raise _nonsense()
    return raw


def _key(raw: object) -> int:
    """A key of a row: what PostgreSQL would not take as one is nonsense too."""
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) <= 18:
        raw = int(raw)
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 < raw < 2**63:
        raise _nonsense()
    return raw


def _nonsense() -> DomainError:
    sentence = _("Ces destinataires ne sont pas compris. Choisissez-les de nouveau.")
    return DomainError("lines", sentence, {"lines": sentence})


def dump(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines as they are kept: `parse` reads them again."""
    return [
        {"kind": line.kind, "id": line.id, "as": str(line.as_)}
        | ({"who": line.who} if line.who else {})
        | ({"child": line.child} if line.child is not None else {})
        for line in lines
    ]


def in_words(lines: Iterable[Line]) -> list[str]:
    """« Responsables de la 5eB », « Enseignants de Léa Martin »… one for each line, in three queries at most."""
    lines = list(lines)
    names = _names(lines)
    return [_words(line, names) for line in lines]


def labelled(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines with their words of today, as a message keeps them."""
    lines = list(lines)
    pairs = zip(dump(lines), in_words(lines), strict=True)
    return [kept | {"label": label} for kept, label in pairs]


def shown(kept: Iterable[Mapping[str, Any]], *, blind: bool) -> list[tuple[str, str]]:
    """(line, words) of what a message keeps: `blind` for its sender alone, who sees the blind copies too."""
    return [
        (str(line.get("as", On.TO)), str(line.get("label", "")))
        for line in kept
        if blind or line.get("as") != On.BLIND
    ]


Names = Mapping[tuple[str, int], str]


def _names(lines: list[Line]) -> Names:
    """What each class, group and person among them is called."""
    people = {line.id for line in lines if line.kind in (PERSON, TEACHERS_OF, GUARDIANS_OF)}
    people |= {line.child for line in lines if line.child is not None}
    classes = {line.id for line in lines if line.kind == CLASS}
    groups = {line.id for line in lines if line.kind == GROUP}
    found: dict[tuple[str, int], str] = {}
    if people:
        rows = Person.objects.filter(pk__in=people).values_list("pk", "first_name", "last_name")
        found |= {(PERSON, pk): f"{first} {last}" for pk, first, last in rows}
    if classes:
        named = SchoolClass.objects.filter(pk__in=classes).order_by().values_list("pk", "name")
        found |= {(CLASS, pk): name for pk, name in named}
    if groups:
        called = Group.objects.filter(pk__in=groups).order_by().values_list("pk", "name")
        found |= {(GROUP, pk): name for pk, name in called}
    return found


def _words(line: Line, names: Names) -> str:
    if line.kind == ROLE:
        return str(ROLE_WORDS[Role(str(line.id))])
    key = int(line.id)
    if line.kind in (CLASS, GROUP):
        name = names.get((line.kind, key))
        if name is None:
            return _("une classe ou un groupe supprimé")
        words = _("%(who)s de %(name)s") if line.kind == CLASS else _("%(who)s du groupe %(name)s")
        return words % {"who": WHO_WORDS[line.who], "name": name}
    name = names.get((PERSON, key), _("une personne supprimée"))
    if line.kind == TEACHERS_OF:
        return _("Enseignants de %(name)s") % {"name": name}
    if line.kind == GUARDIANS_OF:
        return _("Responsables de %(name)s") % {"name": name}
    if line.child is not None and (PERSON, line.child) in names:
        return _("%(name)s, pour %(child)s") % {"name": name, "child": names[PERSON, line.child]}
    return name
