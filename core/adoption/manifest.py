"""What the area declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Manifest

manifest = Manifest(
    core=True,
    slug="adoption",
    name=_("Usages"),
    description=_("Ce qui sert et ce qui ne sert pas, par rôle, jamais par personne."),
    icon="chart-column",
)
