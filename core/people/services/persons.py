"""Creating people, correcting them, giving roles, departure and return."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import DomainError
from core.people.choices import PRIVILEGED, Role
from core.people.families import holding
from core.people.models import GuardianLink, Person
from core.people.records import fill, hold, ordered
from core.people.services import accounts, ranks
from core.people.services.corrections import note_corrections
from core.people.services.saving import save_person
from core.people.text import tidy
from core.structure import endings

NAMES = ("first_name", "last_name", "birth_name")
EDITABLE = (*NAMES, "civility", "birth_date", "function", "email", "phone", "address", "arrived_on")
_LINES = ("function", "email", "phone", *NAMES)


@transaction.atomic
def create_person(
    *, actor: Person | None, roles: Iterable[str], first_name: str, last_name: str, **details: Any
) -> Person:
    """A new person. `details` are fields of `EDITABLE`. Raises DomainError with a sentence per field."""
    given = _tidied({"first_name": first_name, "last_name": last_name, **details})
    person = Person(roles=_checked_roles(roles))
    ranks.guard_rank(actor, person.roles)
    fill(person, given, allowed=EDITABLE)
    save_person(person)
    record("people.create", actor=actor, target=person, changes={"roles": [[], person.roles]})
    return person


@transaction.atomic
def update_person(
    *, person: Person, actor: Person | None, version: str | None = None, **changes: Any
) -> Person:
    """Correct fields of `EDITABLE`, for good: imports keep what people of the school corrected.

    Raises Conflict when somebody else was quicker.
    """
    current = hold(person, version=version)
    ranks.guard_rank(actor, current.roles)
    changed = fill(current, _tidied(changes), allowed=EDITABLE)
    if changed:
        if actor is not None:
            note_corrections(current, changed)
        save_person(current)
        record("people.update", actor=actor, target=current, changes=changed)
    return current


@transaction.atomic
def set_roles(
    *, person: Person, roles: Iterable[str], actor: Person | None, version: str | None = None
) -> Person:
    """Give exactly these roles. Refused while the person still holds what a lost role is needed for."""
    wanted = _checked_roles(roles)
    current = hold(person, version=version)
    before = list(current.roles)
    if set(before) == set(wanted):
        return current
    ranks.guard_rank(actor, {*before} | {*wanted})
    _guard_lost(current, set(before) - set(wanted))
    if not set(wanted) & PRIVILEGED:
        ranks.guard_last(current)
    current.roles = wanted
    current.save(update_fields=["roles", "updated_at"])
    record("people.set_roles", actor=actor, target=current, changes={"roles": [before, wanted]})
    return current


@transaction.atomic
def record_departure(*, person: Person, on: date, actor: Person | None, version: str | None = None) -> Person:
    """The person's last day here. Classes, groups and services end with it; guardian links stay.

    The account no longer opens this school, at once; it keeps opening the person's other schools.
    """
    current = hold(person, version=version)
    if current.left_on is not None:
        raise DomainError("already-left", _("Cette personne a déjà quitté l’établissement."))
    ranks.guard_rank(actor, current.roles)
    ranks.guard_last(current)
    if on > timezone.localdate():
        sentence = _("Le dernier jour ne peut pas être dans l’avenir\u00a0: l’accès s’arrête aussitôt.")
        raise DomainError("future", sentence, {"on": sentence})
    ordered(current.arrived_on, on, field="on")
    current.left_on = on
    save_person(current)
    ended = endings.end_everything_of(current, on=on)
    accounts.close_access(current)
    record(
        "people.departure", actor=actor, target=current, changes={"left_on": [None, on], "ended": [ended, 0]}
    )
    return current


@transaction.atomic
def record_return(*, person: Person, actor: Person | None, version: str | None = None) -> Person:
    """The person is back, with the account of before when it still exists; classes are given anew."""
    current = hold(person, version=version)
    if current.left_on is None:
        raise DomainError("not-left", _("Cette personne est déjà dans l’établissement."))
    ranks.guard_rank(actor, current.roles)
    before, current.left_on = current.left_on, None
    accounts.reopen_access(current)
    save_person(current)
    record("people.return", actor=actor, target=current, changes={"left_on": [before, None]})
    return current


def add_role(person: Person, role: str, *, actor: Person | None) -> None:
    """Within another service's transaction: somebody who becomes a guardian, say, holds the role."""
    if role not in person.roles:
        before, person.roles = list(person.roles), sorted({*person.roles, role})
        person.save(update_fields=["roles", "updated_at"])
        record("people.set_roles", actor=actor, target=person, changes={"roles": [before, person.roles]})


def _checked_roles(roles: Iterable[str]) -> list[str]:
    wanted = sorted(set(roles))
    if not wanted or set(wanted) - set(Role.values):
        sentence = _("Choisissez au moins un rôle dans la liste.")
        raise DomainError("roles", sentence, {"roles": sentence})
    return wanted


def _guard_lost(person: Person, lost: set[str]) -> None:
    """A role cannot go while a class, a service or a child still depends on it."""
    reason = ""
    if Role.PUPIL in lost and endings.open_pupil_memberships(person).exists():
        reason = _("Cette personne est encore élève d’une classe ou d’un groupe\u00a0: retirez-l’en d’abord.")
    elif Role.TEACHER in lost and endings.open_services(person).exists():
        reason = _("Cette personne a encore des services d’enseignement\u00a0: terminez-les d’abord.")
    elif Role.GUARDIAN in lost and GuardianLink.objects.filter(holding(), guardian=person).exists():
        reason = _("Cette personne est encore responsable d’un élève\u00a0: mettez fin à ce lien d’abord.")
    if reason:
        raise DomainError("role-in-use", reason, {"roles": reason})


def _tidied(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: tidy(value) if name in _LINES and isinstance(value, str) else value
        for name, value in values.items()
    }
