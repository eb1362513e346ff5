"""The people behind lines, as one SELECT of rows; nobody is listed in Python.

A line reaches those whom the grid lets the viewer write to, through nothing else than what the line says: the pupils
of a class, the guardians with authority over them, those who teach there. Guardians found through children carry the
children concerned. Whoever stands on several lines is written to once, on the most open of them, about all the
children of all of them. The viewer is never a recipient of their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from core.modules.state import Modules
from core.people.choices import Role
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.structure.models import Group
from core.structure.selectors import Places, class_memberships, places_of, pupils_in, teachers_in
from modules.messaging.audience import reach
from modules.messaging.audience.lines import (
    CLASS,
    GROUP,
    GUARDIANS,
    GUARDIANS_OF,
    PERSON,
    PUPILS,
    ROLE,
    TEACHERS_OF,
    Line,
)
from modules.messaging.choices import Line as On
from modules.messaging.models import Copy, Message

# From the most open line to the least: somebody on two of them stands on the first.
RANKS = (On.TO, On.COPY, On.BLIND)
Sql = tuple[str, list[Any]]
NO_ROWS: Sql = ("SELECT 0, 0::bigint, NULL::bigint WHERE false", [])


@dataclass(frozen=True, kw_only=True)
class Audience:
    """`aimed` selects (index of the line, person_id, child_id), `allowed` the keys of those who may be reached.

    `ranks` gives each index its rank on the message; `viewer` is the key of whoever writes.
    """

    aimed: Sql
    allowed: Sql
    ranks: tuple[int, ...]
    viewer: int

    def rows(self) -> Sql:
        """A SELECT of (person_id, rank, children): each recipient once."""
        aimed, parameters = self.aimed
        allowed, more = self.allowed
        statement = f"""
            SELECT a.person_id, min((%s::int[])[a.n + 1]),
                   coalesce(array_agg(DISTINCT a.child_id) FILTER (WHERE a.child_id IS NOT NULL), '{{}}')
            FROM ({aimed}) AS a(n, person_id, child_id)
            WHERE a.person_id IN ({allowed})
            GROUP BY a.person_id
        """  # noqa: S608 -- made of our own parts; every value is a parameter
        return statement, [list(self.ranks), *parameters, *more]

    def tally(self) -> dict[int, tuple[int, int]]:
        """For each line that finds somebody: how many it aims at, and how many of them may be reached. One query."""
        aimed, parameters = self.aimed
        allowed, more = self.allowed
        statement = f"""
            SELECT a.n, count(DISTINCT a.person_id), count(DISTINCT a.person_id) FILTER (WHERE r.id IS NOT NULL)
            FROM ({aimed}) AS a(n, person_id, child_id) LEFT JOIN ({allowed}) AS r(id) ON r.id = a.person_id
            GROUP BY a.n
        """  # noqa: S608 -- as above
        with connection.cursor() as cursor:
            cursor.execute(statement, [*parameters, *more])
            return {n: (aimed_at, reached) for n, aimed_at, reached in cursor.fetchall()}

    def left_out(self) -> int:
        """How many people stand on the lines and may not be reached. One query."""
        aimed, parameters = self.aimed
        allowed, more = self.allowed
        statement = f"""
            SELECT count(DISTINCT a.person_id) FROM ({aimed}) AS a(n, person_id, child_id)
            WHERE a.person_id NOT IN ({allowed}) AND a.person_id <> %s
        """  # noqa: S608 -- as above
        with connection.cursor() as cursor:
            cursor.execute(statement, [*parameters, *more, self.viewer])
            found: int = cursor.fetchone()[0]
        return found

    def count(self) -> int:
        statement, parameters = self.rows()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({statement}) AS reached", parameters)  # noqa: S608 -- as above
            found: int = cursor.fetchone()[0]
        return found


def behind(viewer: Viewer, lines: Sequence[Line]) -> Audience:
    """Whom these lines reach today when the viewer writes. Whether they may be used is `permitted`'s business."""
    return Audience(
        aimed=_union(_parts(viewer, lines)),
        allowed=_sql(reach.reachable_by(viewer).order_by().values_list("pk")) or ("SELECT 0::bigint WHERE false", []),
        ranks=tuple(RANKS.index(On(line.as_)) for line in lines) or (0,),
        viewer=viewer.person.pk if viewer.person else 0,
    )


