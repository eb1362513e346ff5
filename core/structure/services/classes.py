"""Classes, groups, and who is in them from when to when."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.people.choices import Role
from core.people.models import Person
from core.people.records import check, fill, hold, ordered
from core.structure.endings import end_rows, ended_by_hand
from core.structure.models import ClassMembership, Group, GroupMembership, SchoolClass, SchoolYear, Subject
from core.structure.selectors import MAIN_TEACHER, PUPIL
from core.structure.services import rules
from core.structure.services.base import created, deleted, first_day, guard_role, refuse, updated

CLASS_FIELDS = ("name", "level")
GROUP_FIELDS = ("name", "subject")


# --- Classes --------------------------------------------------------------------------------------------
@transaction.atomic
def create_class(*, year: SchoolYear, name: str, actor: Person | None, level: str = "") -> SchoolClass:
    values = {"name": name, "level": level}
    row = SchoolClass(year=year)
    return created(row, values, allowed=CLASS_FIELDS, action="structure.create_class", actor=actor)


@transaction.atomic
def update_class(
    *, school_class: SchoolClass, actor: Person | None, version: str | None = None, **changes: Any
) -> SchoolClass:
    return updated(
        school_class,
        changes,
        allowed=CLASS_FIELDS,
        action="structure.update_class",
        actor=actor,
        version=version,
    )


@transaction.atomic
def delete_class(*, school_class: SchoolClass, actor: Person | None) -> None:
    """Only a class that nobody was ever in: the others are history."""
    in_use = _("Cette classe a ou a eu des élèves ou des enseignants\u00a0: elle reste dans l’histoire.")
    if school_class.memberships.exists() or school_class.services.exists():
        raise refuse("in-use", in_use)
    deleted(school_class, action="structure.delete_class", actor=actor, in_use=in_use)


@transaction.atomic
def add_to_class(
    *, school_class: SchoolClass, pupil: Person, actor: Person | None, starts_on: date | None = None
) -> ClassMembership:
    """Put a pupil in a class from a day on (today by default); the class of before ends the day before.

    Classes of later years stay: the next year may be prepared already.
    """
    pupil = hold(pupil)
    guard_role(pupil, Role.PUPIL, field="person", sentence=_("Seul un élève peut entrer dans une classe."))
    day = first_day(school_class.year, starts_on)
    same_time = Q(ends_on=None) | Q(ends_on__gte=day)
    until = school_class.year.starts_on
    held = ClassMembership.objects.filter(same_time, person=pupil, kind=PUPIL, school_class__year__starts_on__lte=until)
    if held.filter(school_class=school_class).exists():
        sentence = _("%(name)s est déjà dans cette classe.") % {"name": pupil.full_name}
        raise refuse("already", sentence, "person")
    left = [str(name) for name in held.filter(starts_on__lt=day).values_list("school_class__name", flat=True)]
    end_rows(held, on=day - timedelta(days=1))
    membership = _enter(ClassMembership(school_class=school_class, person=pupil, kind=PUPIL, starts_on=day))
    changes: dict[str, list[Any]] = {"pupil": [None, pupil.full_name], "starts_on": [None, day]}
    if left:
        changes["class"] = [", ".join(left), school_class.name]
    record("structure.add_to_class", actor=actor, target=school_class, changes=changes)
    return membership


@transaction.atomic
def add_pupils_to_class(
    *,
    school_class: SchoolClass,
    pupils: Iterable[Person],
    actor: Person | None,
    starts_on: date | None = None,
) -> int:
    """Several pupils at once: all of them, or none when one is refused. Returns how many."""
    rows = [
        add_to_class(school_class=school_class, pupil=pupil, actor=actor, starts_on=starts_on)
        for pupil in pupils
    ]
    return len(rows)


@transaction.atomic
def add_main_teacher(
    *, school_class: SchoolClass, teacher: Person, actor: Person | None, starts_on: date | None = None
) -> ClassMembership:
    """A professeur principal; a class may have two."""
    teacher = hold(teacher)
    guard_role(
        teacher, Role.TEACHER, field="person", sentence=_("Un professeur principal est un enseignant.")
    )
    day = first_day(school_class.year, starts_on)
    held = ClassMembership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), kind=MAIN_TEACHER)
    if held.filter(school_class=school_class, person=teacher).exists():
        raise refuse("already", _("Cette personne est déjà professeur principal de la classe."), "person")
    row = ClassMembership(school_class=school_class, person=teacher, kind=MAIN_TEACHER, starts_on=day)
    changes: dict[str, list[Any]] = {"main_teacher": [None, teacher.full_name], "starts_on": [None, day]}
    record("structure.add_main_teacher", actor=actor, target=school_class, changes=changes)
    return _enter(row)


@transaction.atomic
def end_class_membership(
    *,
    membership: ClassMembership,
    actor: Person | None,
    last_day: date | None = None,
    version: str | None = None,
) -> None:
    """The person's last day in the class: yesterday by default, so that it ends at once."""
    current = hold(membership, version=version)
    _end(current, last_day)
    changes = {"person": [current.person.full_name, None]}
    record("structure.end_class_membership", actor=actor, target=current.school_class, changes=changes)


