"""What the area declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Manifest

manifest = Manifest(
    core=True,
    slug="api",
    name=_("Accès par programme"),
    description=_("Des jetons personnels et des appels sortants, pour relier d’autres outils."),
    icon="link",
)
