"""The first words of the first page: each role comes with its question."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.people.choices import Role
from core.permissions.viewer import Viewer
from core.structure.calendar import calendar_of
from core.ui.typography import day_in_words

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


def closed_today(viewer: Viewer) -> str:
    """Why the school is closed today and when it opens again; empty on other days, weekends included."""
    modules = viewer.modules
    calendar = calendar_of(modules.establishment, saturdays=modules["structure"].settings["saturdays"])
    today = timezone.localdate()
    reason = calendar.holiday(today)
    if not reason:
        return ""
    back = day_in_words(calendar.next_open(today))
    return gettext("%(why)s\u00a0: l’établissement est fermé. Reprise %(day)s.") % {"why": reason, "day": back}
