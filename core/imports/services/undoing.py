"""Taking the last applied import back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import Conflict
from core.imports.engine import pipeline
from core.imports.engine import undo as engine
from core.imports.models import Run, State
from core.people.models import Person
from core.structure.services import refresh_rule_groups


@transaction.atomic
def undo(*, run: Run, actor: Person | None) -> Run:
    """Put back what the import changed: see `core.imports.engine.undo`. `run.report["undo"]` tells what could not be:
    {"removed": {table: n}, "restored": {table: n}, "kept": [{"table", "id", "label", "reason": "used" | "changed"}]}.

    Only the last applied import of the school. Raises Conflict otherwise, and while another import is under way.
    """
    pipeline.lock()
    current = Run.objects.select_for_update().get(pk=run.pk)
    last = Run.objects.filter(state=State.APPLIED).order_by("-applied_at", "-pk").first()
    if last is None or last.pk != current.pk:
        raise Conflict("not-last", _("Seul le dernier import appliqué peut être annulé."))
    if not current.changes.exclude(kind="remark").exists():
        raise Conflict("forgotten", _("Ce que cet import a changé n’est plus noté\u00a0: il ne peut plus être annulé."))
    current.report = {**current.report, "undo": engine.undo(current)}
    refresh_rule_groups()
    current.state, current.undone_at = State.UNDONE, timezone.now()
    current.save(update_fields=["report", "state", "undone_at"])
    record("imports.undo", actor=actor, target=current)
    return current
