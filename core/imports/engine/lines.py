"""Records as lines of PostgreSQL's COPY: tidied, cut to what a column holds, folded for matching.

What a source says that no column can hold is left out of the line, and told.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache, reduce
from operator import or_

from django.utils.translation import gettext as _

from core.imports.neutral import (
    Division,
    Facet,
    GroupInfo,
    Level,
    PersonInfo,
    PersonKind,
    Relation,
    Remark,
    Removal,
    Stay,
    StayKind,
    SubjectInfo,
    Teaching,
)
from core.people import text
from core.people.choices import Role
from core.people.records import EARLIEST

NULL = "\\N"
# A whole facet has the bits of its parts: 16 and 32 are classes and groups of stays, 64 and 128 of teaching
FACETS = {
    Facet.RELATIONS: 1, Facet.STAYS: 2 + 16 + 32, Facet.TEACHING: 4 + 64 + 128, Facet.ROLES: 8,
    Facet.CLASS_STAYS: 16, Facet.GROUP_STAYS: 32, Facet.CLASS_TEACHING: 64, Facet.GROUP_TEACHING: 128,
}  # fmt: skip
_NAME, _EMAIL, _PHONE, _ADDRESS, _FUNCTION, _REGIME, _STUDY, _KEY = 100, 254, 20, 300, 100, 60, 12, 120
_CODE, _PLACE, _LEVEL, _SEARCH = 60, 40, 40, 400
_ROLES = {PersonKind.PUPIL: (Role.PUPIL.value,), PersonKind.GUARDIAN: (Role.GUARDIAN.value,)}
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})
_CIVILITIES = frozenset({"", "M.", "Mme"})

fold = lru_cache(maxsize=8192)(text.fold)
_tidy = lru_cache(maxsize=8192)(text.tidy)


class Unfit(Exception):
    """The record cannot be kept at all; its remark says why."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(remark.code)
        self.remark = remark


def person(record: PersonInfo, today: date, remarks: list[Remark], *, only_known: bool = False) -> str:
    """A line of `i_person`. Raises Unfit without names; what was left out is added to `remarks`."""
    last, first = _tidy(record.last_name)[:_NAME], _tidy(record.first_name)[:_NAME]
    partial = record.partial or only_known
    if not (last and first) and not partial:
        sentence = _("Il manque le nom ou le prénom\u00a0: complétez-le dans la source.")
        raise Unfit(_remark(record, Level.REFUSED, "no-name", sentence))
    if not record.key or len(record.key) > _KEY:
        raise Unfit(_remark(record, Level.REFUSED, "no-key", _("L’identifiant manque ou n’est pas lisible.")))
    birth = None if record.birth_name is None else _tidy(record.birth_name)[:_NAME]
    phones = _phones(record)
    return (
        "\t".join(
            (
                record.kind,
                _text(record.key),
                "known" if only_known else "partial" if record.partial else "whole",
                _flag(record.weak),
                str(reduce(or_, (FACETS[facet] for facet in record.facets), 0)),
                _said(last or None),
                _said(first or None),
                _said(record.civility if record.civility in _CIVILITIES else None),
                _said(birth),
                _birth(record, today, remarks),
                _array(_ROLES.get(record.kind) or sorted(record.roles)),
                _said(_cut(record.function, _FUNCTION)),
                _said(_email(record, remarks)),
                NULL if phones is None else _text(phones[0] if phones else ""),
                NULL if phones is None else _array(phones[1:]),
                _said(_lines(record.address)),
                _said(_cut(record.regime, _REGIME)),
                NULL if record.studies is None else _array(sorted({one[:_STUDY] for one in record.studies if one})),
                _array([one for one in record.ids if one and len(one) <= _KEY and one != record.key]),
                _text(" ".join(filter(None, map(fold, (last, first, birth or ""))))[:_SEARCH]),
                _array(_foldings(last, first, birth)),
            )
        )
        + "\n"
    )


def _foldings(last: str, first: str, birth: str | None) -> list[str]:
    """The names by which another record of the same human may go."""
    first = fold(first)
    return list(dict.fromkeys(f"{fold(name)} {first}" for name in (last, birth or "") if name))


