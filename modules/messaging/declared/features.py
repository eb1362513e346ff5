"""What is counted, and what the journal calls each action."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Feature

FEATURES: tuple[Feature, ...] = (
    Feature(slug="read", label=_("Lire un message"), permission="view"),
    Feature(slug="confirm", label=_("Confirmer une lecture"), permission="view"),
    Feature(slug="file", label=_("Ranger, archiver ou jeter"), permission="view"),
)

ACTIONS: dict[str, Any] = {
    "forget": _("données d’une personne effacées"),
}