# --- Lines ------------------------------------------------------------------------------------------------
def _parts(viewer: Viewer, lines: Sequence[Line]) -> Iterable[Sql | None]:
    numbered = list(enumerate(lines))
    people = [(n, line) for n, line in numbered if line.kind == PERSON]
    if people:
        yield _people(viewer.modules, people)
    taught = [int(line.id) for line in lines if line.kind == TEACHERS_OF]
    places = places_of(taught) if taught else {}
    groups = _groups_of([int(line.id) for line in lines if line.kind == CLASS and line.who not in (PUPILS, GUARDIANS)])
    for n, line in numbered:
        if line.kind == TEACHERS_OF:
            yield _some(n, teachers_in(places.get(int(line.id), Places())), Role.TEACHER)
        elif line.kind == GUARDIANS_OF:
            yield _guardians(viewer.modules, n, Q(child=line.id))
        elif line.kind == ROLE:
            yield _role(viewer.modules, n, str(line.id))
        elif line.kind in (CLASS, GROUP):
            yield _place(viewer.modules, n, line, groups.get(int(line.id), frozenset()))


def _place(modules: Modules, n: int, line: Line, groups: frozenset[int]) -> Sql | None:
    here = frozenset({int(line.id)})
    places = Places(classes=here) if line.kind == CLASS else Places(groups=here)
    if line.who == PUPILS:
        return _some(n, pupils_in(places), Role.PUPIL)
    if line.who == GUARDIANS:
        return _guardians(modules, n, pupils_in(places, "child"))
    return _some(n, teachers_in(places | Places(groups=groups)), Role.TEACHER)


def _role(modules: Modules, n: int, role: str) -> Sql | None:
    return _guardians(modules, n, Q()) if role == Role.GUARDIAN else _some(n, Q(), role)


def _some(n: int, condition: Q, role: str) -> Sql | None:
    people = Person.objects.filter(condition, roles__contains=[role], left_on=None)
    return _wrapped("SELECT {n}, r.id, NULL::bigint FROM ({rows}) AS r(id)", n, people.order_by().values_list("pk"))


def _guardians(modules: Modules, n: int, condition: Q) -> Sql | None:
    held = reach.links(modules).filter(condition)
    return _wrapped("SELECT {n}, r.* FROM ({rows}) AS r", n, held.values_list("guardian_id", "child_id"))


def _people(modules: Modules, numbered: list[tuple[int, Line]]) -> Sql:
    """People named one by one. A guardian named for a child needs authority over it; named without, and having one
    child alone, it is this one that is meant.
    """
    links = _sql(reach.links(modules).values_list("guardian_id", "child_id")) or NO_ROWS
    statement = f"""
        SELECT v.n, v.person_id, own.child_id
        FROM unnest(%s::int[], %s::bigint[], %s::bigint[]) AS v(n, person_id, child_id)
        LEFT JOIN LATERAL (
            SELECT coalesce(v.child_id, CASE WHEN count(DISTINCT l.child_id) = 1 THEN min(l.child_id) END),
                   count(*) FILTER (WHERE l.child_id = v.child_id)
            FROM ({links[0]}) AS l(guardian_id, child_id) WHERE l.guardian_id = v.person_id
        ) AS own(child_id, holds) ON true
        WHERE v.child_id IS NULL OR own.holds > 0
    """  # noqa: S608 -- as above
    lines = [line for _n, line in numbered]
    named = [[n for n, _line in numbered], [line.id for line in lines], [line.child for line in lines]]
    return statement, [*named, *links[1]]


