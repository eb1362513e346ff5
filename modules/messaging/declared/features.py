"""What is counted, and what the journal calls each action."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Feature

FEATURES: tuple[Feature, ...] = ()

ACTIONS: dict[str, Any] = {
    "forget": _("données d’une personne effacées"),
}
