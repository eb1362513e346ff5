"""Carrying out a plan for several people: all of it, or nothing."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import Conflict
from core.people.bulk import Plan
from core.people.models import Person
from core.people.services.persons import record_departure, set_roles
from core.structure import endings
from core.structure import services as structure
from core.structure.models import GroupMembership


@transaction.atomic
def carry_out(*, made: Plan, actor: Person | None) -> int:
    """Each person by the service of one, and one entry for the whole. Returns how many.

    Raises DomainError with the sentence of the first one who is refused after all: then nothing has happened.
    """
    if not made.accepted:
        raise Conflict("nobody", _("Il n’y a plus personne à qui cela s’applique."))
    people = sorted(made.accepted, key=lambda person: person.pk)  # one order for all locks
    values = made.values
    match made.action.slug:
        case "class":
            structure.add_pupils_to_class(school_class=values["school_class"], pupils=people, actor=actor)
        case "group":
            structure.add_pupils_to_group(group=values["group"], pupils=people, actor=actor)
        case "ungroup":
            _take_out(made, people, actor)
        case "role":
            for person in people:
                set_roles(person=person, roles=[*person.roles, values["role"]], actor=actor)
        case "departure":
            for person in people:
                record_departure(person=person, on=values["on"], actor=actor)
    changes = {"people": [None, len(people)], "refused": [None, len(made.refused)]}
    record("people.bulk", actor=actor, target=None, label=str(made.action.label), changes=changes)
    return len(people)


def _take_out(made: Plan, people: list[Person], actor: Person | None) -> None:
    today = timezone.localdate()
    held = GroupMembership.objects.filter(group=made.values["group"], person__in=people)
    held = held.filter(endings.unended(today - timedelta(days=1)))
    for membership in held.select_related("group", "person").order_by("pk"):
        structure.end_group_membership(membership=membership, actor=actor)