def _groups_of(classes: list[int]) -> dict[int, frozenset[int]]:
    """The groups made of each class: who teaches one of them teaches the class. One query, or none."""
    found: dict[int, frozenset[int]] = {}
    if classes:
        for pk, school_class in Group.objects.order_by().filter(classes__in=classes).values_list("pk", "classes"):
            found[school_class] = found.get(school_class, frozenset()) | {pk}
    return found


def classes_behind(lines: Iterable[Line]) -> list[int]:
    """The classes that lines are about: those they name, and those of the pupils whom they name today."""
    lines = list(lines)
    pupils = [int(line.id) for line in lines if line.kind in (PERSON, TEACHERS_OF, GUARDIANS_OF)]
    pupils += [line.child for line in lines if line.child is not None]
    named = {int(line.id) for line in lines if line.kind == CLASS}
    if pupils:
        found = class_memberships().filter(person__in=pupils)
        named |= set(found.order_by().values_list("school_class", flat=True))
    return sorted(named)


# --- Replies ----------------------------------------------------------------------------------------------
def replying(viewer: Viewer, message: Message, *, to_all: bool) -> Audience:
    """Whom a reply to this message reaches: its sender, and with `to_all` those on its lines « À » and « Copie ».

    Never a blind copy. Guardians keep the children whom the answered message was about. The grid holds for everybody
    but, where the school says so, whoever has written to the viewer in this conversation. To one's own message one
    replies to those to whom it was addressed.
    """
    me = viewer.person
    own = me is not None and message.sender_id == me.pk
    copies = Copy.objects.order_by().filter(message=message, hidden=False)
    wanted = Q(line=On.SENDER)
    if to_all or own:
        wanted |= Q(line__in=[On.TO, On.COPY])
    rows = _sql(copies.filter(wanted).values_list("line", "person_id", "children"))
    if rows is None:
        return Audience(aimed=NO_ROWS, allowed=("SELECT 0::bigint WHERE false", []), ranks=(0,), viewer=0)
    aimed = f"""
        SELECT CASE c.line WHEN 'cc' THEN 1 ELSE 0 END, c.person_id, child.id
        FROM ({rows[0]}) AS c(line, person_id, children) LEFT JOIN LATERAL unnest(c.children) AS child(id) ON true
    """  # noqa: S608 -- as above
    return Audience(
        aimed=(aimed, rows[1]), allowed=_answerable(viewer, message), ranks=(0, 1), viewer=me.pk if me else 0
    )


def _answerable(viewer: Viewer, message: Message) -> Sql:
    allowed = reach.reachable_by(viewer)
    me = viewer.person
    if me is not None and reach.writing_roles(viewer) and viewer.modules["messaging"].settings["reply_always"]:
        received = Copy.objects.filter(conversation=message.conversation_id, person=me, hidden=False)
        writers = received.exclude(line=On.SENDER).exclude(message__sender=None).values("message__sender")
        here = Person.objects.filter(reach.present(viewer.modules)).exclude(reach.blocked_with(viewer))
        allowed = allowed | here.filter(pk__in=writers).exclude(pk=me.pk)
    return _sql(allowed.order_by().values_list("pk")) or ("SELECT 0::bigint WHERE false", [])


# --- SQL --------------------------------------------------------------------------------------------------
def _sql(rows: QuerySet[Any, Any]) -> Sql | None:
    """The statement of a queryset; None where Django knows that nobody matches."""
    try:
        text, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    return text, list(parameters)


def _wrapped(template: str, n: int, rows: QuerySet[Any, Any]) -> Sql | None:
    found = _sql(rows)
    return (template.replace("{n}", str(n)).replace("{rows}", found[0], 1), found[1]) if found else None


def _union(parts: Iterable[Sql | None]) -> Sql:
    found = [part for part in parts if part is not None]
    if not found:
        return NO_ROWS
    return " UNION ALL ".join(f"({text})" for text, _values in found), [v for _text, values in found for v in values]
