"""The home page of a school."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Manifest

manifest = Manifest(
    slug="dashboard",
    name=_("Accueil"),
    description=_("Ce qui compte aujourd’hui pour chacun."),
    icon="house",
    core=True,
)
