"""How far each person is with their account: the school's people in a fixed number of queries, whatever their number.

Guardians are those whose authority opens a child's record: nobody else is invited on a child's behalf.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.modules.contract import Channel
from core.modules.state import Modules
from core.notifications import reasons
from core.notifications.channels.email.sender import usable
from core.notifications.channels.troubles import REST
from core.notifications.models import AddressTrouble
from core.people.choices import Role
from core.people.families import links_with_access
from core.people.models import Person
from core.people.rules import may_act_on
from core.people.text import fold
from core.structure.models import SchoolClass
from core.structure.selectors import class_memberships
from tenants.accounts.models import ActivationCode, Membership
from tenants.schemas.context import current_uai
from tenants.schemas.glance import glance_at_region

ASLEEP_AFTER = timedelta(days=92)


class State(StrEnum):
    NEVER = "never"
    INVITED = "invited"
    ACTIVE = "active"
    ASLEEP = "asleep"


LABELS = {
    State.NEVER: _("Jamais invités"),
    State.INVITED: _("Invités, pas encore venus"),
    State.ACTIVE: _("Comptes ouverts"),
    State.ASLEEP: _("Pas venus depuis trois mois"),
}
# Who can still be invited, or reminded
OPEN = frozenset({State.NEVER, State.INVITED})


@dataclass(frozen=True)
class Member:
    """Somebody of the school, with what is known of their account."""

    person: Person
    classes: tuple[SchoolClass, ...]  # a pupil's own, a guardian's children's
    children: tuple[Person, ...]
    state: State
    class_of: Mapping[int, str] = field(default_factory=dict)  # child to class name
    invited_at: datetime | None = None
    signed_in_at: datetime | None = None
    returned: bool = False  # mail to their address came back

    @property
    def has_address(self) -> bool:
        return not self.returned and bool(usable(self.person.email))

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True)
class Wanted:
    """Which of them: what a page's filters say."""

    role: str = ""
    school_class: int | None = None
    state: str = ""  # one of State, or "open" for all who can still be invited
    words: str = ""
    without_address: bool = False

    def takes(self, member: Member) -> bool:
        return (
            (not self.role or self.role in member.person.roles)
            and (self.school_class is None or any(one.pk == self.school_class for one in member.classes))
            and (not self.state or self.state == member.state or (self.state == "open" and member.is_open))
            and not (self.without_address and member.has_address)
            and all(word in member.person.search_text for word in fold(self.words).split())
        )


def roster(modules: Modules) -> list[Member]:
    """Everybody present, in the directory's order. Seven queries."""
    people = {person.pk: person for person in _present().order_by("search_text", "pk")}
    classes = {one.pk: one for one in SchoolClass.objects.order_by("name")}
    places: dict[int, list[int]] = defaultdict(list)
    for person, school_class in class_memberships().values_list("person", "school_class"):
        places[person].append(school_class)
    children: dict[int, list[int]] = defaultdict(list)
    for guardian, child in links_with_access(modules).values_list("guardian", "child").distinct():
        children[guardian].append(child)
    known = _known()
    returned = _returned()
    made = (_member(person, people, classes, places, children, known, returned) for person in people.values())
    return [member for member in made if member is not None]


def _present() -> QuerySet[Person]:
    return Person.objects.filter(left_on=None, merged_into=None)


@dataclass(frozen=True)
class _Known:
    accounts: dict[int, datetime | None]
    invited: dict[int, datetime]


def _known() -> _Known:
    uai = current_uai()
    with glance_at_region():
        accounts = dict(Membership.objects.filter(uai=uai).values_list("person_id", "account__signed_in_at"))
        sent = ActivationCode.objects.filter(uai=uai, purpose=ActivationCode.Purpose.ACTIVATE)
        return _Known(accounts, dict(sent.values_list("person_id").annotate(Max("created_at"))))


def _returned() -> dict[int, str]:
    since = timezone.now() - REST
    rows = AddressTrouble.objects.filter(channel=Channel.EMAIL, reason=reasons.BOUNCED, last_at__gt=since)
    return dict(rows.values_list("person_id", "address"))


