"""What the area declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Manifest

manifest = Manifest(
    core=True,
    slug="search",
    name=_("Recherche"),
    description=_("Retrouver une personne ou un contenu, parmi ce que l’on peut voir."),
    icon="search",
)
