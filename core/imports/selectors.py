"""Imports as pages show them. Who may see them is the guard's question (`imports.manage`): they are the school's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from core.imports.models import Action, Change, Decision, Kind, Merge, Pairing, Run, Source, State
from core.people.choices import Authority, Kinship, Role

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
    return _page(Change.objects.filter(run=run, kind=kind, action=action), number, _item)


def remarks(run: Run, *, level: str, number: int = 1) -> Page:
    """What the source held that was refused ("refused"), taken without something ("dangling"), or is to be known
    ("note"): `label` says who, `detail` why, `fields` the row as sent."""
    return _page(Change.objects.filter(run=run, kind=Kind.REMARK, action=level), number, _remark)


def refused_rows(run: Run) -> Iterator[dict[str, str]]:
    """Every refused record as it was sent, with « Motif » last: to be written as a table, corrected, sent again."""
    for part in Change.objects.filter(run=run, kind=Kind.REMARK, action=Action.REFUSED).iterator():
        for one in part.items:
            sent = one["row"] or {"Identifiant": one["key"], "Nom": one["label"]}
            place = {"Fichier": one["file"], "Ligne": str(one["line"] or "")} if one["file"] else {}
            yield {**sent, **place, "Motif": one["sentence"]}


def _page(parts: QuerySet[Change], number: int, shown: Callable[[dict[str, Any]], Item]) -> Page:
    """Parts hold 200 items but for the last of each table, so that a page reads two of them at most."""
    sizes = list(parts.order_by("table", "part").values_list("pk", "size"))
    total = sum(size for _pk, size in sizes)
    pages = max(1, -(-total // PAGE))
    number = min(max(number, 1), pages)
    first, last, passed = (number - 1) * PAGE, number * PAGE, 0
    wanted: dict[int, tuple[int, int]] = {}
    for pk, size in sizes:
        start, end = max(first - passed, 0), min(last - passed, size)
        if start < end:
            wanted[pk] = (start, end)
        passed += size
    found = parts.in_bulk(list(wanted))
    items = [shown(one) for pk, (start, end) in wanted.items() for one in found[pk].items[start:end]]
    return Page(items, number, pages, total)


def _item(one: dict[str, Any]) -> Item:
    before, after = one.get("before") or {}, one.get("after") or {}
    told = [
        (_called(name), _shown(name, before.get(name)), _shown(name, after.get(name)))
        for name in sorted(after, key=_order)
        if name in FIELD_LABELS and before.get(name) != after.get(name)
    ]
    person = one.get("person") or 0  # below zero: only to be created
    return Item(one.get("label", ""), one.get("detail", ""), person if person > 0 else None, told)


def _remark(one: dict[str, Any]) -> Item:
    label = one["label"] or one["key"]
    if one["file"]:
        place = _("%(file)s, ligne %(line)s") if one["line"] else "%(file)s"
        label = f"{label} ({place % {'file': one['file'], 'line': one['line']}})".strip()
    return Item(label, one["sentence"], None, [(name, value, "") for name, value in one["row"].items()])


# In the order in which they are told; what is not here (how the source calls people…) is nobody's business
FIELD_LABELS = {
    "last_name": _("nom"),
    "first_name": _("prénom"),
    "birth_name": _("nom de naissance"),
    "civility": _("civilité"),
    "birth_date": _("date de naissance"),
    "roles": _("rôles"),
    "function": _("fonction"),
    "email": _("courriel"),
    "phone": _("téléphone"),
    "other_phones": _("autres téléphones"),
    "address": _("adresse postale"),
    "regime": _("régime"),
    "studies": _("enseignements suivis"),
    "left_on": _("parti le"),
    "kinship": _("lien"),
    "authority": _("autorité"),
    "priority": _("ordre d’appel"),
    "pays": _("responsable financier"),
    "is_contact": _("à contacter"),
    "ends_on": _("jusqu’au"),
    "level": _("niveau"),
    "code": _("code"),
    "external_ids": _("identifiants"),
    "source": _("source"),
}
_CHOICES = {"kinship": Kinship, "authority": Authority, "source": Source}
_DATES = frozenset({"birth_date", "left_on", "ends_on"})


def _called(name: str) -> str:
    return str(FIELD_LABELS[name])


def _order(name: str) -> int:
    return list(FIELD_LABELS).index(name) if name in FIELD_LABELS else len(FIELD_LABELS)


def _shown(name: str, value: Any) -> Any:
    """As a reader says it: choices by their label, dates as dates, lists in one line."""
    if value in (None, "", [], {}):
        return ""
    if name in _DATES:
        return date.fromisoformat(value)
    if name == "roles":
        return ", ".join(str(Role(one).label) for one in value)
    if name in _CHOICES:
        return str(_CHOICES[name](value).label)
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, dict):
        return ", ".join(f"{source}\u00a0{one}" for source, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else value


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