def _member(
    person: Person,
    people: dict[int, Person],
    classes: dict[int, SchoolClass],
    places: dict[int, list[int]],
    children: dict[int, list[int]],
    known: _Known,
    returned: dict[int, str],
) -> Member | None:
    """None for a guardian of nobody's record: there is nothing to open for them."""
    own = [people[pk] for pk in children.get(person.pk, ()) if pk in people]
    if person.roles == [Role.GUARDIAN] and not own:
        return None
    keys = dict.fromkeys([*places.get(person.pk, ()), *(key for child in own for key in places.get(child.pk, ()))])
    signed_in_at = known.accounts.get(person.pk)
    invited_at = known.invited.get(person.pk)
    return Member(
        person=person,
        classes=tuple(classes[key] for key in keys if key in classes),
        children=tuple(sorted(own, key=lambda child: child.first_name)),
        class_of={child.pk: _names(places.get(child.pk, ()), classes) for child in own},
        state=_state(person.pk in known.accounts, signed_in_at, invited_at),
        invited_at=invited_at,
        signed_in_at=signed_in_at,
        returned=person.email.casefold() == returned.get(person.pk, "").casefold() != "",
    )


def _names(keys: Iterable[int], classes: Mapping[int, SchoolClass]) -> str:
    return ", ".join(classes[key].name for key in keys if key in classes)


def _state(has_account: bool, signed_in_at: datetime | None, invited_at: datetime | None) -> State:
    if signed_in_at is not None:
        return State.ASLEEP if signed_in_at < timezone.now() - ASLEEP_AFTER else State.ACTIVE
    return State.INVITED if has_account or invited_at is not None else State.NEVER


def invitable(members: Iterable[Member], actor: Person | None) -> list[Member]:
    """Those who can still be invited, by somebody of that rank (see `core.people.rules.may_act_on`)."""
    roles = frozenset(actor.roles) if actor else None
    return [
        member
        for member in members
        if member.is_open and (roles is None or may_act_on(roles, frozenset(member.person.roles)))
    ]


@dataclass(frozen=True)
class Count:
    """How many of a group are how far."""

    total: int
    never: int
    invited: int
    active: int
    asleep: int

    @property
    def opened(self) -> int:
        return self.active + self.asleep

    @property
    def pending(self) -> int:
        return self.never + self.invited

    @property
    def percent(self) -> int:
        return round(100 * self.opened / self.total) if self.total else 0


def counted(members: Iterable[Member]) -> Count:
    found = [member.state for member in members]
    never, invited, active, asleep = (found.count(state) for state in State)
    return Count(len(found), never, invited, active, asleep)


@dataclass(frozen=True)
class Line:
    """A row of the page: a role, or a class with its pupils and their guardians."""

    label: str
    key: str
    count: Count


@dataclass(frozen=True)
class ClassLine:
    school_class: SchoolClass
    pupils: Count
    guardians: Count


def by_role(members: list[Member]) -> list[Line]:
    lines = [
        Line(str(role.label), role.value, counted(m for m in members if role in m.person.roles)) for role in Role
    ]
    return [line for line in lines if line.count.total]


def by_class(members: list[Member]) -> list[ClassLine]:
    """Classes that have pupils today, by name. Who has children in two classes counts in both."""
    groups: dict[int, list[Member]] = defaultdict(list)
    classes: dict[int, SchoolClass] = {}
    for member in members:
        for one in member.classes:
            groups[one.pk].append(member)
            classes[one.pk] = one
    ordered = sorted(classes.values(), key=lambda one: one.name)
    return [ClassLine(one, *_of_class(groups[one.pk])) for one in ordered]


def _of_class(members: list[Member]) -> tuple[Count, Count]:
    def of(role: Role, when: Callable[[Member], bool]) -> Count:
        return counted(member for member in members if role in member.person.roles and when(member))

    return of(Role.PUPIL, lambda member: True), of(Role.GUARDIAN, lambda member: bool(member.children))
