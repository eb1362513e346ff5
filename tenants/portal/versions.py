"""Words for the versions of schools and their upgrade."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.establishments.models import Establishment
from tenants.schemas import status
from tenants.schemas.lanes.chains import OUTSIDE, PYTHON, SQL
from tenants.schemas.ledger import KEPT
from tenants.schemas.status import AppState, Overview, Plan, Standing

_LANES = {
    SQL: gettext_lazy("directement"),
    PYTHON: gettext_lazy("avec un calcul dans chacun"),
    OUTSIDE: gettext_lazy("par étapes, sans bloquer les lectures"),
    status.WHOLE: gettext_lazy("tables entières"),
    status.UNREAD: gettext_lazy("version lue d’abord dans l’établissement"),
}
TAGS = {
    Standing.QUARANTINE: "danger",
    Standing.AHEAD: "info",
    Standing.BEHIND: "care",
    Standing.CURRENT: "ok",
}


def headline(found: Overview) -> dict[str, Any]:
    """The answer to the page's question: what is gravest, as a number with its words, or a sentence."""
    for kind, words in (
        (Standing.QUARANTINE, _("établissement en quarantaine,établissements en quarantaine")),
        (Standing.BEHIND, _("établissement en retard,établissements en retard")),
        (Standing.AHEAD, _("établissement en avance,établissements en avance")),
    ):
        if found.counts[kind]:
            return {"number": found.counts[kind], "words": words}
    return {"text": _("Tous les établissements sont à jour") if found.total else _("Aucun établissement ouvert")}


def tiles(found: Overview) -> list[dict[str, Any]]:
    """Each standing with its number; those that nobody is in are left out, but the last."""
    labels = {
        Standing.QUARANTINE: _("en quarantaine"),
        Standing.AHEAD: _("en avance"),
        Standing.BEHIND: _("en retard"),
        Standing.CURRENT: _("à jour"),
    }
    return [
        {"href": f"?state={kind.value}#etablissements", "label": labels[kind], "value": found.counts[kind]}
        for kind in Standing
        if found.counts[kind] or kind == Standing.CURRENT
    ]


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it should be in a school. `error` is empty for who may not read it."""

    text: str
    grave: bool = False
    error: str = ""
    since: Any = None


def faults(states: list[AppState], *, told: bool) -> list[Fault]:
    """What keeps a school from being up to date. Apps that share the standing of the school need only their names."""
    found = [_failure(state, told=told) for state in states if state.state == Standing.QUARANTINE]
    others = [
        (sentence, ", ".join(state.name for state in states if state.state == kind))
        for kind, sentence in (
            (Standing.AHEAD, _("en avance\u00a0: %s")),
            (Standing.BEHIND, _("en retard\u00a0: %s")),
            ("missing", _("manque\u00a0: %s")),
        )
    ]
    named = [(sentence, names) for sentence, names in others if names]
    if not found and len(named) == 1 and named[0][0] != others[-1][0]:
        return [Fault(named[0][1])]
    return found + [Fault(sentence % names) for sentence, names in named]


def context_of(school: Establishment, *, told: bool) -> dict[str, Any]:
    """What the page of one school says of its version; nothing for one that has no schema to keep."""
    if school.lifecycle not in KEPT:
        return {}
    states = status.apps_of([school.uai])[school.uai]
    gravest = next((kind for kind in Standing if any(state.state == kind for state in states)), Standing.CURRENT)
    if gravest == Standing.CURRENT and any(state.state == "missing" for state in states):
        gravest = Standing.BEHIND
    return {"standing": gravest.value, "faults": faults(states, told=told)}


def _failure(state: AppState, *, told: bool) -> Fault:
    where = f"{state.name}, {state.migration}" if state.migration else state.name
    return Fault(where, grave=True, error=state.error if told else "", since=state.since)


def lines(found: Plan) -> list[dict[str, Any]]:
    """The plan as a table's rows."""
    return [
        {
            "what": status.name_of(line.what) if line.lane in {status.WHOLE, status.UNREAD} else line.what,
            "how": _LANES.get(line.lane, line.lane),
            "schools": line.schools,
        }
        for line in found.lines
    ]
