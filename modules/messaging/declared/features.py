"""What is counted, and what the journal calls each action."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Feature

FEATURES: tuple[Feature, ...] = (
    Feature(slug="read", label=_("Lire un message"), permission="view"),
    Feature(slug="send", label=_("Envoyer un message"), permission="write"),
    Feature(slug="reply", label=_("Répondre à un message"), permission="write"),
    Feature(slug="group_send", label=_("Écrire à une classe, un groupe ou un rôle"), permission="write_places"),
    Feature(slug="schedule", label=_("Programmer un envoi"), permission="write"),
    Feature(slug="recall", label=_("Rappeler un message"), permission="write"),
    Feature(slug="remind", label=_("Relancer ceux qui n’ont pas lu"), permission="write"),
    Feature(slug="template", label=_("Partir d’un modèle de message"), permission="write"),
    Feature(slug="confirm", label=_("Confirmer une lecture"), permission="view"),
    Feature(slug="file", label=_("Ranger, archiver ou jeter"), permission="view"),
)

ACTIONS: dict[str, Any] = {
    "send": _("message envoyé à beaucoup, ou urgent"),
    "recall": _("message rappelé"),
    "remind": _("destinataires relancés"),
    "refuse_departure": _("message programmé non envoyé"),
    "keep_template": _("modèle de l’établissement écrit"),
    "remove_template": _("modèle de l’établissement supprimé"),
    "forget": _("données d’une personne effacées"),
}
