"""What the module holds of people: how long, why, and how it leaves."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Processing, Retention

_RETENTION = "modules.messaging.safety.retention"
_RECORD = _("la fiche de la personne")

PERSONAL = (
    "messaging.Conversation",
    "messaging.Message",
    "messaging.Copy",
    "messaging.Folder",
    "messaging.Label",
    "messaging.Draft",
    "messaging.Template",
    "messaging.Correspondent",
    "messaging.Block",
    "messaging.Report",
    "messaging.Suspension",
    "messaging.Purge",
)
IMPERSONAL = ("messaging.Attachment", "messaging.Rule")


def _goes_with(model: str, basis: Any, follows: Any) -> Retention:
    return Retention(model=f"messaging.{model}", basis=basis, months=12, follows=follows)


RETENTION = (
    Retention(
        model="messaging.Copy",
        basis=_("Suivre un échange jusqu’à la fin de l’année scolaire suivante"),
        months=12,
        minimum=1,
        maximum=60,
        since=_("la fin de l’année scolaire de l’envoi (ce qui est rangé dans un dossier ou étiqueté reste)"),
        expired=f"{_RETENTION}.old_copies",
        erase=f"{_RETENTION}.erase_copies",
    ),
    _goes_with("Message", _("Le texte que ses destinataires ont reçu"), _("le dernier exemplaire gardé")),
    _goes_with("Conversation", _("L’objet des messages"), _("le dernier de ses messages")),
    Retention(
        model="messaging.Draft",
        basis=_("Reprendre ce que l’on écrivait"),
        months=6,
        maximum=24,
        since=_("la dernière modification"),
        expired=f"{_RETENTION}.old_drafts",
        erase=f"{_RETENTION}.erase_drafts",
    ),
    Retention(
        model="messaging.Report",
        basis=_("Protéger les personnes, et revenir sur une décision"),
        months=12,
        minimum=3,
        maximum=36,
        since=_("la décision"),
        expired=f"{_RETENTION}.old_reports",
    ),
    Retention(
        model="messaging.Suspension",
        basis=_("Savoir qui ne pouvait pas écrire, et pourquoi"),
        months=12,
        minimum=3,
        maximum=36,
        since=_("la fin de la suspension"),
        expired=f"{_RETENTION}.old_suspensions",
    ),
    Retention(
        model="messaging.Purge",
        basis=_("Pouvoir remettre ce qui a été retiré"),
        months=12,
        minimum=3,
        maximum=36,
        since=_("le retrait\u00a0; les messages retirés sont effacés avec lui"),
        expired=f"{_RETENTION}.old_purges",
        erase=f"{_RETENTION}.erase_purges",
    ),
    _goes_with("Folder", _("Ranger son courrier"), _RECORD),
    _goes_with("Label", _("Ranger son courrier"), _RECORD),
    _goes_with("Template", _("Ne pas réécrire les mêmes phrases"), _RECORD),
    _goes_with("Correspondent", _("Signature et message d’absence"), _RECORD),
    _goes_with("Block", _("Respecter le choix de ne pas être sollicité"), _RECORD),
)

EXPORT_LABELS = {
    "sent": _("Messages envoyés"),
    "received": _("Messages reçus"),
    "drafts": _("Brouillons et envois en attente"),
    "subject": _("Objet"),
    "text": _("Texte"),
    "from": _("De"),
    "to": _("Adressé à"),
    "sent_at": _("Envoyé le"),
    "recalled_at": _("Rappelé le"),
    "recipients": _("Nombre de destinataires"),
    "attachments": _("Pièces jointes"),
    "about": _("Au sujet de"),
    "place": _("Rangé dans"),
    "labels": _("Étiquettes"),
    "read_at": _("Lu le"),
    "confirmed_at": _("Lecture confirmée le"),
    "state": _("État"),
    "send_at": _("Partira le"),
    "updated_at": _("Modifié le"),
    "templates": _("Modèles de message"),
    "name": _("Nom"),
    "folders": _("Dossiers"),
    "signature": _("Signature"),
    "absence": _("Absence annoncée"),
    "away_from": _("Du"),
    "away_until": _("Au"),
    "substitute": _("Écrire plutôt à"),
    "blocked": _("Correspondants bloqués"),
    "reports": _("Signalements faits"),
    "reason": _("Motif"),
    "decision": _("Suite donnée"),
    "suspensions": _("Suspensions d’envoi"),
    "since": _("Depuis le"),
    "until": _("Jusqu’au"),
    "purges": _("Retraits de messages"),
    "counts": _("En nombre"),
    "messages_sent": _("Messages envoyés"),
    "messages_received": _("Messages reçus"),
}

ERASURE_KEEPS = _(
    "Les messages que d’autres ont reçus restent lisibles pour eux, sous le nom «\u00a0Ancien membre\u00a0»."
)

PROCESSING = Processing(
    purposes=_("Échanger au sein de l’établissement, et protéger chacun contre les envois malveillants."),
    people=_("Élèves, responsables, personnels, partenaires"),
    data=_(
        "Messages, pièces jointes, destinataires, lectures, brouillons, rangement, absences, signalements, suspensions"
    ),
    recipients=_(
        "L’expéditeur et les destinataires de chaque message\u00a0; pour un message signalé ou retenu, les personnes "
        "chargées de la modération, qui ne voient rien d’autre"
    ),
)
