"""What the policies' pages read."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants.policies import rollout
from tenants.policies.catalogue import Entry, catalogue, subjects
from tenants.policies.effective import WIDTH
from tenants.policies.impact import Impact, open_schools
from tenants.policies.models import EnabledModule, Policy, PolicyChange
from tenants.policies.scopes import Part, label, reaches
from tenants.schemas import purges

SHOWN = 60  # names of schools in a list; the rest is counted


@dataclass(frozen=True)
class Row:
    """A policy as the list shows it."""

    policy: Policy
    where: str
    reached: int
    editable: bool
    details: list[str]


@dataclass(frozen=True)
class Section:
    entry: Entry
    enabled: int  # schools that have switched it on
    rows: list[Row]
    purge: dict[str, Any] | None = None  # what is planned, and how far it is (tenants.schemas.purges.progress)


def sections(part: Part) -> list[Section]:
    """Every module with its policies. The schools are read once for all counts."""
    places = [school.place for school in open_schools(Policy.Scope.ALL, "")]
    here = {place.uai for place in places}
    policies = sorted(Policy.objects.all(), key=lambda p: (WIDTH[Policy.Scope(p.scope)], p.scope_value))
    going = {row["module"]: row for row in purges.progress()}
    on: dict[str, int] = {}
    for uai, module in EnabledModule.objects.filter(enabled=True).values_list("uai", "module"):
        on[module] = on.get(module, 0) + (uai in here)
    return [
        Section(
            entry,
            on.get(slug, 0),
            [_row(p, entry, places, part) for p in policies if p.module == slug],
            going.get(slug),
        )
        for slug, entry in subjects().items()
    ]


def _row(policy: Policy, entry: Entry, places: list[Any], part: Part) -> Row:
    return Row(
        policy=policy,
        where=label(policy.scope, policy.scope_value),
        reached=sum(reaches(policy.scope, policy.scope_value, place) for place in places),
        editable=part.holds(policy.scope, policy.scope_value),
        details=describe(entry, policy.defaults, policy.locked),
    )


def describe(entry: Entry, defaults: dict[str, Any], locked: list[str]) -> list[str]:
    """The values and the locks of a policy, one sentence each."""
    said = []
    for key, value in defaults.items():
        option = entry.option(key)
        if option:
            said.append(_("%(what)s\u00a0: %(value)s") % {"what": option.label, "value": option.words(value)})
    labels = entry.lock_labels()
    names = [f"«\u00a0{labels[key]}\u00a0»" for key in locked if key in labels]
    if names:
        said.append(_("Verrouillé\u00a0: %(names)s") % {"names": ", ".join(names)})
    return said


def entry_or_404(module: str) -> Entry:
    entry = catalogue().get(module)
    if entry is None:
        raise Http404(module)
    return entry


def subject_or_404(module: str) -> Entry:
    """The same, areas of core included: what a policy speaks of."""
    entry = subjects().get(module)
    if entry is None:
        raise Http404(module)
    return entry


def editable_or_404(part: Part, pk: int) -> Policy:
    policy = Policy.objects.filter(pk=pk).first()
    if policy is None or policy.module not in subjects() or not part.holds(policy.scope, policy.scope_value):
        raise Http404("no such policy in this part of the region")
    return policy


def history() -> QuerySet[PolicyChange]:
    return PolicyChange.objects.select_related("undone_by", "undoes")


def change_or_404(part: Part, pk: int) -> PolicyChange:
    change = history().filter(pk=pk).first()
    if change is None or not part.holds(change.scope, change.scope_value):
        raise Http404("no such change in this part of the region")
    return change


@dataclass(frozen=True)
class Kind:
    """One kind of change with the schools that it touches."""

    title: str
    number: int
    names: list[str]

    @property
    def more(self) -> int:
        return self.number - len(self.names)


def kinds(found: Impact) -> list[Kind]:
    """The impact in words, gravest first."""
    each = (
        (found.off, _off(len(found.off))),
        (found.on, _on(len(found.on))),
        (found.install, _install(len(found.install))),
        (found.forbidden, _forbidden(len(found.forbidden))),
        (found.freed, _freed(len(found.freed))),
        (found.rules, _rules(len(found.rules))),
    )
    return [
        Kind(title % {"n": len(schools)}, len(schools), [school.name for school in schools[:SHOWN]])
        for schools, title in each
        if schools
    ]


def _off(n: int) -> str:
    return ngettext(
        "%(n)d établissement perd le module aussitôt\u00a0; ce qu’il contient est gardé",
        "%(n)d établissements perdent le module aussitôt\u00a0; ce qu’il contient est gardé",
        n,
    )


def _on(n: int) -> str:
    return ngettext(
        "%(n)d établissement reçoit le module aussitôt", "%(n)d établissements reçoivent le module aussitôt", n
    )


def _install(n: int) -> str:
    return ngettext(
        "%(n)d établissement recevra le module dès que ses tables seront créées",
        "%(n)d établissements recevront le module dès que leurs tables seront créées",
        n,
    )


def _forbidden(n: int) -> str:
    return ngettext(
        "%(n)d établissement ne pourra plus l’activer", "%(n)d établissements ne pourront plus l’activer", n
    )


def _freed(n: int) -> str:
    return ngettext("%(n)d établissement choisira de nouveau", "%(n)d établissements choisiront de nouveau", n)


def _rules(n: int) -> str:
    return ngettext(
        "%(n)d établissement change de valeurs ou de verrous",
        "%(n)d établissements changent de valeurs ou de verrous",
        n,
    )


@dataclass(frozen=True)
class Told:
    """One change of the history in words."""

    change: PolicyChange
    what: str
    before: str
    after: str
    may_undo: bool


def told(change: PolicyChange, part: Part) -> Told:
    entry = subjects().get(change.module)
    name = str(entry.name) if entry else change.module
    return Told(
        change=change,
        what=f"{name} · {label(change.scope, change.scope_value)}",
        before=_said(entry, change.before),
        after=_said(entry, change.after),
        may_undo=entry is not None
        and not hasattr(change, "undone_by")
        and part.holds(change.scope, change.scope_value),
    )


def _said(entry: Entry | None, fields: dict[str, Any] | None) -> str:
    if fields is None:
        return _("aucune règle")
    effect = str(Policy.Effect(fields["effect"]).label)
    details = describe(entry, fields["defaults"], fields["locked"]) if entry else []
    return "\u00a0; ".join([effect, *details])


@dataclass(frozen=True)
class ProgressRow:
    module: str
    name: str
    total: int
    done: int
    failed: int
    running: bool


def progress_rows() -> list[ProgressRow]:
    entries = catalogue()
    return [
        ProgressRow(
            row.module,
            str(entries[row.module].name) if row.module in entries else row.module,
            row.total,
            row.done,
            row.failed,
            row.waiting > 0,
        )
        for row in rollout.progress()
    ]
