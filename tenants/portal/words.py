"""Words for what the console shows: changes of state, entries of the journal."""

from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.audit.models import RegionalAuditEntry
from tenants.audit.selectors import entries
from tenants.establishments.models import Establishment, Lifecycle

_HISTORY = 15


@dataclass(frozen=True)
class Move:
    """A change of state as a person sees it: the button, what it does, what is said after."""

    to: str
    verb: Any
    effect: Any
    done: Any
    icon: str
    danger: bool = False
    url_name: str = "portal:lifecycle"


_PREPARE = Move(
    Lifecycle.PREPARING,
    gettext_lazy("Préparer"),
    gettext_lazy("L’espace de l’établissement est créé, puis il ouvre."),
    gettext_lazy("La préparation a commencé."),
    "door-open",
    url_name="portal:prepare",
)
_ABANDON = Move(
    Lifecycle.KNOWN,
    gettext_lazy("Abandonner la préparation"),
    gettext_lazy(
        "L’établissement redevient «\u00a0connu\u00a0». Ce qui est déjà créé reste et servira plus tard."
    ),
    gettext_lazy("Préparation abandonnée."),
    "undo",
)
_SUSPEND = Move(
    Lifecycle.SUSPENDED,
    gettext_lazy("Suspendre"),
    gettext_lazy(
        "Plus personne n’entre\u00a0: l’adresse dit que l’espace est suspendu. Aucune donnée n’est effacée."
    ),
    gettext_lazy("Établissement suspendu."),
    "lock",
    danger=True,
)
_RESUME = Move(
    Lifecycle.ACTIVE,
    gettext_lazy("Rouvrir"),
    gettext_lazy("Chacun entre à nouveau, avec les mêmes données."),
    gettext_lazy("Établissement rouvert."),
    "door-open",
)
_ARCHIVE = Move(
    Lifecycle.ARCHIVED,
    gettext_lazy("Archiver"),
    gettext_lazy("L’établissement quitte la recherche et ne rouvre plus. Ses données sont conservées."),
    gettext_lazy("Établissement archivé."),
    "archive",
    danger=True,
)
_MOVES: dict[Lifecycle, tuple[Move, ...]] = {
    Lifecycle.KNOWN: (_PREPARE,),
    Lifecycle.PREPARING: (_ABANDON,),
    Lifecycle.ACTIVE: (_SUSPEND,),
    Lifecycle.SUSPENDED: (_RESUME, _ARCHIVE),
    Lifecycle.ARCHIVED: (),
}


def moves_from(state: Lifecycle) -> tuple[Move, ...]:
    """The changes that an administrator may ask for."""
    return _MOVES[state]


def counts_in_words(counts: dict[str, int]) -> list[dict[str, Any]]:
    """For tabs: each state with its number; those that nobody is in are left out."""
    return [{"state": state, "label": Lifecycle(state).label, "count": n} for state, n in counts.items() if n]


