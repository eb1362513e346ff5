"""The pages of those who manage people's data."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _


def tabs(current: str) -> list[dict[str, Any]]:
    named = (("requests", _("Effacement")), ("durations", _("Conservation")), ("register", _("Registre")))
    return [
        {"label": label, "url": reverse(f"privacy:{name}"), "current": name == current} for name, label in named
    ]
