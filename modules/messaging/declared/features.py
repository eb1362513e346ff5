"""What is counted, and what the journal calls each action."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Feature

FEATURES = (
    Feature(slug="read", label=_("Lire un message"), permission="view"),
    Feature(slug="send", label=_("Envoyer un message"), permission="write"),
    Feature(slug="reply", label=_("Répondre"), permission="write"),
    Feature(slug="group_send", label=_("Écrire à une classe, à un groupe ou à un rôle"), permission="write_places"),
    Feature(slug="schedule", label=_("Programmer un envoi"), permission="write"),
    Feature(slug="confirm", label=_("Confirmer une lecture"), permission="view"),
    Feature(slug="remind", label=_("Relancer ceux qui n’ont pas lu"), permission="write"),
    Feature(slug="recall", label=_("Rappeler un message"), permission="write"),
    Feature(slug="template", label=_("Partir d’un modèle"), permission="write"),
    Feature(slug="file", label=_("Ranger, archiver ou jeter"), permission="view"),
    Feature(slug="absence", label=_("Annoncer une absence"), permission="write"),
    Feature(slug="report", label=_("Signaler un message"), permission="view"),
)

ACTIONS = {
    "send": _("message envoyé à un groupe"),
    "recall": _("message rappelé"),
    "remind": _("relance envoyée"),
    "refuse_departure": _("envoi programmé refusé"),
    "approve": _("message relu et laissé partir"),
    "send_back": _("message renvoyé à son auteur"),
    "report": _("message signalé"),
    "decide": _("signalement traité"),
    "remove": _("message retiré de toutes les boîtes"),
    "restore": _("message remis dans les boîtes"),
    "purge": _("messages d’un expéditeur retirés"),
    "undo_purge": _("retrait de messages annulé"),
    "suspend": _("envois suspendus"),
    "end_suspension": _("suspension levée"),
    "keep_template": _("modèle de l’établissement enregistré"),
    "remove_template": _("modèle de l’établissement supprimé"),
    "change_rules": _("règles d’écriture modifiées"),
    "forget": _("données d’une personne effacées"),
}
