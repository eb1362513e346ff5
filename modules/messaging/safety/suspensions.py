"""The switch: nobody of these sends anything, from the next send on. Reading stays.

Nothing of this is held in a cache. Every send asks anew, whichever way it comes (page, program, reply to all, what was
programmed, e-mail), in one statement over the school's own rows and the region's: sessions and tokens that are open
already meet a suspension at their next attempt.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import services as audit
from core.errors import Conflict, DomainError
from core.people.choices import Role
from core.people.models import Person
from core.people.services import ranks
from core.people.text import tidy
from core.permissions.viewer import Viewer
from core.ui import typography
from modules.messaging.choices import SuspensionScope
from modules.messaging.models import Suspension
from tenants.schemas.context import current_uai

Scope = SuspensionScope
REASON_LENGTH = 500

# The widest first: what stops everybody is what people should hear of.
_HOLDING = """
SELECT 'region', r.reason, r.since, r.until
  FROM suspensions_regionalsuspension r JOIN establishments_establishment e ON e.uai = %(uai)s
 WHERE r.ended_at IS NULL AND r.since <= %(now)s AND (r.until IS NULL OR r.until > %(now)s)
   AND (r.scope = 'all'
        OR r.scope = 'academie' AND r.value = e.academie
        OR r.scope = 'departement' AND r.value = e.departement_code
        OR r.scope = 'schools' AND e.uai = ANY (r.uais))
UNION ALL
SELECT s.scope, s.reason, s.since, s.until
  FROM messaging_suspension s
 WHERE s.ended_at IS NULL AND s.since <= %(now)s AND (s.until IS NULL OR s.until > %(now)s)
   AND (s.scope = 'school'
        OR s.scope = 'role' AND s.role = ANY (%(roles)s)
        OR s.scope = 'person' AND s.person_id = %(person)s)
ORDER BY 3
"""
_WIDTH = ("region", Scope.SCHOOL, Scope.ROLE, Scope.PERSON)


@dataclass(frozen=True)
class Holding:
    """What keeps somebody from sending now. `scope` is "region", "school", "role" or "person"."""

    scope: str
    reason: str
    since: datetime
    until: datetime | None

    @property
    def sentence(self) -> str:
        """« La messagerie est suspendue depuis 14:05 : … »"""
        words = {
            Scope.ROLE.value: _("L’envoi de messages est suspendu pour votre rôle depuis %(since)s\u00a0: %(reason)s"),
            Scope.PERSON.value: _("Vos envois sont suspendus depuis %(since)s\u00a0: %(reason)s"),
        }
        said = words.get(self.scope, _("La messagerie est suspendue depuis %(since)s\u00a0: %(reason)s"))
        return said % {"since": _when(self.since), "reason": self.reason}


def _when(moment: datetime) -> str:
    """« 14:05 » today, « le lundi 23 novembre à 14:05 » before."""
    local = timezone.localtime(moment)
    if local.date() == timezone.localdate():
        return f"{local:%H:%M}"
    return _("le %(day)s à %(time)s") % {"day": typography.date_in_words(local.date()), "time": f"{local:%H:%M}"}


def holding(person: Person | None, roles: Iterable[str] = (), now: datetime | None = None) -> Holding | None:
    """The widest suspension that keeps these roles, or this person, from sending. One statement, never cached."""
    given: dict[str, Any] = {
        "uai": current_uai(),
        "now": now or timezone.now(),
        "roles": sorted(roles),
        "person": person.pk if person else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOLDING, given)
        found = [Holding(*row) for row in cursor.fetchall()]
    return min(found, key=lambda row: _WIDTH.index(row.scope), default=None)


def refusal(who: Viewer | Person | None, roles: Iterable[str] | None = None) -> DomainError | None:
    """Why this person may not send now, or None. `roles` are those as which they send; all of theirs without it."""
    person = who.person if isinstance(who, Viewer) else who
    if roles is None:
        roles = person.roles if person else ()
    held = holding(person, roles)
    return DomainError("suspended", held.sentence) if held else None


# --- Reading -----------------------------------------------------------------------------------------------
def open_now(now: datetime | None = None) -> QuerySet[Suspension]:
    """The school's own that hold at a moment."""
    moment = now or timezone.now()
    return Suspension.objects.filter(Q(until=None) | Q(until__gt=moment), ended_at=None, since__lte=moment)


