"""What the pages of classes, groups and services show to one viewer."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from core.people.choices import Role
from core.people.models import Person
from core.people.photos.seeing import give_faces
from core.people.rules import SEES_DEPARTED
from core.people.selectors import people_visible_to
from core.permissions.viewer import Viewer
from core.structure.models import Group, SchoolClass, SchoolYear, Subject, TeachingService
from core.structure.selectors import (
    MAIN_TEACHER,
    SEES_ALL_CLASSES,
    class_memberships,
    classes_visible_to,
    counted,
    day_of,
    group_memberships,
    groups_visible_to,
    teachers_of_class,
    teachers_of_group,
    with_classes,
    years_visible_to,
)
from core.structure.services.rules import GroupRule, effect


def classes_page(viewer: Viewer, year: SchoolYear | None) -> dict[str, Any]:
    """Classes and groups of one year, as far as the viewer sees them."""
    classes = counted(classes_visible_to(viewer).filter(year=year), day_of(year)) if year else []
    groups = groups_visible_to(viewer).filter(year=year).select_related("subject") if year else []
    return {
        "year": year,
        "years": list(years_visible_to(viewer)),
        "classes": list(classes),
        "groups": list(groups),
        "manages": viewer.can("structure.manage"),
        "sees_all": sees_all(viewer),
    }


def sees_all(viewer: Viewer) -> bool:
    return bool(viewer.roles & SEES_ALL_CLASSES)


def class_page(viewer: Viewer, school_class: SchoolClass) -> dict[str, Any]:
    """Pupils whom the viewer may know, main teachers, who teaches what, groups; of a past year as it ended."""
    day = day_of(school_class.year)
    pupils = class_memberships(day).filter(school_class=school_class)
    main = class_memberships(day, kind=MAIN_TEACHER).filter(school_class=school_class)
    groups = groups_visible_to(viewer).filter(classes=school_class).select_related("subject")
    services = teachers_of_class(school_class, day)
    if not sees_all(viewer):
        services = services.filter(school_class=school_class) | services.filter(group__in=groups.values("pk"))
    return {
        "school_class": school_class,
        "past": is_over(school_class.year),
        "may_see_faces": viewer.can("people.view_faces"),
        "may_export": viewer.can("people.export"),
        "pupils": _known(viewer, pupils, school_class.year),
        "main_teachers": _known(viewer, main, school_class.year),
        "services": list(services),
        "groups": list(groups),
        "manages": viewer.can("structure.manage"),
        "sees_all": sees_all(viewer),
        "knows_classmates": sees_all(viewer) or Role.PUPIL in viewer.roles,
    }


def group_page(viewer: Viewer, group: Group) -> dict[str, Any]:
    day = day_of(group.year)
    return {
        "group": group,
        "past": is_over(group.year),
        "may_see_faces": viewer.can("people.view_faces"),
        "may_export": viewer.can("people.export"),
        "rule": rule_words(group) if group.rule else [],
        "pupils": _known(viewer, group_memberships(day).filter(group=group), group.year),
        "services": list(teachers_of_group(group, day)),
        "classes": list(group.classes.filter(pk__in=classes_visible_to(viewer).values("pk"))),
        "manages": viewer.can("structure.manage"),
        "knows_classmates": sees_all(viewer) or Role.PUPIL in viewer.roles,
    }


def rule_effect(group: Group, chosen: dict[str, Any]) -> dict[str, Any]:
    """Who would enter and leave by this rule, in names with their classes, and how many would be in the group."""
    kept = GroupRule.of(group).without
    changed = effect(group, GroupRule(**{name: tuple(values) for name, values in chosen.items()}, without=kept))
    people = with_classes(Person.objects.filter(pk__in=changed.entering | changed.leaving).order_by("search_text"))
    return {
        "entering": [person for person in people if person.pk in changed.entering],
        "leaving": [person for person in people if person.pk in changed.leaving],
        "total": len(changed.entering) + len(changed.staying),
    }


def rule_words(group: Group) -> list[str]:
    """What the group's rule asks for, in words: « Sixième », « 6e B, 6e C », « Allemand LV2 »."""
    rule = GroupRule.of(group)
    classes = group.year.classes.filter(pk__in=rule.classes).values_list("name", flat=True)
    named = dict(Subject.objects.filter(code__in=rule.studies).values_list("code", "name"))
    studies = [named.get(code, code) for code in rule.studies]
    return [", ".join(words) for words in (rule.levels, classes, studies) if words]


def is_over(year: SchoolYear) -> bool:
    return not year.is_current and year.ends_on < timezone.localdate()


def _known(viewer: Viewer, memberships: QuerySet[Any], year: SchoolYear) -> list[Any]:
    """In the order of names: people whom the viewer may know; of a past year that they had, all who were there.

    `may_open` says whether the person's page is there for the viewer: some have left since.
    """
    known = people_visible_to(viewer)
    if not is_over(year) or not (sees_all(viewer) or Role.PUPIL in viewer.roles):
        memberships = memberships.filter(person__in=known.values("pk"))
    rows = list(memberships.select_related("person").order_by("person__search_text", "pk"))
    give_faces(viewer, [row.person for row in rows if row.person.left_on is None])
    ids = [row.person_id for row in rows]
    all_open = not is_over(year) or viewer.roles & SEES_DEPARTED
    open_to = {*ids} if all_open else set(known.filter(pk__in=ids).values_list("pk", flat=True))
    for row in rows:
        row.may_open = row.person_id in open_to
    return rows


def service_page(service: TeachingService) -> dict[str, Any]:
    return {"service": service, "substitutions": list(service.substitutions.select_related("substitute"))}


def candidates(viewer: Viewer, role: str) -> Any:
    """People with a role, for the lists one picks from."""
    people = people_visible_to(viewer) if viewer.person else Person.objects.none()
    return with_classes(people.filter(roles__contains=[role]))
