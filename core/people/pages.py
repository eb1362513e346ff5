"""What a person's page and the directory's rows show to one viewer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.people import rules
from core.people.choices import Role
from core.people.families import access_authorities, guardian_links, holding
from core.people.forms import DETAILS
from core.people.models import GuardianLink, Person
from core.people.photos.seeing import give_faces
from core.people.selectors import details_for, details_visible
from core.people.services.corrections import said
from core.permissions.viewer import Viewer
from core.structure.models import Group, SchoolClass, TeachingService
from core.structure.selectors import (
    SEES_ALL_CLASSES,
    classes_of,
    classes_visible_to,
    groups_of,
    groups_visible_to,
    services_taught_by,
)
from core.ui.typography import in_words


@dataclass(frozen=True)
class FamilyLine:
    """One guardian of a child, or one child of a guardian, with what the viewer may see of that person."""

    link: GuardianLink
    person: Person
    details: frozenset[str]
    # Whether the link opens the child's record to the guardian in this school
    opens: bool = True

    @property
    def shows_contact(self) -> bool:
        return rules.CONTACT in self.details and bool(self.person.email or self.person.phone)


def may_see_departed(viewer: Viewer) -> bool:
    return bool(viewer.roles & rules.SEES_DEPARTED)


def by_letter(people: Iterable[Person]) -> list[tuple[str, list[Person]]]:
    """People in alphabetical order, under their initial."""
    return [
        (letter, list(group))
        for letter, group in groupby(people, lambda person: person.search_text[:1].upper())
    ]


def name_children(viewer: Viewer, people: Iterable[Person]) -> None:
    """Give each guardian `known_children`: those of whom the viewer may know the guardians. Three queries more."""
    guardians = [person for person in people if Role.GUARDIAN in person.roles]
    if not guardians:
        return
    links = list(
        GuardianLink.objects.filter(holding(), guardian__in=guardians, child__left_on=None)
        .select_related("child")
        .order_by("child__first_name", "pk")
    )
    details = details_for(viewer, {link.child_id: link.child for link in links}.values())
    known: dict[int, list[str]] = {}
    for link in links:
        if rules.GUARDIANS in details[link.child_id]:
            known.setdefault(link.guardian_id, []).append(link.child.full_name)
    for guardian in guardians:
        guardian.known_children = known.get(guardian.pk, [])  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Correction:
    """A field that the school corrected: what it is called, since when, and what the import says."""

    field: str
    label: str
    on: date
    said: str


def corrections(viewer: Viewer, person: Person) -> list[Correction]:
    """What was corrected of an imported record, for those who may correct it, as far as they see it."""
    if not viewer.can("people.manage") or not rules.may_act_on(viewer.roles, frozenset(person.roles)):
        return []
    details = details_visible(viewer, person)
    hidden = {name for group, names in DETAILS.items() if group not in details for name in names}
    return [line for line in _corrections(person) if line.field not in hidden]


def link_corrections(link: GuardianLink) -> list[Correction]:
    return _corrections(link)


def _corrections(row: Person | GuardianLink) -> list[Correction]:
    found = []
    for name, noted in row.corrections.items():
        field = row._meta.get_field(name)
        value = said(row, name, noted["value"])
        choices = dict(getattr(field, "flatchoices", ()) or ())
        told = in_words(value) if isinstance(value, date) else str(choices.get(value, "" if value is None else value))
        if isinstance(value, bool):
            told = _("oui") if value else _("non")
        label = str(getattr(field, "verbose_name", name))
        found.append(Correction(name, label[:1].upper() + label[1:], date.fromisoformat(noted["on"]), told))
    return found


def sources_of(person: Person) -> list[str]:
    """The imports that know this person: « AAF », « SIECLE »."""
    names = {key.partition(":")[0].partition(".")[0].upper() for key in person.external_ids}
    return sorted(names)


def person_page(viewer: Viewer, person: Person) -> dict[str, Any]:
    """The context of a person's page. A fixed number of queries, whatever the size of the family."""
    details = details_visible(viewer, person)
    manages = viewer.can("people.manage") and rules.may_act_on(viewer.roles, frozenset(person.roles))
    give_faces(viewer, [person])
    return {
        "person": person,
        "details": details,
        "is_self": viewer.person is not None and person.pk == viewer.person.pk,
        "guardians": _guardians(viewer, person) if rules.GUARDIANS in details else None,
        "children": _children(viewer, person),
        "classes": _classes(viewer, person),
        "groups": _groups(viewer, person),
        "services": _services(viewer, person),
        "manages": manages,
        "corrections": corrections(viewer, person),
        "sources": sources_of(person) if manages else [],
        "may_transfer": viewer.can("people.transfer") and person.left_on is not None and Role.PUPIL in person.roles,
        "manages_photo": viewer.can("people.manage_photos") and person.left_on is None,
        "past_links": past_links(person) if viewer.can("people.manage") and rules.GUARDIANS in details else [],
        "manages_links": viewer.can("people.manage") and rules.GUARDIANS in details,
        "manages_accounts": viewer.can("people.manage_accounts") and manages,
    }


def _guardians(viewer: Viewer, child: Person) -> list[FamilyLine] | None:
    if Role.PUPIL not in child.roles:
        return None
    links = list(guardian_links(child))
    details = details_for(viewer, [link.guardian for link in links])
    opening = access_authorities(viewer.modules)
    return [
        FamilyLine(link, link.guardian, details[link.guardian_id], link.authority in opening) for link in links
    ]


def past_links(child: Person) -> list[GuardianLink]:
    """Links that have ended, the last one first: who had authority, and until when."""
    ended = child.guardian_links.filter(ends_on__lte=timezone.localdate()).select_related("guardian")
    return list(ended.order_by("-ends_on", "pk"))


def _children(viewer: Viewer, guardian: Person) -> list[FamilyLine]:
    """The children of whom the viewer may know the guardians."""
    if Role.GUARDIAN not in guardian.roles:
        return []
    links = list(
        GuardianLink.objects.filter(holding(), guardian=guardian, child__left_on=None)
        .select_related("child")
        .order_by("child__first_name", "pk")
    )
    details = details_for(viewer, [link.child for link in links])
    return [
        FamilyLine(link, link.child, details[link.child_id])
        for link in links
        if rules.GUARDIANS in details[link.child_id]
    ]


def _classes(viewer: Viewer, person: Person) -> list[SchoolClass]:
    if Role.PUPIL not in person.roles:
        return []
    return list(classes_of(person))


def _groups(viewer: Viewer, person: Person) -> list[Group]:
    if Role.PUPIL not in person.roles:
        return []
    return list(groups_of(person).filter(pk__in=groups_visible_to(viewer).values("pk")))


def _services(viewer: Viewer, person: Person) -> list[TeachingService]:
    """What a teacher teaches: to staff all of it, to families what concerns them."""
    if Role.TEACHER not in person.roles:
        return []
    services = services_taught_by(person).select_related("subject", "school_class", "group")
    if not viewer.roles & SEES_ALL_CLASSES:
        classes, groups = classes_visible_to(viewer).values("pk"), groups_visible_to(viewer).values("pk")
        services = services.filter(school_class__in=classes) | services.filter(group__in=groups)
    return list(services.order_by("subject__name", "school_class__name", "group__name", "pk"))
