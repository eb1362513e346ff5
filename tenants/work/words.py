"""Celery's health and the region's tasks, in words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tenants.work.health import Health

# How long something may wait in the queue before a page says so, in seconds
_SLOW = 5 * 60

TASKS = {
    "tenants.schemas.jobs.refill_spares": gettext_lazy("Préparer des espaces d’avance"),
    "tenants.schemas.jobs.run_upgrade": gettext_lazy("Mettre à jour les établissements"),
    "tenants.schemas.archive.tasks.destroy_tombstones": gettext_lazy("Détruire les établissements effacés"),
    "tenants.schemas.archive.tasks.end_interrupted": gettext_lazy("Terminer les restaurations interrompues"),
    "tenants.establishments.tasks.provision_school": gettext_lazy("Préparer un établissement"),
    "tenants.establishments.tasks.prepare_schools": gettext_lazy("Préparer plusieurs établissements"),
    "tenants.establishments.tasks.analyse_directory": gettext_lazy("Lire un annuaire"),
    "tenants.establishments.tasks.apply_directory": gettext_lazy("Enregistrer un annuaire"),
    "tenants.policies.tasks.ensure_required": gettext_lazy("Vérifier les modules imposés"),
    "tenants.work.tasks.pulse": gettext_lazy("Battement de l’horloge"),
    "tenants.work.tasks.forget": gettext_lazy("Oublier les travaux anciens"),
    "core.modules.tasks.purge_due": gettext_lazy("Supprimer le contenu des modules à l’échéance"),
    "core.modules.tasks.run_job": gettext_lazy("Tâche planifiée d’un établissement"),
    "core.adoption.tasks.flush": gettext_lazy("Relever les usages"),
    "core.adoption.tasks.raise_sums": gettext_lazy("Réunir les usages de la région"),
    "core.adoption.tasks.raise_slice": gettext_lazy("Réunir les usages d’établissements"),
    "core.api.tasks.deliver": gettext_lazy("Appeler un service extérieur"),
    "core.modules.tasks.hand_out_job": gettext_lazy("Distribuer une tâche planifiée"),
    "core.modules.tasks.purge_slice": gettext_lazy("Supprimer le contenu de modules"),
    "core.privacy.tasks.build_archive": gettext_lazy("Préparer une archive de données personnelles"),
    "tenants.policies.tasks.put_in_place": gettext_lazy("Mettre en place un module imposé"),
    "core.notifications.tasks.sweep": gettext_lazy("Rattraper les notifications en attente"),
    "core.notifications.tasks.survey": gettext_lazy("Chercher les notifications oubliées"),
    "core.notifications.tasks.relay_outbox": gettext_lazy("Distribuer les notifications"),
    "tenants.transfers.tasks.expire": gettext_lazy("Effacer les dossiers proposés qui n’ont pas été repris"),
    "core.imports.tasks.import_region": gettext_lazy("Importer les personnes de la région"),
    "tenants.alerts.tasks.hand_out": gettext_lazy("Répartir une alerte de la région"),
    "tenants.alerts.tasks.tell_school": gettext_lazy("Prévenir un établissement d’une alerte"),
    "tenants.alerts.tasks.sweep": gettext_lazy("Rattraper les alertes de la région"),
    "tenants.alerts.tasks.forget": gettext_lazy("Effacer les alertes anciennes de la région"),
    "tenants.accounts.tasks.forget_unused": gettext_lazy("Supprimer les comptes sans établissement"),
    "tenants.accounts.tasks.invite_schools": gettext_lazy("Inviter à ouvrir les comptes"),
    "tenants.accounts.tasks.send_mail": gettext_lazy("Envoyer un courriel de compte"),
    "core.activation.tasks.make_letters": gettext_lazy("Imprimer les courriers d’activation"),
    "core.activation.tasks.send_invitations": gettext_lazy("Envoyer les invitations"),
    "core.notifications.tasks.leave": gettext_lazy("Envoyer les notifications"),
}


def task(name: str) -> str:
    """What a task does, in words; of one that nobody has described, that it is one."""
    return str(TASKS.get(name) or _("Tâche en arrière-plan"))


def summary(health: Health) -> dict[str, Any]:
    """{"kind", "title", "text"} of the notice on top of a page: what it means for who reads it."""
    if not health.reachable:
        return {
            "kind": "danger",
            "title": _("La file de travail ne répond pas"),
            "text": _("Rien ne s’exécute en arrière-plan. Les pages restent utilisables, et rien n’est perdu."),
        }
    if not health.workers:
        text = _("Les travaux attendent\u00a0; ils reprendront d’eux-mêmes.")
        return {"kind": "danger", "title": _("Personne ne prend les travaux"), "text": text}
    if not health.beat_alive:
        text = _("Ce qui est demandé s’exécute\u00a0; ce qui est prévu à heure fixe ne part pas.")
        return {"kind": "care", "title": _("L’horloge est arrêtée"), "text": text}
    if health.oldest is not None and health.oldest > _SLOW:
        text = _("Les travaux avancent, avec du retard.")
        return {"kind": "care", "title": _("La file est longue"), "text": text}
    return {"kind": "ok", "title": _("Tout fonctionne"), "text": waiting(health)}


def waiting(health: Health) -> str:
    """« Rien n’attend. » or « 3 travaux attendent. »"""
    if not health.waiting:
        return _("Rien n’attend.")
    return ngettext("%(n)s message attend.", "%(n)s messages attendent.", health.waiting) % {"n": health.waiting}