_ACTIONS = {
    "establishments.lifecycle": gettext_lazy("État d’un établissement changé"),
    "establishments.slug": gettext_lazy("Adresse d’un établissement changée"),
    "establishments.domain_added": gettext_lazy("Domaine ajouté"),
    "establishments.domain_removed": gettext_lazy("Domaine retiré"),
    "establishments.create": gettext_lazy("Établissement ajouté"),
    "establishments.update": gettext_lazy("Établissement mis à jour"),
    "establishments.archived": gettext_lazy("Archive écrite"),
    "establishments.restored": gettext_lazy("Établissement restauré"),
    "establishments.unearthed": gettext_lazy("Établissement ramené"),
    "establishments.erased": gettext_lazy("Établissement effacé, gardé 30 jours"),
    "establishments.destroyed": gettext_lazy("Établissement détruit"),
    "establishments.import": gettext_lazy("Annuaire chargé"),
    "schemas.upgrade_started": gettext_lazy("Mise à jour des établissements demandée"),
    "schemas.upgrade_paused": gettext_lazy("Mise à jour des établissements mise en pause"),
    "schemas.upgrade_resumed": gettext_lazy("Mise à jour des établissements reprise"),
    "schemas.purge_planned": gettext_lazy("Suppression du contenu d’un module demandée"),
    "schemas.purge_cancelled": gettext_lazy("Suppression du contenu d’un module annulée"),
    "schemas.purge_done": gettext_lazy("Contenu d’un module supprimé"),
    "establishments.invited": gettext_lazy("Invitations à ouvrir les comptes demandées"),
    "account.created": gettext_lazy("Compte créé"),
    "account.linked": gettext_lazy("Compte relié à un établissement"),
    "account.unlinked": gettext_lazy("Compte retiré d’un établissement"),
    "account.identity_linked": gettext_lazy("Compte relié\u00a0: même identité dans deux établissements"),
    "account.joined": gettext_lazy("Comptes réunis par leur titulaire"),
    "account.separated": gettext_lazy("Comptes séparés par leur titulaire"),
    "account.recovered": gettext_lazy("Mot de passe choisi avec un code de récupération"),
    "suspensions.suspend": gettext_lazy("Messagerie suspendue"),
    "suspensions.end": gettext_lazy("Suspension de la messagerie levée"),
    "work.retry": gettext_lazy("Travail relancé"),
    "work.cancel": gettext_lazy("Travail annulé"),
    "alerts.start": gettext_lazy("Alerte de la région lancée"),
    "alerts.say": gettext_lazy("Suite d’une alerte de la région"),
    "alerts.end": gettext_lazy("Fin d’une alerte de la région"),
    "alerts.retry": gettext_lazy("Établissements d’une alerte relancés"),
    "imports.begin": gettext_lazy("Import de la région reçu"),
    "imports.apply_region": gettext_lazy("Import de la région appliqué"),
    "imports.look_again": gettext_lazy("Import de la région regardé de nouveau"),
    "imports.go_on": gettext_lazy("Import de la région repris"),
    "imports.set_route": gettext_lazy("Établissement d’une structure choisi"),
    "imports.remove_route": gettext_lazy("Établissement d’une structure retiré"),
    "establishments.import_cancelled": gettext_lazy("Chargement de l’annuaire abandonné"),
}
_FIELDS = {
    "created": gettext_lazy("créés"),
    "updated": gettext_lazy("mis à jour"),
    "unchanged": gettext_lazy("inchangés"),
    "refused": gettext_lazy("refusés"),
    "lifecycle": gettext_lazy("état"),
    "slug": gettext_lazy("adresse"),
    "schools": gettext_lazy("établissements"),
    "due_at": gettext_lazy("prévue le"),
    "module": gettext_lazy("module"),
    "domain": gettext_lazy("domaine"),
    "archive": gettext_lazy("empreinte de l’archive"),
    "accounts": gettext_lazy("comptes"),
    "since": gettext_lazy("effacé depuis"),
    "until": gettext_lazy("jusqu’au"),
}


def action_in_words(code: str) -> str:
    """A code that has no words of its own is shown as it is: an entry is never hidden."""
    return str(_ACTIONS.get(code, code))


def entry_in_words(entry: RegionalAuditEntry) -> dict[str, Any]:
    return {
        "entry": entry,
        "action": action_in_words(entry.action),
        "changes": [_change(name, change) for name, change in sorted(entry.changes.items())],
    }


def difference_in_words(difference: dict[str, Any]) -> dict[str, Any]:
    """What an analysis wrote down, with each change of an update as name, before and after."""
    updated = [
        {**update, "lines": [_change(name, change) for name, change in sorted(update["changes"].items())]}
        for update in difference.get("updated", [])
    ]
    return {**difference, "updated": updated}


def history_of(school: Establishment) -> list[dict[str, Any]]:
    """The last entries about one school, for `ui/timeline.html`."""
    found = entries().filter(target_type="establishment", target_id=school.uai)[:_HISTORY]
    return [
        {
            "title": action_in_words(entry.action),
            "when": entry.at,
            "who": entry.actor_name,
            "text": ", ".join(
                _sentence(_change(name, change)) for name, change in sorted(entry.changes.items())
            ),
        }
        for entry in found
    ]


def field_in_words(name: str) -> str:
    """A field's name as a person reads it."""
    if name in _FIELDS:
        return str(_FIELDS[name])
    known = {
        field.name: str(getattr(field, "verbose_name", field.name))
        for field in Establishment._meta.get_fields()
    }
    return known.get(name, name)


def _change(name: str, change: Any) -> dict[str, Any]:
    before, after = change if isinstance(change, list) and len(change) == 2 else (None, change)
    return {"name": field_in_words(name), "before": _value(name, before), "after": _value(name, after)}


def _value(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name == "lifecycle" and value in Lifecycle.values:
        return str(Lifecycle(value).label)
    if name == "due_at" and (day := parse_date(str(value))):
        return date_format(day, "j F Y")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _sentence(change: dict[str, Any]) -> str:
    if not change["before"]:
        return f"{change['name']}\u00a0: {change['after']}"
    if not change["after"]:
        return _("%(name)s\u00a0: %(before)s retiré") % change
    return f"{change['name']}\u00a0: {change['before']} → {change['after']}"
