"""Who teaches what to whom, at a glance: subjects by class, level by level, with the gaps; and teacher by teacher."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.people.choices import Role
from core.people.models import Person
from core.structure.models import ClassMembership, SchoolClass, SchoolYear, Subject, TeachingService
from core.structure.selectors import MAIN_TEACHER, class_memberships, current_substitutions, day_of, services_on
from core.structure.turning.levels import level_of, rank


@dataclass
class Cell:
    """One subject in one class: its services, those of the class's groups too; none is a gap."""

    school_class: SchoolClass
    services: list[TeachingService] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    subject: Subject
    cells: list[Cell]

    @property
    def gaps(self) -> int:
        return sum(not cell.services for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """The classes of one level, and every subject that one of them has."""

    level: str
    classes: list[SchoolClass]
    rows: list[Row]
    without_main: list[SchoolClass]

    @property
    def gaps(self) -> int:
        return sum(row.gaps for row in self.rows)


@dataclass
class Line:
    """One teacher: what they teach and whom they stand in for, and the classes they are the main teacher of."""

    teacher: Person
    services: list[TeachingService] = field(default_factory=list)
    covered: list[TeachingService] = field(default_factory=list)
    main_of: list[SchoolClass] = field(default_factory=list)


def by_level(year: SchoolYear, kind: str) -> list[Table]:
    """A table for each level, the youngest first. A fixed number of queries."""
    classes = [(level_of(kind, one.level, one.name), one) for one in year.classes.prefetch_related("groups")]
    classes.sort(key=lambda pair: (rank(pair[0]), pair[0], pair[1].name))
    taught = _taught(year)
    mains = set(_mains(year).values_list("school_class_id", flat=True))
    return [
        _table(level or _("Autres classes"), [one for _level, one in some], taught, mains)
        for level, some in groupby(classes, key=lambda pair: pair[0])
    ]


def by_teacher(year: SchoolYear) -> list[Line]:
    """Every teacher of the school, those without anything to teach too. A fixed number of queries."""
    people = Person.objects.filter(left_on=None, roles__contains=[Role.TEACHER]).order_by("search_text", "pk")
    lines = {person.pk: Line(person) for person in people}
    for service in _services(year):
        if service.teacher_id in lines:
            lines[service.teacher_id].services.append(service)
        for substitution in service.current_substitutions:  # type: ignore[attr-defined]
            if substitution.substitute_id in lines:
                lines[substitution.substitute_id].covered.append(service)
    for membership in _mains(year).select_related("school_class"):
        if membership.person_id in lines:
            lines[membership.person_id].main_of.append(membership.school_class)
    return list(lines.values())


def _services(year: SchoolYear) -> list[TeachingService]:
    day = day_of(year)
    rows = services_on(day).filter(school_class__year=year) | services_on(day).filter(group__year=year)
    related = rows.select_related("teacher", "subject", "school_class", "group")
    ordered = related.order_by("subject__name", "school_class__name", "group__name", "teacher__search_text", "pk")
    return list(ordered.prefetch_related(current_substitutions(day)))


def _taught(year: SchoolYear) -> dict[tuple[str, int], list[TeachingService]]:
    """Services by what is taught: ("class", pk) or ("group", pk)."""
    found: dict[tuple[str, int], list[TeachingService]] = defaultdict(list)
    for service in _services(year):
        key = ("class", service.school_class_id) if service.school_class_id else ("group", service.group_id or 0)
        found[key].append(service)
    return found


def _mains(year: SchoolYear) -> QuerySet[ClassMembership]:
    rows = class_memberships(day_of(year), kind=MAIN_TEACHER)
    return rows.filter(school_class__year=year, person__left_on=None).order_by("school_class__name")


def _table(
    level: str, classes: list[SchoolClass], taught: dict[tuple[str, int], list[TeachingService]], mains: set[int]
) -> Table:
    subjects: dict[Subject, dict[int, list[TeachingService]]] = {}
    for one in classes:
        places = [("class", one.pk), *(("group", group.pk) for group in one.groups.all())]
        for service in (service for place in places for service in taught.get(place, ())):
            subjects.setdefault(service.subject, {}).setdefault(one.pk, []).append(service)
    rows = [
        Row(subject, [Cell(one, by_class.get(one.pk, [])) for one in classes])
        for subject, by_class in sorted(subjects.items(), key=lambda item: item[0].name)
    ]
    return Table(level, classes, rows, [one for one in classes if one.pk not in mains])
