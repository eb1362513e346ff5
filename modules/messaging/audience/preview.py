"""What somebody should know before sending: how many receive it, who will not see it, who is away."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.people.choices import Role
from core.people.models import Person
from core.people.standing import never_activated
from core.permissions.viewer import Viewer
from core.ui.typography import counted
from modules.messaging.audience import expansion
from modules.messaging.audience.lines import Line
from modules.messaging.audience.permitted import refused
from modules.messaging.models import Message
from modules.messaging.services import answering, limits

# Names shown of those who will not see it; the rest is a number.
NAMED = 30
# More absences than that are not read any more.
MOST_AWAY = 10

ROLE_WORDS = {
    Role.PUPIL: (gettext_lazy("élève"), gettext_lazy("élèves")),
    Role.GUARDIAN: (gettext_lazy("responsable"), gettext_lazy("responsables")),
    Role.TEACHER: (gettext_lazy("enseignant"), gettext_lazy("enseignants")),
    Role.SCHOOL_LIFE: (gettext_lazy("personne de la vie scolaire"), gettext_lazy("personnes de la vie scolaire")),
    Role.MANAGEMENT: (gettext_lazy("personne de la direction"), gettext_lazy("personnes de la direction")),
    Role.ADMINISTRATIVE: (gettext_lazy("personnel administratif"), gettext_lazy("personnels administratifs")),
    Role.DIGITAL_REFERENT: (gettext_lazy("référent numérique"), gettext_lazy("référents numériques")),
    Role.PARTNER: (gettext_lazy("partenaire"), gettext_lazy("partenaires")),
}


@dataclass(frozen=True, kw_only=True)
class People:
    """Some of the recipients: how many, and the first of them by name."""

    count: int = 0
    names: tuple[str, ...] = ()

    @property
    def others(self) -> int:
        return self.count - len(self.names)


@dataclass(frozen=True, kw_only=True)
class Away:
    """A recipient who is away, until which day included, and to whom one may write instead."""

    name: str
    until: date | None
    substitute: str = ""
    substitute_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Preview:
    """`by_role` counts each recipient once, as whom the lines reach them: its sum is `total`.

    `never_activated` have an account at most and never signed in; `without_channel` have neither account nor address.
    `refused` are lines that may not be used, with a sentence; `left_out` counts people on the other lines whom the
    viewer may not write to; `too_many` is the sentence of the limit that the message would pass.
    """

    total: int = 0
    by_role: Mapping[str, int] = field(default_factory=dict)
    never_activated: People = People()
    without_channel: People = People()
    refused: tuple[tuple[Line, str], ...] = ()
    left_out: int = 0
    away: tuple[Away, ...] = ()
    too_many: str = ""
    # Too many for answers that would go to all
    to_sender_only: bool = False

    @property
    def parts(self) -> list[str]:
        """« 27 élèves », « 43 responsables »"""
        return [worded(role, number) for role, number in self.by_role.items()]

    @property
    def may_leave(self) -> bool:
        """Whether sending would find nothing to refuse of its recipients."""
        return bool(self.total and not self.refused and not self.too_many)


def worded(role: str, number: int) -> str:
    """« 27 élèves »"""
    singular, plural = ROLE_WORDS[Role(role)]
    return counted(number, str(singular), str(plural))


def preview(viewer: Viewer, lines: Sequence[Line]) -> Preview:
    """Count whom these lines reach as it is now. A dozen queries at most, whatever their number."""
    lines = tuple(lines)
    if not lines:
        return Preview()
    audience = expansion.behind(viewer, lines)
    wrong = refused(viewer, lines, audience)
    good = tuple(line for n, line in enumerate(lines) if n not in wrong)
    if wrong:
        audience = expansion.behind(viewer, good)
    bad = tuple((lines[n], sentence) for n, sentence in wrong.items())
    return _counted(viewer, audience, bad, begins=True) if good else Preview(refused=bad)


def preview_of_reply(viewer: Viewer, message: Message, *, to_all: bool) -> Preview:
    """The same for an answer."""
    return _counted(viewer, expansion.replying(viewer, message, to_all=to_all), (), begins=False)


def _counted(
    viewer: Viewer, audience: expansion.Audience, bad: tuple[tuple[Line, str], ...], *, begins: bool
) -> Preview:
    rows = _recipients(viewer, audience)
    by_role = Counter(row.role for row in rows)
    most = limits.limit(viewer, "recipients")
    too_many = _("%(most)d destinataires au plus pour un message.") % {"most": most} if len(rows) > most else ""
    people = [row.pk for row in rows]
    never = never_activated(people) if people else set()
    return Preview(
        total=len(rows),
        by_role={role: by_role[role] for role in Role.values if by_role[role]},
        never_activated=_named(row.pk for row in rows if row.pk in never),
        without_channel=_named(row.pk for row in rows if not row.reachable),
        refused=bad,
        left_out=audience.left_out(),
        away=_away(people),
        too_many=too_many,
        to_sender_only=begins and len(rows) > int(viewer.modules["messaging"].settings["reply_all_most"]),
    )


@dataclass(frozen=True)
class _Row:
    pk: int
    role: str
    reachable: bool


def _recipients(viewer: Viewer, audience: expansion.Audience) -> list[_Row]:
    text, parameters = audience.rows()
    statement = f"""
        SELECT p.id, p.roles, r.children <> '{{}}', p.account_id IS NOT NULL OR p.email <> ''
        FROM ({text}) AS r(person_id, rank, children) JOIN people_person p ON p.id = r.person_id
        WHERE p.id <> %s
    """  # noqa: S608 -- made of our own parts; every value is a parameter
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, viewer.person.pk if viewer.person else 0])
        return [_Row(pk, _role(roles, as_guardian), reachable) for pk, roles, as_guardian, reachable in cursor]


def _role(roles: Sequence[str], as_guardian: bool) -> str:
    """As whom somebody is counted: a guardian where it is about their child, else the first of their other roles."""
    if as_guardian:
        return Role.GUARDIAN
    return next((role for role in Role.values if role in roles and role != Role.GUARDIAN), str(Role.GUARDIAN))


def _named(keys: Iterable[int]) -> People:
    found = list(keys)
    if not found:
        return People()
    names = Person.objects.filter(pk__in=found).order_by("search_text", "pk")[:NAMED]
    return People(count=len(found), names=tuple(person.full_name for person in names))


def _away(people: list[int]) -> tuple[Away, ...]:
    rows = answering.away_among(people)[:MOST_AWAY] if people else []
    return tuple(
        Away(
            name=row.person.full_name,
            until=row.away_until,
            substitute=row.substitute.full_name if row.substitute and row.substitute.left_on is None else "",
            substitute_id=row.substitute_id,
        )
        for row in rows
    )
