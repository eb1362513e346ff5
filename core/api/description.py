"""The description of a school's API."""

from typing import Any

from django.utils.translation import gettext as _

from core.modules import registry
from tenants.api.description import describe

TEXT = """L’interface de programmation d’un établissement.

Chaque demande porte un jeton personnel («\u00a0Mes jetons\u00a0», dans le menu de votre nom), dans l’en-tête
`Authorization: Bearer …` et nulle part ailleurs. Le jeton agit au nom de sa personne\u00a0: il voit ce qu’elle voit,
dans la limite de ses portées, dans cet établissement seulement.

Les listes viennent en morceaux\u00a0: suivez `next`. Les réponses portent un `ETag`\u00a0: redemandez avec
`If-None-Match`. Les erreurs sont des «\u00a0problem details\u00a0» (RFC 9457), avec un `code` stable.
"""


def school(urlconf: str) -> dict[str, Any]:
    """OpenAPI 3.1, as plain data."""
    own = {
        "me": _("Qui agit"),
        "people": _("Les personnes"),
        "classes": _("Les classes"),
        "groups": _("Les groupes"),
        "modules": _("Les modules"),
        "notifications": _("Les notifications"),
        "webhooks": _("Les appels sortants"),
        "schema": _("Cette description"),
    }
    modules = {slug: manifest.name for slug, manifest in registry.modules().items() if manifest.api}
    return describe(urlconf, title=_("Préau\u00a0: un établissement"), text=TEXT, tags=own | modules)
