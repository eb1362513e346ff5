"""What programs may be allowed, and what a school may call out."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Scope

SCOPES = (
    Scope(
        slug="read",
        label=_("Lire vos messages"),
        help=_("Ceux de vos boîtes. Rien n’est marqué comme lu."),
        permissions=("view",),
    ),
    Scope(
        slug="write",
        label=_("Envoyer des messages en votre nom"),
        help=_("Répondre aussi, et marquer comme lu\u00a0; avec vos droits et vos limites."),
        permissions=("view", "write", "write_places", "send_urgent"),
        writes=True,
    ),
)
