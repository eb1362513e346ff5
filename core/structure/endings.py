"""What ends when a person leaves the school. Called inside other services' transactions."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.people.models import Person
from core.structure.models import ClassMembership, GroupMembership, Substitution, TeachingService
from core.structure.selectors import PUPIL

# The source of who is in a group by its rule
RULE = "rule"


# The source of what an import brought and somebody ended: it stays ended
BY_HAND = "hand"


def unended(on: date) -> Q:
    """Rows that last beyond the day."""
    return Q(ends_on=None) | Q(ends_on__gt=on)


def ended_by_hand(source: str) -> str:
    """What becomes of a row's source when somebody ends it: an import that still tells of it does not bring it back."""
    return source if source in ("", RULE) else BY_HAND


def end_rows(rows: QuerySet[Any], *, on: date) -> int:
    """Make `on` their last day; those that would only begin later are removed. Returns how many."""
    lasting = rows.filter(unended(on))
    removed, _ = lasting.filter(starts_on__gt=on).delete()
    return removed + lasting.filter(starts_on__lte=on).update(ends_on=on)


def end_everything_of(person: Person, *, on: date) -> int:
    """Classes, groups, services and substitutions of somebody who leaves. Returns how many rows ended."""
    return sum(
        end_rows(rows, on=on)
        for rows in (
            ClassMembership.objects.filter(person=person),
            GroupMembership.objects.filter(person=person),
            Substitution.objects.filter(Q(substitute=person) | Q(service__teacher=person)),
            TeachingService.objects.filter(teacher=person),
        )
    )


def open_pupil_memberships(person: Person) -> QuerySet[Any]:
    """Classes and groups that the person is still in, or will be."""
    yesterday = timezone.localdate() - timedelta(days=1)
    in_classes = ClassMembership.objects.filter(unended(yesterday), person=person, kind=PUPIL)
    in_groups = GroupMembership.objects.filter(unended(yesterday), person=person)
    return in_classes.values("pk").union(in_groups.values("pk"))


def open_services(person: Person) -> QuerySet[TeachingService]:
    """Services that the person still holds, or will."""
    return TeachingService.objects.filter(unended(timezone.localdate() - timedelta(days=1)), teacher=person)
