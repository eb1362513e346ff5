"""What the module declares of itself, part by part in `declared/`."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Manifest
from modules.messaging.declared.access import PERMISSIONS, ROLE_DEFAULTS
from modules.messaging.declared.settings import SETTINGS

manifest = Manifest(
    slug="messaging",
    name=_("Messagerie"),
    description=_("Le courrier de l’établissement : qui écrit à qui est réglé, qui a lu se voit, la nuit est calme."),
    icon="mail",
    path="messagerie",
    preset=("ecole", "college", "lycee"),
    permissions=PERMISSIONS,
    role_defaults=ROLE_DEFAULTS,
    settings=SETTINGS,
)
