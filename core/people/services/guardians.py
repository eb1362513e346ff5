"""Who is responsible for which child, with what authority, from when to when."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import DomainError
from core.people.choices import Authority, Role
from core.people.families import holding
from core.people.models import GuardianLink, Person
from core.people.records import fill, hold
from core.people.services.corrections import note_link_corrections
from core.people.services.persons import add_role
from core.people.services.saving import save_link
from tenants.accounts import codes
from tenants.schemas.context import current_uai

EDITABLE = ("kinship", "authority", "priority", "pays", "is_contact", "starts_on", "ends_on")


@transaction.atomic
def link_guardian(
    *, child: Person, guardian: Person, actor: Person | None, kinship: str, **details: Any
) -> GuardianLink:
    """Make somebody responsible for a child. `details` are the other fields of `EDITABLE`.

    The guardian receives the role when missing. Raises DomainError for oneself, for a child who is no pupil,
    for people who have left, and when the two are already linked at that time.
    """
    child, guardian = hold(child), hold(guardian) if guardian.pk != child.pk else child
    _guard_pair(child, guardian)
    link = GuardianLink(child=child, guardian=guardian)
    fill(link, {"kinship": kinship, **details}, allowed=EDITABLE)
    save_link(link)
    add_role(guardian, Role.GUARDIAN, actor=actor)
    told: dict[str, list[Any]] = {
        "guardian": [None, guardian.full_name],
        "authority": [None, Authority(link.authority).label],
    }
    record("people.link_guardian", actor=actor, target=child, changes=told)
    return link


@transaction.atomic
def update_guardian_link(
    *, link: GuardianLink, actor: Person | None, version: str | None = None, **changes: Any
) -> GuardianLink:
    """Change kinship, authority, order, dates. It applies at the next request, and imports keep it."""
    current = hold(link, version=version)
    changed = fill(current, changes, allowed=EDITABLE)
    if changed:
        if actor is not None:
            note_link_corrections(current, changed)
        save_link(current)
        _end_keys(current)
        record(
            "people.update_guardian", actor=actor, target=current.child, label=str(current), changes=changed
        )
    return current


@transaction.atomic
def end_guardian_link(
    *, link: GuardianLink, actor: Person | None, on: date | None = None, version: str | None = None
) -> GuardianLink:
    """From `on` (today by default) the link holds no more; access to the child's record ends with it."""
    current = hold(link, version=version)
    day = on or timezone.localdate()
    if current.ends_on is not None and current.ends_on <= timezone.localdate():
        raise DomainError("already-ended", _("Ce lien a déjà pris fin."))
    if current.starts_on and current.starts_on > day:
        current.starts_on = day  # it never began
    before, current.ends_on = current.ends_on, day
    if actor is not None:
        note_link_corrections(current, {"ends_on": [before, day]})
    save_link(current)
    _end_keys(current)
    record(
        "people.end_guardian",
        actor=actor,
        target=current.child,
        label=str(current),
        changes={"ends_on": [before, day]},
    )
    return current


def _end_keys(link: GuardianLink) -> None:
    """Who has no authority today keeps no way in: one-time codes of the child that they may hold open nothing more."""
    if link.authority == Authority.CONTACT or not GuardianLink.objects.filter(holding(), pk=link.pk).exists():
        codes.end(current_uai(), [link.child_id])


def _guard_pair(child: Person, guardian: Person) -> None:
    sentence = ""
    if child.pk == guardian.pk:
        sentence = _("Une personne ne peut pas être sa propre responsable.")
    elif Role.PUPIL not in child.roles:
        sentence = _("Seul un élève peut avoir des responsables.")
    elif child.left_on or guardian.left_on:
        sentence = _("Une personne partie de l’établissement ne peut pas recevoir de nouveau lien.")
    if sentence:
        raise DomainError("guardian", sentence, {"guardian": sentence})