# --- Groups ---------------------------------------------------------------------------------------------
@transaction.atomic
def create_group(
    *,
    year: SchoolYear,
    name: str,
    actor: Person | None,
    subject: Subject | None = None,
    classes: Iterable[SchoolClass] = (),
) -> Group:
    values = {"name": name, "subject": subject}
    group = created(
        Group(year=year), values, allowed=GROUP_FIELDS, action="structure.create_group", actor=actor
    )
    _set_classes(group, classes)
    return group


@transaction.atomic
def update_group(
    *,
    group: Group,
    actor: Person | None,
    version: str | None = None,
    classes: Iterable[SchoolClass] | None = None,
    **changes: Any,
) -> Group:
    group = updated(
        group, changes, allowed=GROUP_FIELDS, action="structure.update_group", actor=actor, version=version
    )
    if classes is not None:
        before = list(group.classes.values_list("name", flat=True))
        after = _set_classes(group, classes)
        if before != after:
            record("structure.update_group", actor=actor, target=group, changes={"classes": [before, after]})
    return group


def _set_classes(group: Group, classes: Iterable[SchoolClass]) -> list[str]:
    chosen = list(classes)
    if any(one.year_id != group.year_id for one in chosen):
        raise refuse("other-year", _("Un groupe réunit des classes de la même année."), "classes")
    group.classes.set(chosen)
    return list(group.classes.values_list("name", flat=True))


@transaction.atomic
def delete_group(*, group: Group, actor: Person | None) -> None:
    """Only a group that nobody was ever in."""
    in_use = _("Ce groupe a ou a eu des élèves ou des enseignants\u00a0: il reste dans l’histoire.")
    if group.memberships.exists() or group.services.exists():
        raise refuse("in-use", in_use)
    deleted(group, action="structure.delete_group", actor=actor, in_use=in_use)


@transaction.atomic
def add_to_group(
    *, group: Group, pupil: Person, actor: Person | None, starts_on: date | None = None
) -> GroupMembership:
    """Put a pupil in a group from a day on. One may be in several groups."""
    pupil = hold(pupil)
    guard_role(pupil, Role.PUPIL, field="person", sentence=_("Seul un élève peut entrer dans un groupe."))
    day = first_day(group.year, starts_on)
    if GroupMembership.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day), group=group, person=pupil
    ).exists():
        sentence = _("%(name)s est déjà dans ce groupe.") % {"name": pupil.full_name}
        raise refuse("already", sentence, "person")
    changes: dict[str, list[Any]] = {"pupil": [None, pupil.full_name], "starts_on": [None, day]}
    record("structure.add_to_group", actor=actor, target=group, changes=changes)
    rules.put_in(group, pupil)
    return _enter(GroupMembership(group=group, person=pupil, starts_on=day))


@transaction.atomic
def add_pupils_to_group(
    *, group: Group, pupils: Iterable[Person], actor: Person | None, starts_on: date | None = None
) -> int:
    """Several pupils at once: all of them, or none when one is refused. Returns how many."""
    rows = [add_to_group(group=group, pupil=pupil, actor=actor, starts_on=starts_on) for pupil in pupils]
    return len(rows)


@transaction.atomic
def end_group_membership(
    *,
    membership: GroupMembership,
    actor: Person | None,
    last_day: date | None = None,
    version: str | None = None,
) -> None:
    """The person's last day in the group: yesterday by default, so that it ends at once."""
    current = hold(membership, version=version)
    _end(current, last_day)
    if current.source == rules.SOURCE:
        rules.taken_out(current.group, current.person)
    changes = {"person": [current.person.full_name, None]}
    record("structure.end_group_membership", actor=actor, target=current.group, changes=changes)


# --- Both -----------------------------------------------------------------------------------------------
def _enter(row: Any) -> Any:
    check(row, exclude={"person", "school_class", "group"})
    row.save()
    return row


def _end(row: Any, last_day: date | None) -> None:
    """Set the last day; a stay that would end before it began is removed, since it never was."""
    day = last_day or timezone.localdate() - timedelta(days=1)
    if row.ends_on is not None and row.ends_on <= day:
        raise refuse("already-ended", _("Cette appartenance a déjà pris fin."), "last_day")
    if row.starts_on > day:
        row.delete()
        return
    fill(row, {"ends_on": day, "source": ended_by_hand(row.source)}, allowed=("ends_on", "source"))
    ordered(row.starts_on, row.ends_on, field="last_day")
    check(row, exclude={"person", "school_class", "group"})
    row.save()
