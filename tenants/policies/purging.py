"""The region asks for what a module holds to be destroyed: in one school, or in a thousand.

What can be known without entering a school is checked here, for all of them in five queries; each school's own choices
are asked again on the day (core.modules.purging).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.errors import DomainError
from tenants.establishments.models import Establishment
from tenants.policies.catalogue import Entry, catalogue
from tenants.policies.effective import combine, rules_for
from tenants.policies.impact import OPEN
from tenants.policies.models import EnabledModule, Policy
from tenants.policies.scopes import place_of, reaches
from tenants.policies.services import entry_of
from tenants.schemas import graph, purges
from tenants.schemas.models import InstalledApp, ModulePurge
from tenants.schemas.purges import Asker


@dataclass
class Asked:
    """`planned`: where it was not yet; `already`: where it was; `refused`: UAI to why not."""

    planned: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def refusals(module: str, schools: Iterable[Establishment]) -> dict[str, str]:
    """UAI to why what the module holds may not be destroyed there; those where it may are left out."""
    wanted = {school.uai: school for school in schools}
    policies = list(Policy.objects.filter(module=module))
    on = _uais(EnabledModule.objects.filter(uai__in=wanted, module=module, enabled=True))
    installed = _installed([module], wanted)
    standing = _installed(_above(module), wanted)
    found: dict[str, str] = {}
    for uai, school in wanted.items():
        rule = combine(p for p in policies if reaches(p.scope, p.scope_value, place_of(school))).get(module)
        effect = rule.effect if rule else Policy.Effect.ALLOW
        if school.lifecycle not in OPEN or uai not in installed:
            found[uai] = _("Il n’y a rien à supprimer.")
        elif effect == Policy.Effect.REQUIRE:
            found[uai] = _("La région impose ce module.")
        elif uai in on and effect != Policy.Effect.FORBID:
            found[uai] = _("Le module est activé.")
        elif uai in standing:
            found[uai] = _("Un autre module s’appuie sur lui.")
    return found


def ask(
    module: str, schools: Iterable[Establishment], *, actor: Account | None, due_at: datetime | None = None
) -> Asked:
    """Plan it where it may be. Raises DomainError for a module that the installation does not have."""
    entry = entry_of(module)
    wanted = list(schools)
    refused = refusals(module, wanted)
    uais = [school.uai for school in wanted if school.uai not in refused]
    asker = Asker(account=actor, name=actor.login if actor else "préau", by_region=True)
    planned = purges.plan(uais, module, str(entry.name), asker=asker, due_at=due_at)
    return Asked(planned, sorted(set(uais) - set(planned)), refused)


def confirm(module: str, schools: Iterable[Establishment], *, typed: str, actor: Account) -> Asked:
    """Plan it for who has typed the module's name. Raises DomainError for another name, or where it may be nowhere."""
    entry = entry_of(module)
    if not purges.same_name(typed, str(entry.name)):
        message = _("Écrivez «\u00a0%(name)s\u00a0» pour confirmer.") % {"name": entry.name}
        raise DomainError("name", message, {"name": message})
    asked = ask(module, schools, actor=actor)
    if asked.refused and not asked.planned and not asked.already:
        raise DomainError("purge", next(iter(asked.refused.values())))
    return asked


def cancel(module: str, school: Establishment, *, actor: Account) -> None:
    """Call it off, whoever asked. Raises DomainError when nothing is planned."""
    name = str(entry_of(module).name)
    if not purges.cancel([school.uai], module, name, asker=Asker(account=actor, name=actor.login, by_region=True)):
        raise DomainError("not-planned", _("Aucune suppression n’est prévue."))


@dataclass(frozen=True)
class Holding:
    """One module that a school's schema holds, whether it is on there, and what is planned for it."""

    entry: Entry
    on: bool
    purge: ModulePurge | None


def holdings(school: Establishment) -> list[Holding]:
    """The modules whose tables a school holds, in the order of the installation."""
    entries = catalogue()
    there = set(
        InstalledApp.objects.filter(uai=school.uai, app_label__in=entries)
        .exclude(version=graph.NOTHING)
        .values_list("app_label", flat=True)
    )
    on = set(EnabledModule.objects.filter(uai=school.uai, enabled=True).values_list("module", flat=True))
    effects = {slug: rule.effect for slug, rule in rules_for(school).items()}
    on |= {slug for slug, effect in effects.items() if effect == Policy.Effect.REQUIRE}
    on -= {slug for slug, effect in effects.items() if effect == Policy.Effect.FORBID}
    planned = {purge.module: purge for purge in purges.live(school.uai)}
    return [Holding(entry, slug in on, planned.get(slug)) for slug, entry in entries.items() if slug in there]


def holding_or_404(school: Establishment, module: str) -> Holding:
    found = next((holding for holding in holdings(school) if holding.entry.slug == module), None)
    if found is None:
        raise Http404("no such module in this school")
    return found


def _above(module: str) -> list[str]:
    """The modules that stand on this one."""
    return [slug for slug, entry in catalogue().items() if slug != module and module in entry.needs]


def _installed(modules: list[str], uais: Iterable[str]) -> set[str]:
    rows = InstalledApp.objects.filter(uai__in=list(uais), app_label__in=modules).exclude(version=graph.NOTHING)
    return _uais(rows)


def _uais(rows: object) -> set[str]:
    return set(rows.values_list("uai", flat=True))  # type: ignore[attr-defined]
