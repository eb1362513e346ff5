"""Guardians and children. A link holds from its first day on, and no more on the day it ends."""

from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from core.modules.state import Modules
from core.people.choices import Role
from core.people.models import GuardianLink, Person
from core.people.rules import authorities_with_access
from core.permissions.viewer import Viewer
from tenants.establishments.models import Establishment
from tenants.prepared import Among, Given, prepared
from tenants.schemas.context import current_schema


def holding(on: date | Given | None = None) -> Q:
    """Guardian links that hold on that day, today by default."""
    day = on or timezone.localdate()
    begun = Q(starts_on=None) | Q(starts_on__lte=day)
    return begun & (Q(ends_on=None) | Q(ends_on__gt=day))


def access_authorities(modules: Modules | None = None) -> frozenset[str]:
    """Which authorities open a child's record in the school one stands in."""
    if modules is None:
        modules = Modules(Establishment.objects.get(schema_name=current_schema()))
    return authorities_with_access(in_charge_sees=bool(modules["people"].settings["in_charge_sees"]))


def links_with_access(modules: Modules | None = None, on: date | None = None) -> QuerySet[GuardianLink]:
    """The links that open the child's record to the guardian on that day."""
    return _opening(Q(authority__in=access_authorities(modules)), on)


def _opening(authority: Any, on: date | Given | None) -> QuerySet[GuardianLink]:
    return GuardianLink.objects.filter(holding(on), authority, guardian__left_on=None, child__left_on=None)


def children_of(
    guardian: Person, *, modules: Modules | None = None, on: date | None = None
) -> QuerySet[Person]:
    """The children whose record this guardian may see on that day, youngest names first in the alphabet.

    Give `viewer.modules` where there is a viewer: without it the school's settings are read again.
    """
    found = _keys_of_children(
        day=on or timezone.localdate(),
        guardian=guardian.pk,
        authorities=[str(authority) for authority in access_authorities(modules)],
    )
    return Person.objects.filter(pk__in=found).order_by("first_name", "pk")


def children_seen_by(viewer: Viewer) -> list[Person]:
    """The children of the viewer, as `children_of` gives them, read once a request; only guardians have any."""
    me = viewer.person
    if me is None or Role.GUARDIAN not in viewer.roles:
        return []
    return viewer.once("people.children", lambda: list(children_of(me, modules=viewer.modules)))


@prepared
def _keys_of_children(day: Given, guardian: Given, authorities: Given) -> QuerySet[Any, Any]:
    return _opening(Among("authority", authorities), day).filter(guardian=guardian).values("child")


def guardians_of(
    child: Person, *, modules: Modules | None = None, on: date | None = None
) -> QuerySet[Person]:
    """The guardians with access to the child's record on that day, in the order in which they are called."""
    links = links_with_access(modules, on).filter(child=child)
    return (
        Person.objects.filter(pk__in=links.values("guardian"))
        .order_by("child_links__priority", "pk")
        .distinct()
    )


def guardian_links(child: Person, on: date | None = None) -> QuerySet[GuardianLink]:
    """Every link of the child that holds on that day, contacts included, first called first."""
    return child.guardian_links.filter(holding(on), guardian__left_on=None).select_related("guardian")


def co_guardians_of(viewer: Viewer) -> frozenset[int]:
    """The other guardians of one's children, now or formerly, whatever the authority on either side: their keys."""
    me = viewer.person
    if me is None:
        return frozenset()
    links = GuardianLink.objects.order_by()
    others = links.filter(child__in=links.filter(guardian=me).values("child")).exclude(guardian=me)
    return viewer.once("people.co_guardians", lambda: frozenset(others.values_list("guardian", flat=True)))


def with_children(people: QuerySet[Person], on: date | None = None) -> QuerySet[Person]:
    """The same people with `current_child_links`, each with its child, in one more query."""
    links = GuardianLink.objects.filter(holding(on), child__left_on=None).select_related("child")
    return people.prefetch_related(
        Prefetch("child_links", links.order_by("child__first_name", "pk"), to_attr="current_child_links")
    )
