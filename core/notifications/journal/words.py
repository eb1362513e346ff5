"""What the codes of the log are called."""

from django.utils.translation import gettext as _

from core.modules.contract import Channel
from core.modules.state import Modules
from core.notifications import reasons
from core.notifications.models import Event
from core.notifications.words import COLUMNS


def channel(value: Channel) -> str:
    """The same words as on the pages where one chooses."""
    return str(COLUMNS[value])


def reason(code: str) -> str:
    """A sentence's end: « l’adresse n’existe pas ou n’accepte plus rien »."""
    return str(reasons.WORDS.get(code) or _("raison inconnue"))


def module_name(event: Event, modules: Modules) -> str:
    state = modules.states.get(event.module)
    return state.name if state else event.module