def relation(record: Relation) -> str:
    values = (
        _text(record.child), _text(record.guardian), record.kinship, record.authority, _flag(record.pays),
        _flag(record.is_contact), str(min(max(record.priority, 1), 99)),
    )  # fmt: skip
    return "\t".join(values) + "\n"


def stay(record: Stay) -> str:
    name, level = _tidy(record.name)[:_PLACE], _tidy(record.level)[:_LEVEL]
    values = (
        _text(record.person), record.kind, _text(_code(record.code)), _text(name), _text(level),
        _day(record.starts_on), _day(record.ends_on),
    )  # fmt: skip
    return "\t".join(values) + "\n"


def teaching(record: Teaching) -> str:
    name = _tidy(record.subject_name)[:_NAME]
    code = record.subject.strip()[:_STUDY]
    values = (_text(record.person), record.kind, _text(_code(record.code)), _text(code), _text(name))
    return "\t".join(values) + "\n"


def division(record: Division) -> str:
    name, level = _tidy(record.name)[:_PLACE], _tidy(record.level)[:_LEVEL]
    return "\t".join((StayKind.CLASS, _text(_code(record.code)), _text(name), _text(level), "{}")) + "\n"


def group(record: GroupInfo) -> str:
    classes = _array([_code(code) for code in record.classes])
    name = _tidy(record.name)[:_PLACE]
    return "\t".join((StayKind.GROUP, _text(_code(record.code)), _text(name), "", classes)) + "\n"


def subject(record: SubjectInfo) -> str:
    return f"{_text(record.code.strip()[:_STUDY])}\t{_text(_tidy(record.name)[:_NAME])}\n"


def seen(key: str) -> str:
    """A record that is there and was refused: whom it is of is not absent."""
    return _text(key) + "\n"


def removal(record: Removal) -> str:
    return f"{record.kind or ''}\t{_text(record.key)}\n"


# --- parts ----------------------------------------------------------------------------------------------
def _birth(record: PersonInfo, today: date, remarks: list[Remark]) -> str:
    if record.birth_date is None:
        return NULL
    if EARLIEST <= record.birth_date <= today:
        return record.birth_date.isoformat()
    sentence = _("La date de naissance est hors du possible\u00a0: elle n’est pas reprise.")
    remarks.append(_remark(record, Level.NOTE, "birth-date", sentence))
    return NULL


def _email(record: PersonInfo, remarks: list[Remark]) -> str | None:
    if not record.email:
        return record.email
    email = record.email.strip()
    local, _at, domain = email.rpartition("@")
    if local and "." in domain and len(email) <= _EMAIL and not any(char.isspace() for char in email):
        return email
    sentence = _("L’adresse électronique n’est pas valable\u00a0: elle n’est pas reprise.")
    remarks.append(_remark(record, Level.NOTE, "email", sentence))
    return None


def _phones(record: PersonInfo) -> list[str] | None:
    if record.phones is None:
        return None
    return list(dict.fromkeys(_tidy(one)[:_PHONE] for one in record.phones if one.strip()))


def _cut(value: str | None, length: int) -> str | None:
    return None if value is None else _tidy(value)[:length]


def _lines(value: str | None) -> str | None:
    if not value:
        return value
    lines = (text.tidy(line) for line in value.splitlines())
    return "\n".join(line for line in lines if line)[:_ADDRESS]


def _code(code: str) -> str:
    return text.tidy(code)[:_CODE]


def _remark(record: PersonInfo, level: Level, code: str, sentence: str) -> Remark:
    label = f"{record.first_name} {record.last_name}".strip()
    return Remark(level, code, sentence, key=record.key, label=label, kind=record.kind)


def _said(value: str | None) -> str:
    return NULL if value is None else _text(value)


def _text(value: str) -> str:
    """Most text holds nothing to escape, and asking is ten times faster than escaping."""
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPES)


def _flag(value: bool) -> str:
    return "t" if value else "f"


def _day(day: date | None) -> str:
    return NULL if day is None else day.isoformat()


def _array(values: Sequence[str]) -> str:
    inside = '","'.join(values)
    if not inside:
        return "{}"
    if inside.isprintable() and "\\" not in inside and inside.count('"') == 2 * (len(values) - 1):
        return f'{{"{inside}"}}'
    quoted = ('"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in values)
    return ("{" + ",".join(quoted) + "}").translate(_ESCAPES)
