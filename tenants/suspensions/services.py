"""Suspending and resuming the messaging of schools, from the region."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.audit.services import record
from tenants.errors import Conflict, DomainError
from tenants.policies.scopes import Part
from tenants.schemas.context import region
from tenants.suspensions.models import REASON_LENGTH, RegionalSuspension
from tenants.suspensions.selectors import holds, schools_of, where

Scope = RegionalSuspension.Scope


def suspend(
    *,
    part: Part,
    actor: Account | None,
    scope: str,
    value: str = "",
    uais: Sequence[str] = (),
    reason: str,
    until: datetime | None = None,
) -> RegionalSuspension:
    """Nobody sends a message in these schools from now on. `reason` is shown to everybody there.

    Raises DomainError without a reason, for a scope without schools or outside the actor's part, and for an end that
    is past.
    """
    asked = RegionalSuspension(
        scope=Scope(scope),
        value=value,
        uais=sorted(set(uais)),
        reason=" ".join(reason.split()),
        until=until,
        actor_account_id=actor.pk if actor else None,
        actor_name=actor.login if actor else "préau",
    )
    with region(), transaction.atomic():
        _check(asked, part)
        asked.save()
        _note("suspend", asked, actor, {"motif": [None, asked.reason], "until": [None, _plain(until)]})
    return asked


def end(*, suspension: RegionalSuspension, actor: Account | None) -> RegionalSuspension:
    """Let people write again. Raises Conflict when somebody has done so already."""
    with region(), transaction.atomic():
        current = RegionalSuspension.objects.select_for_update().get(pk=suspension.pk)
        if current.ended_at is not None:
            raise Conflict("ended", _("Cette suspension est déjà levée."))
        current.ended_at = timezone.now()
        current.ended_by_name = actor.login if actor else "préau"
        current.save(update_fields=["ended_at", "ended_by_name"])
        _note("end", current, actor, {"motif": [current.reason, None]})
    return current


def _check(asked: RegionalSuspension, part: Part) -> None:
    if not asked.reason:
        sentence = _("Dites pourquoi\u00a0: les établissements liront ce motif.")
        raise DomainError("reason", sentence, {"reason": sentence})
    if len(asked.reason) > REASON_LENGTH:
        sentence = _("Le motif est trop long.")
        raise DomainError("reason", sentence, {"reason": sentence})
    if asked.until is not None and asked.until <= timezone.now():
        sentence = _("La fin doit être à venir.")
        raise DomainError("until", sentence, {"until": sentence})
    reached = set(schools_of(asked).values_list("uai", flat=True))
    unknown = set(asked.uais) - reached
    if unknown or not reached:
        names = ", ".join(sorted(unknown))
        sentence = _("Établissement inconnu\u00a0: %(names)s.") % {"names": names} if names else _("Choisissez où.")
        raise DomainError("scope", sentence, {"schools": sentence} if unknown else {})
    if not holds(part, asked):
        raise DomainError("part", _("Ces établissements sont hors de votre partie de la région."))


def _note(verb: str, row: RegionalSuspension, actor: Account | None, changes: dict[str, list[str | None]]) -> None:
    kept = {name: pair for name, pair in changes.items() if pair != [None, None]}
    record(
        f"suspensions.{verb}", actor=actor, target_type="suspension", target_id=str(row.pk), target_label=where(row),
        changes=kept,
    )  # fmt: skip


def _plain(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
