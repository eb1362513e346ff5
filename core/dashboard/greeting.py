"""The first words of the first page: each role comes with its question."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.people.choices import Role

# In the order in which a role decides, for those who hold several.
_LEADS: tuple[tuple[Role, Any], ...] = (
    (Role.MANAGEMENT, _("Ce qui se passe dans l’établissement, et qui prévenir.")),
    (Role.SCHOOL_LIFE, _("Où en est l’établissement, et qui suivre aujourd’hui.")),
    (Role.TEACHER, _("Vos classes, et ce qui vous attend aujourd’hui.")),
    (Role.DIGITAL_REFERENT, _("Les modules, leurs réglages, et les collègues à aider.")),
    (Role.ADMINISTRATIVE, _("Les familles, les dossiers, et ce qui est à dire aujourd’hui.")),
    (Role.GUARDIAN, _("Des nouvelles de vos enfants, et ce qui attend votre réponse.")),
    (Role.PUPIL, _("Ce qu’il y a à savoir et à faire.")),
    (Role.PARTNER, _("Les nouvelles de l’établissement.")),
)


def lead_for(roles: frozenset[str]) -> Any:
    """One sentence that answers the question this person arrives with; empty for strangers."""
    return next((lead for role, lead in _LEADS if role in roles), "")
