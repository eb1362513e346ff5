"""What is kept of an error: its kind, where in the code, one sentence for people. Never its words: they quote rows."""

import traceback
from pathlib import Path

from celery.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded, WorkerLostError
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from tenants.errors import Conflict, DomainError

_OURS = ("modules", "core", "tenants", "config")


def kind(error: BaseException) -> str:
    return type(error).__name__[:80]


def place(error: BaseException) -> str:
    """The innermost line of ours: `core/files/services.py:88 store`. Empty without a traceback."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(settings.BASE_DIR) and (ours := path.relative_to(settings.BASE_DIR)).parts[0] in _OURS:
            return f"{ours.as_posix()}:{frame.lineno} {frame.name}"[:200]
    return ""


def sentence(error: BaseException) -> str:
    """What a person reads. A refusal of ours says it in its own sentence, which holds nobody's data."""
    match error:
        case Conflict():
            return _("Un autre travail l’occupait. Réessayez dans quelques minutes.")
        case DomainError():
            return error.message[:300]
        case OperationalError() | InterfaceError():
            return _("La base de données n’a pas répondu.")
        case RedisError():
            return _("La file de travail n’a pas répondu.")
        case SoftTimeLimitExceeded() | TimeLimitExceeded():
            return _("Le travail a pris trop de temps.")
        case WorkerLostError():
            return _("Le travail a été interrompu.")
        case OSError():
            return _("Le stockage des fichiers n’a pas répondu.")
    return _("Une erreur inattendue. La région en a le détail technique.")
