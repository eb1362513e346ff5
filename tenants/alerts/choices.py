"""What kinds of alert there are, for a school as for the region, and how long their words may be.

The kinds follow the PPMS (plan particulier de mise en sûreté, circular of 8 June 2023): people are sheltered where they
are, or leave. An alert is a text message before all else: 160 characters.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

TEXT_LENGTH = 160


class Kind(models.TextChoices):
    SHELTER = "shelter", _("Mise à l’abri, confinement")
    EVACUATION = "evacuation", _("Évacuation")
    WEATHER = "weather", _("Intempéries, fermeture")
    OTHER = "other", _("Autre")


@dataclass(frozen=True)
class Prepared:
    """What is proposed for a kind: its words, and an icon."""

    text: Any
    icon: str


PREPARED: dict[str, Prepared] = {
    Kind.SHELTER: Prepared(
        _("Mettez-vous à l’abri. Restez dans votre salle, portes et fenêtres fermées, en silence. Attendez."),
        "house",
    ),
    Kind.EVACUATION: Prepared(
        _("Évacuez dans le calme vers le point de rassemblement. N’emportez rien. Faites l’appel à l’arrivée."),
        "log-out",
    ),
    Kind.WEATHER: Prepared(
        _("L’établissement ferme en raison des intempéries. Ne vous déplacez pas. La suite vous sera dite."),
        "triangle-alert",
    ),
    Kind.OTHER: Prepared("", "megaphone"),
}


def head_of(*, drill: bool) -> str:
    """What stands first in every channel and on every page."""
    return str(_("EXERCICE")) if drill else str(_("ALERTE"))
