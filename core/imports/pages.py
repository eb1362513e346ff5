"""What the pages of imports show, in words."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.imports import selectors
from core.imports.models import Action, Kind, Pairing, Run, Source, State
from core.imports.neutral import Level
from core.jobs.models import Run as Work
from core.people.models import Person

# In the order in which a school asks
_ACTIONS = (
    Action.CREATED,
    Action.UPDATED,
    Action.RETURNED,
    Action.SUSPENDED,
    Action.HELD,
    Action.REFUSED,
)
_COUNTED = [kind for kind in Kind if kind not in (Kind.REMARK, Kind.IDENTITY)]
_TONES = {
    State.READY: "care",
    State.WAITING: "care",
    State.APPLIED: "ok",
    State.REFUSED: "danger",
    State.FAILED: "danger",
    State.READING: "info",
    State.APPLYING: "info",
}
_LEVELS = {
    Level.REFUSED: gettext_lazy("Refusés"),
    Level.DANGLING: gettext_lazy("Références introuvables"),
    Level.NOTE: gettext_lazy("À savoir"),
}


@dataclass(frozen=True)
class Cell:
    """A number of the summary; `url` shows which they are."""

    label: str
    number: int
    url: str = ""


@dataclass(frozen=True)
class Line:
    """What the import says of one kind of thing."""

    label: str
    cells: list[Cell]


def history(number: str | None) -> dict[str, Any]:
    """The imports so far, twenty a page, with what waits for a decision."""
    page = Paginator(selectors.runs(), 20).get_page(number)
    rows = [(run, _TONES.get(State(run.state), "")) for run in page]
    return {"page": page, "rows": rows, "pending": selectors.pairings().count()}


def run_page(run: Run) -> dict[str, Any]:
    """One import: how far it is, or what it changes."""
    if run.is_moving:
        return {"run": run, "work": Work.objects.filter(pk=run.work or 0).first()}
    totals = selectors.totals(run)
    last = selectors.undoable()
    shown = [totals.get(kind, {}) for kind in _COUNTED]
    said = [action for action in _ACTIONS if any(done.get(action) for done in shown)]
    return {
        "run": run,
        "tone": _TONES.get(State(run.state), ""),
        "lines": [line for kind in _COUNTED if (line := _line(run, kind, totals.get(kind, {}), said))],
        "changes_nothing": not any(totals.values()),
        "remarks": [
            Cell(str(_LEVELS[level]), number, _remarks_url(run, level))
            for level in Level
            if (number := selectors.remarks(run, level=level).total)
        ],
        "has_refused": selectors.remarks(run, level=Level.REFUSED).total > 0,
        "pending": selectors.pairings(run).count(),
        "may_undo": last is not None and last.pk == run.pk,
        "is_table": run.source == Source.TABLE,
        "undone": run.report.get("undo", {}),
    }


def _line(run: Run, kind: Kind, totals: dict[str, int], said: list[Action]) -> Line | None:
    """Only what the import does to something stands in it."""
    counted = run.counts.get(kind, {})
    if not counted and not totals:
        return None
    cells = [Cell(_("Lus"), counted.get("read", 0)), Cell(_("Inchangés"), counted.get("unchanged", 0))]
    cells += [
        Cell(str(action.label), totals.get(action, 0), detail_url(run, kind, action) if totals.get(action) else "")
        for action in said
    ]
    return Line(str(kind.label), cells)


def detail_url(run: Run, kind: str, action: str) -> str:
    return f"{reverse('imports:detail', args=[run.pk])}?{urlencode({'quoi': kind, 'action': action})}"


def _remarks_url(run: Run, level: str) -> str:
    return f"{reverse('imports:remarks', args=[run.pk])}?{urlencode({'niveau': level})}"


def detail_page(run: Run, *, kind: str, action: str, number: int) -> dict[str, Any]:
    """The items of one kind and action, a page at a time, and tabs to the others of the same kind."""
    totals = selectors.totals(run)
    tabs = [
        {
            "label": f"{Kind(one).label}\u00a0: {str(Action(done).label).lower()}",
            "url": detail_url(run, one, done),
            "count": totals[one][done],
            "current": (one, done) == (kind, action),
        }
        for one in _COUNTED
        for done in _ACTIONS
        if totals.get(one, {}).get(done)
    ]
    page = selectors.difference(run, kind=kind, action=action, number=number)
    title = f"{Kind(kind).label}\u00a0: {str(Action(action).label).lower()}"
    return {"run": run, "tabs": tabs, "page": page, "title": title, **_pager(page, detail_url(run, kind, action))}


def remarks_page(run: Run, *, level: str, number: int) -> dict[str, Any]:
    tabs = [
        {
            "label": str(_LEVELS[one]),
            "url": _remarks_url(run, one),
            "count": total,
            "current": one == level,
        }
        for one in Level
        if (total := selectors.remarks(run, level=one).total) or one == level
    ]
    page = selectors.remarks(run, level=level, number=number)
    title = str(_LEVELS[Level(level)])
    return {"run": run, "tabs": tabs, "page": page, "title": title, **_pager(page, _remarks_url(run, level))}


def _pager(page: selectors.Page, url: str) -> dict[str, str]:
    return {
        "previous_url": f"{url}&page={page.number - 1}" if page.number > 1 else "",
        "next_url": f"{url}&page={page.number + 1}" if page.number < page.pages else "",
    }


# What a record may say, in the words and the order of a person's file
_FIELDS = {
    "last_name": gettext_lazy("Nom"),
    "first_name": gettext_lazy("Prénom"),
    "birth_name": gettext_lazy("Nom de naissance"),
    "birth_date": gettext_lazy("Né le"),
    "civility": gettext_lazy("Civilité"),
    "function": gettext_lazy("Fonction"),
    "email": gettext_lazy("Courriel"),
    "phones": gettext_lazy("Téléphones"),
    "address": gettext_lazy("Adresse"),
}


@dataclass(frozen=True)
class Compared:
    label: str
    incoming: Any
    known: Any
    differs: bool


def compared(pairing: Pairing) -> list[Compared]:
    """What the record and the candidate say of each field that either knows."""
    known = pairing.candidate
    same = set(pairing.evidence.get("same", ()))
    lines = []
    for name, label in _FIELDS.items():
        here = _phones(known) if name == "phones" else getattr(known, name)
        there = pairing.incoming.get(name)
        if _shown(here) or _shown(there):
            incoming, mine = _shown(there), _shown(here)
            lines.append(Compared(str(label), incoming, mine, _differ(incoming, mine) and name not in same))
    return lines


def two_profiles(kept: Person, gone: Person) -> list[Compared]:
    """What two profiles say, side by side, before they are made one."""
    lines = []
    for name, label in _FIELDS.items():
        here, there = (_shown(_phones(one) if name == "phones" else getattr(one, name)) for one in (kept, gone))
        if here or there:
            lines.append(Compared(str(label), there, here, _differ(here, there)))
    return lines


def _differ(one: Any, other: Any) -> bool:
    """What only one of them says contradicts nothing."""
    return bool(one and other) and one != other


def _phones(person: Person) -> list[str]:
    return [person.phone, *person.other_phones]


def _shown(value: Any) -> Any:
    return ", ".join(filter(None, value)) if isinstance(value, list | tuple) else value or ""
