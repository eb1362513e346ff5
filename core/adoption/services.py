"""Counting the use of features, and what référents decide about those that do not serve."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import pool, reach, rules
from core.adoption.models import Stance, Standing
from core.audit import services as audit
from core.errors import DomainError
from core.permissions.viewer import Viewer
from tenants.schemas.context import current_schema, in_school


def count(code: str, viewer: Viewer | None = None, *, roles: Iterable[str] = ()) -> None:
    """Note that a feature ("news.publish") was used once, by role and day, never by person.

    With a viewer, the role is the one through which they act (`core.adoption.rules.acting_role`), and what a request
    counts leaves for Redis together, after its answer, unless the answer refuses or fails. A viewer without a request
    (demo data, a message that is being written) counts nothing: that is nobody's use. With `roles`, each is counted at
    once. Never raises, never asks the database anything that the request has not read already.
    """
    if viewer is not None:
        uses = viewer.uses
        if uses is not None and (role := rules.acting_role(code, viewer.roles, viewer.modules)):
            uses[code, role] += 1
    if roles := tuple(roles):
        send(Counter({(code, role): 1 for role in roles}))


def send(uses: Counter[tuple[str, str]]) -> None:
    """Hand uses of the school that we stand in to the pool; nothing outside a school."""
    if uses and in_school():
        pool.add(current_schema(), timezone.localdate(), uses)


# How long a decision rests before the question comes back, in days; what is to be presented waits for its training.
REST = {Stance.PRESENTED: 28, Stance.DISMISSED: 90}


@transaction.atomic
def decide(*, viewer: Viewer, code: str, stance: Stance) -> Standing:
    """Note what becomes of a feature or module that nobody uses; NONE takes the decision back.

    Raises DomainError for what is not on in this school.
    """
    label = _label(viewer, code)
    Standing.objects.get_or_create(code=code)
    standing = Standing.objects.select_for_update().get(code=code)
    before, standing.stance = standing.stance, stance
    today = timezone.localdate()
    standing.decided_on = today if stance else None
    standing.until = today + timedelta(days=REST[stance]) if stance in REST else None
    standing.save()
    if before != stance:
        changes: dict[str, list[Any]] = {"décision": [before, str(stance)], "jusqu’au": [None, standing.until]}
        action = f"adoption.{stance or 'forget'}"
        audit.record(action, actor=viewer.person, target=standing, label=label, changes=changes)
    return standing


def _label(viewer: Viewer, code: str) -> str:
    """What the subject is called here."""
    found = reach.offered(viewer.modules).get(code)
    if found is not None:
        return str(found.label)
    state = viewer.modules.states.get(code)
    if state is None or not state.enabled:
        raise DomainError("unknown", _("Cette fonction n’est plus proposée ici."))
    return state.name
