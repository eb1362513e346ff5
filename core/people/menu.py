"""One's own menu in the shell."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.permissions.viewer import viewer_of


@dataclass(frozen=True)
class MenuEntry:
    label: Any
    url: str
    icon: str


def menu_for(request: HttpRequest) -> list[MenuEntry]:
    """Profile and preferences; nothing for strangers."""
    if not viewer_of(request).is_member:
        return []
    return [
        MenuEntry(_("Mon profil"), reverse("people:me"), "user"),
        MenuEntry(_("Préférences d’affichage"), reverse("people:preferences"), "sliders"),
    ]
