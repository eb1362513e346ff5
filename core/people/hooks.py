"""What the manifest names: the dashboard's part, a person's data out and gone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest

from core.audit.services import record
from core.files import services as files
from core.files.models import StoredFile
from core.people import rules
from core.people.children import own_children, selected_child
from core.people.choices import Role
from core.people.models import GuardianLink, Person
from core.people.selectors import details_visible
from core.people.services.accounts import close_access
from core.permissions.viewer import Viewer
from core.structure.models import ClassMembership, SchoolClass
from core.structure.selectors import MAIN_TEACHER, class_memberships
from tenants.accounts import codes, identities
from tenants.schemas.context import current_uai
from tenants.transfers import services as transfers


@dataclass(frozen=True)
class ChildLine:
    """A child as a guardian's first page shows it: classes, and who the main teachers are."""

    child: Person
    number: int
    classes: list[SchoolClass]
    main_teachers: list[Person]


def children_widget(request: HttpRequest) -> dict[str, Any] | None:
    """A guardian's children here, or the one chosen, in three queries whatever their number; nothing for others."""
    chosen = selected_child(request)
    numbered = [(n, child) for n, child in enumerate(own_children(request), start=1) if chosen in (None, child)]
    children = [child for _number, child in numbered]
    if not children:
        return None
    main = class_memberships(kind=MAIN_TEACHER).filter(person__left_on=None).select_related("person")
    rows = (
        class_memberships()
        .filter(person__in=children)
        .select_related("school_class")
        .prefetch_related(Prefetch("school_class__memberships", main, to_attr="current_main_teachers"))
    )
    by_child: dict[int, list[ClassMembership]] = {}
    for row in rows:
        by_child.setdefault(row.person_id, []).append(row)
    return {"children": [_line(child, number, by_child.get(child.pk, [])) for number, child in numbered]}


def _line(child: Person, number: int, rows: list[ClassMembership]) -> ChildLine:
    classes = [row.school_class for row in rows]
    teachers = [m.person for one in classes for m in one.current_main_teachers]  # type: ignore[attr-defined]
    return ChildLine(child, number, classes, teachers)


def export_person(person: Person) -> dict[str, Any]:
    """All that core.people holds of somebody: the record, and the links to children and guardians."""
    return {
        "fiche": _fields(person),
        "responsables": [
            _link(link, link.guardian) for link in person.guardian_links.select_related("guardian")
        ],
        "enfants": [_link(link, link.child) for link in person.child_links.select_related("child")],
    }


def export_files(person: Person) -> QuerySet[StoredFile]:
    """Their photo, shown or not."""
    return StoredFile.objects.filter(pk=person.photo_id) if person.photo_id else StoredFile.objects.none()


def _fields(person: Person) -> dict[str, Any]:
    told = ("civility", "first_name", "last_name", "birth_name", "birth_date", "function", "email", "phone", "address")
    dates = ("arrived_on", "left_on", "created_at", "updated_at")
    fields = {name: _plain(getattr(person, name)) for name in told}
    fields["roles"] = [str(Role(role).label) for role in person.roles]
    fields |= {name: moment.isoformat() if (moment := getattr(person, name)) else None for name in dates}
    fields["identifiers"] = [{"source": key, "identifier": str(one)} for key, one in person.external_ids.items()]
    fields["account"] = person.account_id is not None
    return fields | person.preferences


def export_to_guardian(viewer: Viewer, child: Person, data: dict[str, Any]) -> dict[str, Any]:
    """The child's address only where the guardian may see it: it may be the other one's."""
    if rules.ADDRESS in details_visible(viewer, child):
        return data
    return {**data, "fiche": {name: value for name, value in data["fiche"].items() if name != "address"}}


def ended_links(limit: datetime) -> QuerySet[GuardianLink]:
    """Links that ended before."""
    return GuardianLink.objects.filter(ends_on__lt=limit.date())


def _link(link: GuardianLink, other: Person) -> dict[str, Any]:
    return {
        "personne": other.full_name,
        "lien": link.get_kinship_display(),
        "autorité": link.get_authority_display(),
        "début": _plain(link.starts_on),
        "fin": _plain(link.ends_on),
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | bool | list | dict) else str(value)


@transaction.atomic
def erase_person(person: Person, *, actor: Person | None) -> int:
    """Remove the record and its links, after all modules; the account no longer opens this school."""
    close_access(person)
    identities.forget(current_uai(), [person.pk])
    transfers.forget(uai=current_uai(), person_ids=[person.pk])
    for photo in export_files(person):
        files.remove(stored=photo, actor=actor)
    codes.forget(current_uai(), [person.pk])
    record("people.erase", actor=actor, target=None, label=f"n° {person.pk}")
    removed, _details = person.delete()
    return removed
