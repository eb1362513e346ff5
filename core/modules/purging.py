"""Destroying what a module holds in a school: whether it may be, what is lost, and how it is done.

It is asked for, waits some weeks (settings.MODULE_PURGE_DAYS) and may be called off until then; switching the module
on calls it off too. Every step may be run again: killed anywhere, the next run ends the work.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import DomainError
from core.files import services as files
from core.files.models import StoredFile
from core.modules import registry
from core.modules.index import keep_index
from core.modules.models import ModuleChoice
from core.modules.presets import with_dependencies
from core.modules.state import Modules, ModuleState
from core.people.models import Person
from core.search import services as search
from tenants.accounts.models import Account
from tenants.establishments.models import Establishment
from tenants.schemas import engine, ledger, purges
from tenants.schemas.context import region, school
from tenants.schemas.glance import glance_at_region
from tenants.schemas.models import ModulePurge
from tenants.schemas.purges import Asker, Kind


@dataclass(frozen=True)
class Loss:
    """What a module holds in the school: rows by kind, files and their weight in bytes."""

    kinds: list[Kind]
    files: int
    size: int

    @property
    def rows(self) -> int:
        return sum(kind.number for kind in self.kinds)


def planned(establishment: Establishment, slug: str = "") -> list[ModulePurge]:
    """What is planned in the school, of one module when it is named. Costs no round trip of its own."""
    with glance_at_region():
        rows = purges.live(establishment.uai)
        return list(rows.filter(module=slug) if slug else rows)


def refusal(modules: Modules, slug: str) -> str:
    """Why what the module holds may not be destroyed here; "" when it may."""
    state = modules[slug]
    name = {"name": state.name}
    if slug not in registry.modules() or slug not in modules.installed:
        return _("%(name)s n’a rien à supprimer ici.") % name
    if state.required:
        return _("La région impose %(name)s\u00a0: son contenu ne se supprime pas.") % name
    if state.enabled:
        return _("%(name)s est activé. Désactivez-le d’abord.") % name
    standing = _standing_on(modules, slug)
    if standing:
        others = ", ".join(other.name for other in standing)
        return _("%(others)s s’appuie sur %(name)s. Supprimez d’abord son contenu.") % {**name, "others": others}
    return ""


def _standing_on(modules: Modules, slug: str) -> list[ModuleState]:
    return [
        modules[other]
        for other in registry.modules()
        if other != slug and other in modules.installed and slug in with_dependencies(other)
    ]


def loss(establishment: Establishment, slug: str) -> Loss:
    """Counted now, standing in the school."""
    stored = StoredFile.objects.filter(module=slug)
    size = stored.aggregate(size=Sum("size"))["size"] or 0
    return Loss(purges.kinds(establishment, slug), stored.count(), size)


# --- asking ----------------------------------------------------------------------------------------------
def ask(modules: Modules, slug: str, *, typed: str, actor: Person | None) -> None:
    """Plan it. `typed` must be the module's name as the school calls it. Raises DomainError for a refusal."""
    state = modules[slug]
    if why := refusal(modules, slug):
        raise DomainError("purge", why)
    if not purges.same_name(typed, state.name):
        message = _("Écrivez «\u00a0%(name)s\u00a0» pour confirmer.") % {"name": state.name}
        raise DomainError("name", message, {"name": message})
    with region():
        purges.plan([modules.establishment.uai], slug, state.name, asker=_asker(actor))
    _journal("purge_plan", state, actor, {"due_at": [None, _due(modules.establishment, slug)]})


def cancel(modules: Modules, slug: str, *, actor: Person | None) -> None:
    """Call off what the school asked for. Raises DomainError when it was the region, or nothing is planned."""
    there = planned(modules.establishment, slug)
    if not there:
        raise DomainError("not-planned", _("Aucune suppression n’est prévue."))
    if there[0].by_region:
        message = _("La région l’a demandée\u00a0: elle seule l’annule. Activer le module l’annule aussi.")
        raise DomainError("by-region", message)
    _call_off(modules, [slug], actor)


def switched_on(modules: Modules, slugs: list[str], *, actor: Person | None) -> None:
    """What is planned for modules that have just been switched on will not be done."""
    there = {purge.module for purge in planned(modules.establishment)}
    _call_off(modules, [slug for slug in slugs if slug in there], actor)


def _call_off(modules: Modules, slugs: list[str], actor: Person | None) -> None:
    for slug in slugs:
        purges.cancel([modules.establishment.uai], slug, modules[slug].name, asker=_asker(actor))
        _journal("purge_cancel", modules[slug], actor, {})


def _asker(actor: Person | None) -> Asker:
    if actor is None:
        return Asker()
    with region():
        account = Account.objects.filter(pk=actor.account_id).first() if actor.account_id else None
    return Asker(account=account, name=actor.full_name)


def _due(establishment: Establishment, slug: str) -> datetime | None:
    return next((purge.due_at for purge in planned(establishment, slug)), None)


@transaction.atomic
def _journal(verb: str, state: ModuleState, actor: Person | None, changes: dict[str, list[object]]) -> None:
    choice = ModuleChoice.objects.filter(slug=state.slug).first()
    record(f"modules.{verb}", actor=actor, target=choice, label=state.name, changes=changes)


# --- doing -----------------------------------------------------------------------------------------------
def execute(purge: ModulePurge) -> str:
    """Destroy it, standing in the regional context. Returns why it was not done, or "".

    Raises Conflict while somebody else works on the school's schema. Whatever stands against it today is kept
    with it, and it is tried again the next day; a module that is on, or a school that is closed, calls it off.
    """
    establishment = Establishment.objects.filter(uai=purge.uai, lifecycle__in=ledger.KEPT).first()
    if establishment is None or purge.module not in registry.modules():
        return _not(purge, _("L’établissement est fermé, ou le module n’existe plus."))
    with engine.exclusive(establishment):
        with school(establishment):
            modules = Modules(establishment)
            state = modules[purge.module]
            if state.enabled:
                return _not(purge, _("Le module a été activé."))
            if purge.module in modules.installed:
                if why := refusal(modules, purge.module):
                    purges.failed(purge, why)
                    return why
                found = loss(establishment, purge.module)
                purges.counted(purge, {"rows": found.rows, "files": found.files})
        engine.purge(establishment, purge.module)
        with school(establishment):
            _clear(establishment, state)
    purges.done(purge, str(state.manifest.name))
    return ""


def _not(purge: ModulePurge, why: str) -> str:
    label = str(registry.get(purge.module).name) if purge.module in registry.modules() else purge.module
    purges.cancel([purge.uai], purge.module, label, asker=Asker(), why=why)
    return why


def _clear(establishment: Establishment, state: ModuleState) -> None:
    """The module's files, and its place among the school's choices: off, its settings kept."""
    number = files.remove_all(module=state.slug)
    with transaction.atomic():
        search.forget_module(state.slug)
        ModuleChoice.objects.filter(slug=state.slug).update(enabled=False, version=F("version") + 1)
        choice = ModuleChoice.objects.filter(slug=state.slug).first()
        changes = {"files": [number, 0]} if number else {}
        record("modules.purge", actor=None, target=choice, label=state.name, changes=changes)
    keep_index(establishment)


__all__ = [
    "Loss", "ask", "cancel", "execute", "loss", "planned", "refusal", "switched_on",
]  # fmt: skip
