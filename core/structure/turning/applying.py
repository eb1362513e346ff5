"""Applying a plan: one transaction, a fixed number of statements, and a note of all that undoing needs.

`YearPlan.done` holds keys only: {"year", "year_made", "periods": [pk], "classes": {key: pk}, "made": [class pk],
"groups": {old pk: pk}, "made_groups": [pk], "memberships": [pk], "group_memberships": [pk], "services": [pk],
"ended": {table: {last day of before, or empty: [pk]}}, "leavers": [person pk], "left": [person pk],
"closed": [[account pk, person pk]]}.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Greatest
from django.utils import timezone

from core.audit.services import record
from core.errors import DomainError
from core.people.models import Person
from core.structure.endings import unended
from core.structure.models import (
    ClassMembership,
    Group,
    GroupMembership,
    Period,
    SchoolClass,
    SchoolYear,
    Substitution,
    TeachingService,
)
from core.structure.selectors import MAIN_TEACHER, PUPIL, lasting
from core.structure.turning import content as plans
from core.structure.turning.checks import findings
from core.structure.turning.levels import squeezed
from core.structure.turning.models import YearPlan
from core.structure.turning.reading import Reading
from core.structure.turning.services import hold_draft
from core.structure.turning.settling import settle

M = TypeVar("M", bound=models.Model)


@transaction.atomic
def apply(*, plan: YearPlan, actor: Person | None) -> YearPlan:
    """Make next year, end this one. Raises DomainError while something blocks (see `checks.findings`)."""
    current = hold_draft(plan)
    reading = Reading(current)
    if blocking := [one.text for one in findings(reading) if one.blocks]:
        raise DomainError("blocked", " ".join(blocking))
    done = _Application(reading).run()
    current.done, current.state, current.applied_at = done, YearPlan.State.APPLIED, timezone.now()
    current.changed_by = actor
    current.save()
    record("structure.turn_apply", actor=actor, target=current, changes=_told(done))
    if timezone.localdate() > current.from_year.ends_on:
        settle(plan=current, actor=actor)
        current.refresh_from_db()
    return current


def _told(done: dict[str, Any]) -> dict[str, list[Any]]:
    counts = ("made", "made_groups", "memberships", "group_memberships", "services", "leavers")
    return {name: [0, len(done[name])] for name in counts if done[name]}


class _Application:
    """The steps share what they read. Each is a fixed number of statements."""

    def __init__(self, reading: Reading) -> None:
        self.reading, self.content, self.before = reading, reading.content, reading.plan.from_year
        self.span = plans.year_of(self.content)

    def run(self) -> dict[str, Any]:
        self.done: dict[str, Any] = {}
        self._year()
        self._classes()
        self._groups()
        # Read before anything ends
        mains, services, members = self._mains(), self._services(), self._members()
        self._end_old()
        memberships = [*self._pupils(), *mains]
        self.done |= {
            "memberships": _made(ClassMembership, memberships),
            "group_memberships": _made(GroupMembership, members),
            "services": _made(TeachingService, services),
            "leavers": sorted(move.person.pk for move in self.reading.leavers),
        }
        return self.done

    def _year(self) -> None:
        fields = {"starts_on": self.span.starts_on, "ends_on": self.span.ends_on}
        self.year, made = SchoolYear.objects.get_or_create(label=self.span.name, defaults=fields)
        known = set(self.year.periods.values_list("number", flat=True))
        periods = [
            Period(year=self.year, number=number, name=one.name, starts_on=one.starts_on, ends_on=one.ends_on)
            for number, one in enumerate(map(plans.span_of, self.content["periods"]), 1)
        ]
        fits = not known and self.year.starts_on <= self.span.starts_on and self.span.ends_on <= self.year.ends_on
        self.done |= {"year": self.year.pk, "year_made": made, "periods": _made(Period, periods if fits else [])}

    def _classes(self) -> None:
        """Those that an import has made already are taken as they are: by name, else by code."""
        there = list(SchoolClass.objects.filter(year=self.year))
        by_name = {squeezed(one.name): one for one in there}
        by_code = {one.code: one for one in there if one.code}
        found: dict[str, SchoolClass] = {}
        made: list[SchoolClass] = []
        for one in self.content["classes"]:
            known = by_name.get(squeezed(one["name"])) or by_code.get(one["code"])
            if known is None:
                known = SchoolClass(year=self.year, name=one["name"], level=one["level"], code=one["code"])
                made.append(known)
            found[one["key"]] = known
        self.done["made"] = _made(SchoolClass, made)
        self.classes = {key: one.pk for key, one in found.items()}
        self.done["classes"] = self.classes
        copies: dict[int, int | None] = {
            one["copy_of"]: self.classes[one["key"]] for one in self.content["classes"] if one["copy_of"]
        }
        ways = {one.pk: self.classes.get(self.reading.promotion(one.pk)) for one in self.reading.classes}
        self.maps: dict[str, dict[int, int | None]] = {plans.SAME: copies, plans.FOLLOW: ways, plans.NONE: {}}

    def _groups(self) -> None:
        wanted = {int(pk): one for pk, one in self.content["groups"].items() if one["keep"] != plans.DROP}
        old = list(Group.objects.filter(pk__in=wanted, year=self.before).prefetch_related("classes"))
        there = {squeezed(one.name): one for one in Group.objects.filter(year=self.year)}
        found, made = {}, []
        for one in old:
            known = there.get(squeezed(wanted[one.pk]["name"]))
            if known is None:
                known = Group(
                    year=self.year, name=wanted[one.pk]["name"], subject_id=one.subject_id, code=one.code,
                    rule=self._rule(one.rule),
                )  # fmt: skip
                made.append(known)
            found[one.pk] = known
        self.done["made_groups"] = _made(Group, made)
        self.groups = {pk: one.pk for pk, one in found.items()}
        self.done["groups"] = {str(pk): new for pk, new in self.groups.items()}
        self.with_pupils = [one.pk for one in old if wanted[one.pk]["keep"] == plans.PUPILS and not one.rule]
        fresh = set(self.done["made_groups"])
        links = {
            (self.groups[one.pk], to)
            for one in old
            if self.groups[one.pk] in fresh
            for c in one.classes.all()
            if (to := self._group_map(one.pk).get(c.pk))
        }
        through = Group.classes.through
        through.objects.bulk_create([through(group_id=group, schoolclass_id=to) for group, to in sorted(links)])

    def _group_map(self, pk: int) -> dict[int, int | None]:
        """A group that keeps its pupils goes where their classes go; the others stay with classes of the same name."""
        return self.maps[plans.FOLLOW if pk in self.with_pupils else plans.SAME]

    def _rule(self, rule: dict[str, Any]) -> dict[str, Any]:
        if not rule.get("classes"):
            return dict(rule)
        kept = [to for pk in rule["classes"] if (to := self.maps[plans.SAME].get(pk))]
        return {**rule, "classes": kept}

    def _pupils(self) -> list[ClassMembership]:
        """Whoever is in one of next year's classes already stays there."""
        held = ClassMembership.objects.filter(unended(self.span.starts_on), school_class__year=self.year, kind=PUPIL)
        placed = set(held.values_list("person", flat=True))
        return [
            ClassMembership(
                school_class_id=self.classes[move.destination], person=move.person, starts_on=self.span.starts_on
            )
            for move in self.reading.moves
            if move.destination in self.classes and move.person.pk not in placed
        ]

    def _mains(self) -> list[ClassMembership]:
        known = set(self._of_year(ClassMembership.objects.filter(kind=MAIN_TEACHER), "school_class"))
        rows = ClassMembership.objects.filter(lasting(self.before.ends_on), kind=MAIN_TEACHER, person__left_on=None)
        rows = rows.filter(school_class__year=self.before).order_by("pk")
        ways = self.maps[self.content["main_teachers"]]
        pairs = rows.values_list("person_id", "school_class_id")
        kept = {(person, to): None for person, pk in pairs if (to := ways.get(pk)) and to not in known}
        return [
            ClassMembership(person_id=person, school_class_id=to, kind=MAIN_TEACHER, starts_on=self.span.starts_on)
            for person, to in kept
        ]

    def _services(self) -> list[TeachingService]:
        policy = self.content["services"]
        if policy == plans.NONE:
            return []
        ways, left_out = self.maps[policy], self.content["left_out"]
        mine = Q(school_class__year=self.before) | Q(group__year=self.before)
        columns = ("teacher", "subject", "school_class", "group")
        there = Q(school_class__year=self.year) | Q(group__year=self.year)
        taught = set(TeachingService.objects.filter(there).values_list(*columns))
        rows = TeachingService.objects.filter(mine, lasting(self.before.ends_on), teacher__left_on=None)
        kept: dict[tuple[int, int, int | None, int | None], None] = {}
        for teacher, subject, in_class, in_group in rows.exclude(pk__in=left_out).order_by("pk").values_list(*columns):
            to = (teacher, subject, ways.get(in_class) if in_class else None, self.groups.get(in_group or 0))
            if (to[2] or to[3]) and to not in taught:
                kept[to] = None
        dates = {"starts_on": self.span.starts_on, "ends_on": self.span.ends_on}
        return [
            TeachingService(teacher_id=t, subject_id=s, school_class_id=c, group_id=None if c else g, **dates)
            for t, s, c, g in kept
        ]

    def _members(self) -> list[GroupMembership]:
        staying = {move.person.pk for move in self.reading.moves if move.destination in self.classes}
        there = set(
            GroupMembership.objects.filter(group__year=self.year)
            .filter(unended(self.span.starts_on))
            .values_list("group", "person")
        )
        rows = GroupMembership.objects.filter(lasting(self.before.ends_on), group__in=self.with_pupils)
        kept = {
            (self.groups[group], person): None
            for group, person in rows.order_by("pk").values_list("group", "person")
            if person in staying and (self.groups[group], person) not in there
        }
        return [GroupMembership(group_id=g, person_id=p, starts_on=self.span.starts_on) for g, p in kept]

    def _of_year(self, rows: models.QuerySet[Any], column: str) -> Iterable[int]:
        return rows.filter(school_class__year=self.year).values_list(column, flat=True)

    def _end_old(self) -> None:
        last, year = self.before.ends_on, self.before
        of_service = Q(service__school_class__year=year) | Q(service__group__year=year)
        self.done["ended"] = {
            "ClassMembership": _end(ClassMembership.objects.filter(school_class__year=year), last),
            "GroupMembership": _end(GroupMembership.objects.filter(group__year=year), last),
            "Substitution": _end(Substitution.objects.filter(of_service), last),
            "TeachingService": _end(
                TeachingService.objects.filter(Q(school_class__year=year) | Q(group__year=year)), last
            ),
        }


def _made(model: type[M], rows: list[M]) -> list[int]:
    return [row.pk for row in model._default_manager.bulk_create(rows)]


def _end(rows: models.QuerySet[Any], last: date) -> dict[str, list[int]]:
    """Make it the last day of what lasts longer. Returns the rows by the last day that they had."""
    found: dict[str, list[int]] = {}
    for pk, before in rows.filter(unended(last)).order_by("pk").values_list("pk", "ends_on"):
        found.setdefault(before.isoformat() if before else "", []).append(pk)
    pks = [pk for some in found.values() for pk in some]
    rows.model._default_manager.filter(pk__in=pks).update(ends_on=Greatest("starts_on", last))
    return found
