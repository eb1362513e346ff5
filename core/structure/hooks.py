"""What the manifest names: the dashboard's part, a person's data out and gone."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from core.audit.services import record
from core.people.models import Person
from core.permissions.viewer import viewer_of
from core.structure.models import ClassMembership, GroupMembership, Substitution, TeachingService, YearPlan
from core.structure.selectors import classes_taught_by, counted, groups_taught_by, services_taught_by
from core.structure.turning.reading import Reading, in_a_word


def my_classes_widget(request: HttpRequest) -> dict[str, Any] | None:
    """The classes and groups that one teaches today, substitutions included, with the subjects."""
    me = viewer_of(request).person
    if me is None:
        return None
    classes = list(counted(classes_taught_by(me)))
    groups = list(groups_taught_by(me).select_related("subject"))
    if not classes and not groups:
        return None
    subjects: dict[int, list[str]] = {}
    services = services_taught_by(me).filter(school_class__isnull=False).select_related("subject")
    for service in services.order_by("subject__name"):
        subjects.setdefault(service.school_class_id or 0, []).append(service.subject.name)
    for one in classes:
        one.subjects = subjects.get(one.pk, [])  # type: ignore[attr-defined]
    return {"classes": classes, "groups": groups}


def export_person(person: Person) -> dict[str, Any]:
    """Classes, groups, services and substitutions of somebody, past ones included."""
    in_classes = person.class_memberships.select_related("school_class__year")
    in_groups = person.group_memberships.select_related("group__year")
    services = person.services.select_related("subject", "school_class", "group")
    covered = person.substitutions.select_related(
        "service__subject", "service__school_class", "service__group", "service__teacher"
    )
    return {
        "classes": [_in_class(m) for m in in_classes],
        "groupes": [{"groupe": str(m.group), "année": str(m.group.year), **_dates(m)} for m in in_groups],
        "services": [
            {"matière": str(s.subject), "pour": str(s.school_class or s.group), **_dates(s)} for s in services
        ],
        "remplacements": [{"service": str(s.service), **_dates(s)} for s in covered],
        "décisions": [{"année": str(plan), "décision": _decision(plan, person)} for plan in _plans_about(person)],
    }


def _plans_about(person: Person) -> QuerySet[YearPlan]:
    """Those that decide something of this pupil alone."""
    return YearPlan.objects.filter(content__pupils__has_key=str(person.pk))


def _decision(plan: YearPlan, person: Person) -> str:
    return in_a_word(Reading(plan), plan.content["pupils"][str(person.pk)])


def _in_class(row: ClassMembership) -> dict[str, Any]:
    where = {"classe": str(row.school_class), "année": str(row.school_class.year)}
    return {**where, "qualité": row.get_kind_display(), **_dates(row)}


def _dates(row: Any) -> dict[str, str | None]:
    return {"début": row.starts_on.isoformat(), "fin": row.ends_on.isoformat() if row.ends_on else None}


@transaction.atomic
def erase_person(person: Person, *, actor: Person | None) -> int:
    """Take somebody out of every class, group, service and substitution, past ones included."""
    rows = (
        Substitution.objects.filter(Q(substitute=person) | Q(service__teacher=person)),
        TeachingService.objects.filter(teacher=person),
        ClassMembership.objects.filter(person=person),
        GroupMembership.objects.filter(person=person),
    )
    removed = sum(found.delete()[0] for found in rows)
    for plan in _plans_about(person).select_for_update():
        del plan.content["pupils"][str(person.pk)]
        plan.save(update_fields=["content"])
        removed += 1
    record("structure.erase", actor=actor, target=None, label=f"n° {person.pk}")
    return removed


# --- What is past its time ------------------------------------------------------------------------------
def old_class_memberships(limit: datetime) -> QuerySet[ClassMembership]:
    return ClassMembership.objects.filter(_over(limit, "school_class__year__ends_on"))


def old_group_memberships(limit: datetime) -> QuerySet[GroupMembership]:
    return GroupMembership.objects.filter(_over(limit, "group__year__ends_on"))


def old_services(limit: datetime) -> QuerySet[TeachingService]:
    ended = _over(limit, "school_class__year__ends_on") | _over(limit, "group__year__ends_on")
    return TeachingService.objects.filter(ended)


def old_substitutions(limit: datetime) -> QuerySet[Substitution]:
    return Substitution.objects.filter(ends_on__lt=limit.date())


def old_year_plans(limit: datetime) -> QuerySet[YearPlan]:
    return YearPlan.objects.filter(from_year__ends_on__lt=limit.date())


def _over(limit: datetime, year_end: str) -> Q:
    """Ended by itself before, or with a school year that did."""
    return Q(ends_on__lt=limit.date()) | Q(ends_on=None, **{f"{year_end}__lt": limit.date()})
