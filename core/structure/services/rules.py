"""Groups that follow a rule: whoever studies a subject, is in a class or at a level, is in the group by itself."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.audit.services import record
from core.people.models import Person
from core.people.records import hold
from core.structure.endings import RULE, end_rows, unended
from core.structure.models import Group, GroupMembership, SchoolYear
from core.structure.selectors import class_memberships
from core.structure.services.base import first_day, refuse

SOURCE = RULE


@dataclass(frozen=True)
class GroupRule:
    """What somebody must meet, all of what is said: one of these levels, one of these classes, one of these subjects.

    `without`: those whom people of the school took out by hand, and whom the rule does not bring back.
    """

    levels: tuple[str, ...] = ()
    classes: tuple[int, ...] = ()
    studies: tuple[str, ...] = ()
    without: tuple[int, ...] = ()

    @classmethod
    def of(cls, group: Group) -> "GroupRule":
        return cls(**{one.name: tuple(group.rule.get(one.name, ())) for one in fields(cls)})

    def __bool__(self) -> bool:
        return bool(self.levels or self.classes or self.studies)

    def as_json(self) -> dict[str, list[Any]]:
        return {name: list(values) for name, values in asdict(self).items() if values}


def pupils_meeting(rule: GroupRule, year: SchoolYear, on: date) -> QuerySet[Person]:
    """The pupils of the year's classes who meet the rule on that day."""
    places = class_memberships(on).filter(school_class__year=year)
    if rule.levels:
        places = places.filter(school_class__level__in=rule.levels)
    if rule.classes:
        places = places.filter(school_class__in=rule.classes)
    people = Person.objects.filter(left_on=None, pk__in=places.values("person")).exclude(pk__in=rule.without)
    return people.filter(studies__overlap=list(rule.studies)) if rule.studies else people


@dataclass(frozen=True)
class Effect:
    """Who a rule would put in the group and take out of it, by key."""

    entering: frozenset[int]
    leaving: frozenset[int]
    staying: frozenset[int]


def effect(group: Group, rule: GroupRule) -> Effect:
    """What following the rule would change today; members chosen by hand stay. Two queries."""
    day = first_day(group.year, None)
    wanted = frozenset(pupils_meeting(rule, group.year, day).values_list("pk", flat=True)) if rule else frozenset()
    held = dict(_held(group, day).values_list("person", "source"))
    leaving = frozenset(pk for pk, source in held.items() if source == SOURCE and pk not in wanted)
    return Effect(wanted - held.keys(), leaving, frozenset(held) - leaving)


@transaction.atomic
def set_group_rule(
    *,
    group: Group,
    actor: Person | None,
    levels: Iterable[str] = (),
    classes: Iterable[int] = (),
    studies: Iterable[str] = (),
    version: str | None = None,
) -> Effect:
    """Let the group follow a rule from today on. Raises DomainError for an empty rule or another year's classes."""
    current = hold(group, version=version)
    before = GroupRule.of(current)
    rule = GroupRule(tuple(levels), tuple(classes), tuple(studies), before.without)
    if not rule:
        raise refuse("empty", _("Choisissez au moins un niveau, une classe ou une matière."), "studies")
    if current.year.classes.filter(pk__in=rule.classes).count() != len(set(rule.classes)):
        raise refuse("other-year", _("Un groupe réunit des classes de la même année."), "classes")
    _write(current, rule)
    changed = follow(current)
    changes: dict[str, list[Any]] = {"rule": [before.as_json(), rule.as_json()], "entered": [0, len(changed.entering)]}
    record("structure.set_group_rule", actor=actor, target=current, changes=changes)
    return changed


@transaction.atomic
def drop_group_rule(*, group: Group, actor: Person | None, version: str | None = None) -> None:
    """From now on its members are chosen by hand, those of today first."""
    current = hold(group, version=version)
    if not current.rule:
        return
    before = current.rule
    current.rule = {}
    current.save(update_fields=["rule"])
    GroupMembership.objects.filter(group=current, source=SOURCE).update(source="")
    record("structure.drop_group_rule", actor=actor, target=current, changes={"rule": [before, {}]})


@transaction.atomic
def follow(group: Group) -> Effect:
    """Bring the group's members in line with its rule; without a rule nothing changes. A handful of statements."""
    current = hold(group)
    rule = GroupRule.of(current)
    if not rule:
        return Effect(frozenset(), frozenset(), frozenset())
    day, changed = first_day(current.year, None), effect(current, rule)
    leaving = GroupMembership.objects.filter(group=current, source=SOURCE, person__in=changed.leaving)
    end_rows(leaving, on=day - timedelta(days=1))
    GroupMembership.objects.bulk_create(
        GroupMembership(group=current, person_id=pk, starts_on=day, source=SOURCE) for pk in sorted(changed.entering)
    )
    return changed


def refresh_rule_groups() -> int:
    """Every group of the current year that has a rule follows it. Returns how many memberships began or ended.

    Called after imports and each night: what pupils study, and where, changes without anybody thinking of groups.
    """
    ruled = Group.objects.filter(year__is_current=True).exclude(rule={}).order_by("pk")
    changed = [follow(group) for group in ruled]
    return sum(len(one.entering) + len(one.leaving) for one in changed)


def taken_out(group: Group, person: Person) -> None:
    """Within the service that ends a membership: the rule does not bring the person back."""
    rule = GroupRule.of(group)
    if rule and person.pk not in rule.without:
        _write(group, GroupRule(rule.levels, rule.classes, rule.studies, (*rule.without, person.pk)))


def put_in(group: Group, person: Person) -> None:
    """Within the service that adds a member by hand: whoever was taken out may follow the rule again."""
    rule = GroupRule.of(group)
    if person.pk in rule.without:
        kept = tuple(pk for pk in rule.without if pk != person.pk)
        _write(group, GroupRule(rule.levels, rule.classes, rule.studies, kept))


def _write(group: Group, rule: GroupRule) -> None:
    group.rule = rule.as_json()
    group.save(update_fields=["rule"])


def _held(group: Group, day: date) -> QuerySet[GroupMembership]:
    return GroupMembership.objects.filter(unended(day - timedelta(days=1)), group=group)
