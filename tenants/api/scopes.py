"""What a token of the region may be allowed. All of it reads."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class RegionalScope:
    """One scope of the region's API."""

    code: str
    label: Any


ESTABLISHMENTS = RegionalScope("establishments.read", _("Lire la liste des établissements"))
MODULES = RegionalScope("modules.read", _("Lire les modules et dans combien d’établissements ils sont actifs"))
ALL = (ESTABLISHMENTS, MODULES)
CODES = frozenset(scope.code for scope in ALL)
