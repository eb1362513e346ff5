"""Counting the use of features, and what référents decide about those that do not serve."""

from collections import Counter
from collections.abc import Iterable

from django.utils import timezone

from core.adoption import pool, rules
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
