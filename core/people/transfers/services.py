"""Proposing records, taking them in, refusing and withdrawing. Journalled on both sides."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.services import record, record_all
from core.errors import Conflict, DomainError
from core.people.choices import Role
from core.people.families import holding
from core.people.models import GuardianLink, Person
from core.people.records import hold
from core.people.services.accounts import attach_known
from core.people.services.guardians import link_guardian
from core.people.services.persons import add_role, create_person, record_return
from core.people.transfers.matching import Meeting, meetings
from core.people.transfers.records import Following, Guardian, Human, read, record_of
from tenants.schemas.context import current_uai
from tenants.transfers import selectors as regional
from tenants.transfers import services as transfers

NEW = "new"


@transaction.atomic
def propose(*, pupils: list[Person], to_uai: str, actor: Person | None) -> int:
    """Propose the records of pupils who have left. Returns how many. Raises DomainError for one who has not."""
    if not pupils:
        raise DomainError("nobody", _("Choisissez au moins un élève."))
    held = [hold(pupil) for pupil in pupils]
    if any(Role.PUPIL not in one.roles or one.left_on is None for one in held):
        raise DomainError("not-left", _("Seul le dossier d’un élève parti peut être proposé."))
    records = {one.pk: record_of(one) for one in held}
    transfers.propose(from_uai=current_uai(), to_uai=to_uai, records=records)
    changes = {one.pk: {"to": [None, to_uai]} for one in held}
    record_all("people.transfer_propose", actor=actor, targets=held, changes=changes)
    return len(held)


@transaction.atomic
def withdraw(*, pk: int, actor: Person | None) -> None:
    row = regional.sent_one(current_uai(), pk)
    if row is None:
        raise Conflict("gone", _("Ce dossier n’est plus proposé."))
    transfers.withdraw(pk=pk, from_uai=current_uai())
    pupil = Person.objects.filter(pk=row.person_id).first()
    record("people.transfer_withdraw", actor=actor, target=pupil, changes={"to": [row.to_uai, None]})


@transaction.atomic
def refuse(*, pk: int, actor: Person | None) -> None:
    row = transfers.answer(pk=pk, to_uai=current_uai(), accepted=False)
    record("people.transfer_refuse", actor=actor, target=None, changes={"from": [row.from_uai, None]})


@transaction.atomic
def accept(*, pk: int, choices: Mapping[str, str], actor: Person | None) -> Person:
    """Make or complete the people of a record and their links, in one transaction. Returns the pupil.

    `choices` says for each of `matching.meetings`, by its field, the key of the person of this school, or `NEW`.
    Raises DomainError for a choice that is missing, or names somebody who was not proposed.
    """
    row = transfers.answer(pk=pk, to_uai=current_uai(), accepted=True)
    following = read(row.record)
    chosen = {one.field: _chosen(one, choices.get(one.field, "")) for one in meetings(following)}
    known = [person.pk for person in chosen.values() if person]
    if len(set(known)) != len(known):
        raise DomainError("twice", _("La même personne est choisie deux fois."))
    pupil = _take_in(following.pupil, chosen["pupil"], Role.PUPIL, actor)
    for n, guardian in enumerate(following.guardians):
        _take_guardian(pupil, guardian, chosen[f"guardian_{n}"], actor)
    told: dict[str, list[Any]] = {"from": [None, row.from_uai], "guardians": [0, len(following.guardians)]}
    record("people.transfer_accept", actor=actor, target=pupil, changes=told)
    return pupil


def preview(pk: int) -> tuple[str, Following, list[Meeting]] | None:
    """Which school proposes it, the record, and whom it may meet here. None when it waits no more."""
    row = regional.received_one(current_uai(), pk)
    if row is None:
        return None
    following = read(row.record)
    return row.from_uai, following, meetings(following)


def _chosen(meeting: Meeting, choice: str) -> Person | None:
    if choice == NEW:
        return None
    for candidate in meeting.candidates:
        if str(candidate.person.pk) == choice:
            return candidate.person
    raise DomainError(
        "choice", _("Dites qui est %(name)s.") % {"name": meeting.human.full_name}, {meeting.field: _("Choisissez.")}
    )


def _take_in(human: Human, person: Person | None, role: str, actor: Person | None) -> Person:
    if person is None:
        person = create_person(actor=actor, roles=[role], **human.fields())
    elif person.left_on is not None:
        person = record_return(person=person, actor=actor)
    add_role(person, role, actor=actor)
    _complete(person, human)
    attach_known(person, human.account, actor=actor)
    return person


def _complete(person: Person, human: Human) -> None:
    """What this school did not know yet; what it knows stays."""
    changed: dict[str, Any] = {}
    if human.ids.keys() - person.external_ids.keys():
        changed["external_ids"] = {**human.ids, **person.external_ids}
    for name in ("birth_date", "birth_name", "civility"):
        if getattr(human, name) and not getattr(person, name):
            changed[name] = getattr(human, name)
    for name, value in changed.items():
        setattr(person, name, value)
    if changed:
        person.save(update_fields=[*changed, "updated_at"])


def _take_guardian(pupil: Person, guardian: Guardian, person: Person | None, actor: Person | None) -> None:
    adult = _take_in(guardian.human, person, Role.GUARDIAN, actor)
    if not GuardianLink.objects.filter(holding(), child=pupil, guardian=adult).exists():
        link_guardian(child=pupil, guardian=adult, actor=actor, **guardian.link)
