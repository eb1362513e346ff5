"""What the area declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Manifest

manifest = Manifest(
    core=True,
    slug="privacy",
    name=_("Données personnelles"),
    description=_("Emporter ses données, savoir combien de temps elles sont gardées, les faire effacer."),
    icon="shield",
)