def get_or_404(pk: int) -> Suspension:
    """Raises Http404."""
    found = Suspension.objects.filter(pk=pk).select_related("person").first()
    if found is None:
        raise Http404(pk)
    return found


def whom(row: Suspension) -> str:
    """« Toute la messagerie », « Élève », « Iris Ferry »."""
    if row.scope == Scope.PERSON:
        return row.person.full_name if row.person else ""
    return str(Role(row.role).label) if row.scope == Scope.ROLE else str(Scope.SCHOOL.label)


# --- Writing -----------------------------------------------------------------------------------------------
@transaction.atomic
def suspend(
    *,
    actor: Person | None,
    scope: str,
    person: Person | None = None,
    role: str = "",
    reason: str,
    until: datetime | None = None,
) -> Suspension:
    """Stop a person's, a role's or everybody's sending. `reason` is shown to those whom it stops.

    Raises DomainError without a reason, for an end that is past, for oneself, and for somebody who is above the actor;
    Conflict where the same is suspended already.
    """
    row = Suspension(scope=Scope(scope), person=person, role=role, reason=tidy(reason), until=until, actor=actor)
    _check(row, actor)
    same = open_now().select_for_update().filter(scope=row.scope, person=person, role=role)
    if same.exists():
        raise Conflict("suspended", _("C’est déjà suspendu."))
    row.save()
    _journal("suspend", row, actor, {"motif": [None, row.reason], "jusqu’au": [None, until]})
    return row


@transaction.atomic
def end(*, suspension: Suspension, actor: Person | None) -> Suspension:
    """Let them write again. Raises Conflict when it is over already."""
    current = Suspension.objects.select_for_update(of=("self",)).select_related("person").get(pk=suspension.pk)
    if current.ended_at is not None:
        raise Conflict("ended", _("Cette suspension est déjà levée."))
    if current.person is not None:
        ranks.guard_rank(actor, current.person.roles)
    current.ended_at, current.ended_by = timezone.now(), actor
    current.save(update_fields=["ended_at", "ended_by"])
    _journal("end_suspension", current, actor, {"motif": [current.reason, None]})
    return current


@transaction.atomic
def resume(*, suspension: Suspension, actor: Person | None) -> Suspension:
    """The undo of `end`: the same suspension holds again."""
    current = Suspension.objects.select_for_update(of=("self",)).select_related("person").get(pk=suspension.pk)
    if current.ended_at is None:
        raise Conflict("suspended", _("C’est déjà suspendu."))
    _check(current, actor)
    current.ended_at = current.ended_by = None
    current.save(update_fields=["ended_at", "ended_by"])
    _journal("suspend", current, actor, {"motif": [None, current.reason]})
    return current


def _check(row: Suspension, actor: Person | None) -> None:
    wrong = ""
    fields = {}
    if not row.reason or len(row.reason) > REASON_LENGTH:
        wrong = _("Dites pourquoi, en 500 caractères au plus\u00a0: les personnes concernées liront ce motif.")
        fields = {"reason": wrong}
    elif row.until is not None and row.until <= timezone.now():
        wrong = _("La fin doit être à venir.")
        fields = {"until": wrong}
    elif (row.scope == Scope.PERSON) != (row.person is not None) or (row.scope == Scope.ROLE) != bool(row.role):
        wrong = _("Choisissez une personne, un rôle, ou toute la messagerie.")
    elif actor is not None and row.person is not None and row.person.pk == actor.pk:
        wrong = _("Vous ne pouvez pas suspendre vos propres envois.")
    if wrong:
        raise DomainError("suspension", wrong, fields)
    if row.person is not None:
        ranks.guard_rank(actor, row.person.roles)


def _journal(verb: str, row: Suspension, actor: Person | None, changes: dict[str, list[Any]]) -> None:
    kept = {name: pair for name, pair in changes.items() if pair != [None, None]}
    audit.record(f"messaging.{verb}", actor=actor, target=row, label=whom(row), changes=kept)
