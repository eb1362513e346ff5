"""What the area declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Manifest

manifest = Manifest(
    core=True,
    slug="jobs",
    name=_("Travaux"),
    description=_("Ce que Préau fait en arrière-plan\u00a0: ce qui tourne, attend ou a échoué."),
    icon="activity",
)
