"""Saying whether a record of a source is somebody whom the school knows."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import Conflict
from core.imports.models import Decision, Pairing
from core.people.models import Person
from core.people.services import ranks


@transaction.atomic
def decide(*, pairing: Pairing, decision: str, actor: Person | None) -> Pairing:
    """`decision` is "same" or "different". Remembered for ever; another one may take its place.

    It takes effect when the import that asked is applied; where that is done already, at the next import. Saying
    "same" answers "different" for the record's other candidates. Raises Conflict when another candidate is the same.
    """
    current = Pairing.objects.select_for_update().select_related("candidate").get(pk=pairing.pk)
    ranks.guard_rank(actor, current.candidate.roles)
    others = Pairing.objects.filter(key=current.key).exclude(pk=current.pk)
    if decision == Decision.SAME and others.filter(decision=Decision.SAME).exists():
        raise Conflict("paired", _("Ce dossier est déjà rapproché d’une autre personne."))
    before, current.decision = current.decision, Decision(decision)
    current.decided_by, current.decided_at = actor, timezone.now()
    current.save(update_fields=["decision", "decided_by", "decided_at"])
    if decision == Decision.SAME:
        others.filter(decision=Decision.PENDING).update(
            decision=Decision.DIFFERENT, decided_by=actor, decided_at=current.decided_at
        )
    record("imports.decide", actor=actor, target=current.candidate, changes={"decision": [before, decision]})
    return current
