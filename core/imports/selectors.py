"""Imports as pages show them. Who may see them is the guard's question (`imports.manage`): they are the school's."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet, Sum
from django.http import Http404

from core.imports.models import Action, Change, Decision, Kind, Merge, Pairing, Run, State

PAGE = 50


def runs() -> QuerySet[Run]:
    """All imports, newest first."""
    return Run.objects.select_related("actor", "confirmed_by", "year")


def get_run_or_404(pk: int) -> Run:
    run = runs().filter(pk=pk).first()
    if run is None:
        raise Http404("no such import")
    return run


def undoable() -> Run | None:
    """The last applied import, which alone can be taken back."""
    return Run.objects.filter(state=State.APPLIED).order_by("-applied_at", "-pk").first()


@dataclass(frozen=True)
class Item:
    """One line of a difference. `fields` are (name of the field in French, before, after), dates as dates."""

    label: str
    detail: str
    person: int | None
    fields: list[tuple[str, Any, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    items: list[Item]
    number: int
    pages: int
    total: int


def totals(run: Run) -> dict[str, dict[str, int]]:
    """{kind: {action: how many}} of what the run does, for tabs and filters. One query."""
    found: dict[str, dict[str, int]] = {}
    rows = Change.objects.filter(run=run).order_by().values_list("kind", "action").annotate(n=Sum("size"))
    for kind, action, number in rows:
        found.setdefault(kind, {})[action] = number
    return found


def difference(run: Run, *, kind: str, action: str, number: int = 1) -> Page:
    """The page `number` (from 1) of what the run does to one kind of thing; never more than a part is loaded."""
    raise NotImplementedError


def remarks(run: Run, *, level: str, number: int = 1) -> Page:
    """What the source held that was refused, or taken without something; `fields` are of the row as sent."""
    raise NotImplementedError


def refused_rows(run: Run) -> Iterator[dict[str, str]]:
    """Every refused record as it was sent, with « Motif » last: to be written as a table, corrected, sent again."""
    raise NotImplementedError


def pairings(run: Run | None = None, *, decision: str = Decision.PENDING) -> QuerySet[Pairing]:
    """Doubtful pairs, oldest first, with their candidates; of one run where it is given."""
    found = Pairing.objects.filter(decision=decision).select_related("candidate", "decided_by")
    return found.filter(run=run) if run else found


def get_pairing_or_404(pk: int) -> Pairing:
    found = Pairing.objects.select_related("candidate", "run").filter(pk=pk).first()
    if found is None:
        raise Http404("no such pairing")
    return found


def merges() -> QuerySet[Merge]:
    """Profiles that were merged, and may be taken apart."""
    return Merge.objects.filter(undone_at=None).select_related("kept", "gone", "actor")


def get_merge_or_404(pk: int) -> Merge:
    found = merges().filter(pk=pk).first()
    if found is None:
        raise Http404("no such merge")
    return found


__all__ = [
    "PAGE",
    "Action",
    "Item",
    "Kind",
    "Page",
    "difference",
    "get_merge_or_404",
    "get_pairing_or_404",
    "get_run_or_404",
    "merges",
    "pairings",
    "refused_rows",
    "remarks",
    "runs",
    "totals",
    "undoable",
]
