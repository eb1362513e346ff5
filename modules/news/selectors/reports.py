"""Who has confirmed urgent news, and who has not.

A family is the set of guardians of a child: brothers and sisters with the same guardians are one family. It
has read when one of them has; the report also says in how many families all of them have.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.people.choices import Role
from core.people.models import Person
from core.structure.models import ClassMembership
from core.structure.selectors import class_memberships
from modules.news.models import Article, Confirmation
from modules.news.selectors.audience import (
    Spec,
    Terms,
    by_role,
    links_on,
    pupils,
    recipients,
    roles_reached,
    spec_of,
)

ALL = ""


@dataclass(frozen=True)
class Row:
    """One recipient. A guardian's `children` are those whom the article concerns."""

    person: Person
    roles: tuple[str, ...]
    children: tuple[Person, ...]
    classes: tuple[str, ...]
    confirmed_at: datetime | None

    @property
    def role_labels(self) -> str:
        return ", ".join(str(Role(role).label) for role in self.roles)

    @property
    def class_names(self) -> str:
        return ", ".join(self.classes)

    @property
    def child_names(self) -> str:
        return ", ".join(child.full_name for child in self.children)


@dataclass(frozen=True)
class Tally:
    """How many of a role or a class have read."""

    key: str
    label: str
    read: int
    total: int


@dataclass(frozen=True)
class Report:
    rows: tuple[Row, ...]
    by_role: tuple[Tally, ...]
    by_class: tuple[Tally, ...]
    families_read: int
    families_whole: int
    families: int

    @property
    def read(self) -> int:
        return sum(row.confirmed_at is not None for row in self.rows)

    @property
    def total(self) -> int:
        return len(self.rows)

    def chosen(self, *, role: str = ALL, school_class: str = ALL, unread_only: bool = True) -> list[Row]:
        """The rows of one role, one class, or all; those who have not confirmed unless told otherwise."""
        return [
            row
            for row in self.rows
            if (not role or role in row.roles)
            and (not school_class or school_class in row.classes)
            and not (unread_only and row.confirmed_at)
        ]


def report_on(article: Article, terms: Terms) -> Report:
    """Read in a fixed number of queries, however many people there are."""
    spec = spec_of(article)
    roles = roles_reached(spec, terms)
    reached_as = {role: _ids(spec, terms, role) for role in roles}
    concerned = {pupil.pk: pupil for pupil in pupils(spec, terms)}
    links = links_on(terms).filter(child__in=list(concerned)).values_list("guardian_id", "child_id")
    guardians = reached_as.get(Role.GUARDIAN, frozenset())
    children, parents = _both_ways(links, guardians)
    confirmed = _confirmed(article)
    classes = _classes_of_pupils(terms)
    rows = [
        Row(
            person=person,
            roles=tuple(role for role in roles if person.pk in reached_as[role]),
            children=tuple(concerned[pk] for pk in children.get(person.pk, ())),
            classes=tuple(sorted({name for pk in (person.pk, *children.get(person.pk, ())) for name in classes[pk]})),
            confirmed_at=confirmed.get(person.pk),
        )
        for person in recipients(spec, terms).order_by("last_name", "first_name", "pk")
    ]
    families = {frozenset(of_child) for of_child in parents.values()}
    return Report(
        rows=tuple(rows),
        by_role=tuple(_by_role(rows, roles)),
        by_class=tuple(_by_class(rows)),
        families=len(families),
        families_read=sum(any(pk in confirmed for pk in family) for family in families),
        families_whole=sum(all(pk in confirmed for pk in family) for family in families),
    )


def _ids(spec: Spec, terms: Terms, role: str) -> frozenset[int]:
    people = Person.objects.filter(by_role(role, spec, terms), left_on=None)
    return frozenset(people.values_list("pk", flat=True))


def _both_ways(
    links: Iterable[tuple[int, int]], guardians: frozenset[int]
) -> tuple[dict[int, list[int]], dict[int, set[int]]]:
    """Guardian to children and child to guardians, of the guardians that the article reaches."""
    children: dict[int, list[int]] = defaultdict(list)
    parents: dict[int, set[int]] = defaultdict(set)
    for guardian, child in links:
        if guardian in guardians and child not in children[guardian]:
            children[guardian].append(child)
            parents[child].add(guardian)
    return children, parents


def _confirmed(article: Article) -> dict[int, datetime]:
    """Person to the instant of their first confirmation."""
    rows = Confirmation.objects.filter(article=article).order_by("-confirmed_at", "-pk")
    return dict(rows.values_list("person_id", "confirmed_at"))


def _classes_of_pupils(terms: Terms) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    members = class_memberships(terms.today, kind=ClassMembership.Kind.PUPIL)
    for person, name in members.values_list("person_id", "school_class__name"):
        names[person].append(name)
    return names


def _by_role(rows: list[Row], roles: list[str]) -> Iterable[Tally]:
    for role in roles:
        of_role = [row for row in rows if role in row.roles]
        if of_role:
            yield Tally(role, str(Role(role).label), sum(bool(row.confirmed_at) for row in of_role), len(of_role))


def _by_class(rows: list[Row]) -> Iterable[Tally]:
    """Pupils and guardians by the pupils' classes; whoever has children in two classes counts in both."""
    for name in sorted({name for row in rows for name in row.classes}):
        of_class = [row for row in rows if name in row.classes]
        yield Tally(name, name, sum(bool(row.confirmed_at) for row in of_class), len(of_class))
