"""Who may do what with an alert, and until when."""

from datetime import datetime, timedelta

from core.alerts.models import Alert
from core.permissions.viewer import Viewer

SEND, FOLLOW, ANSWER = "alerts.send", "alerts.follow", "alerts.answer"
# What was written before the end may arrive after it, on a bad line.
LATE = timedelta(minutes=15)


def may_say(alert: Alert, viewer: Viewer) -> bool:
    """News, also of a regional alert: the school knows what happens in the school."""
    return alert.is_active and viewer.can(SEND)


def may_end(alert: Alert, viewer: Viewer) -> bool:
    """What the region began, the region ends."""
    return alert.is_active and not alert.is_regional and viewer.can(SEND)


def may_answer(alert: Alert, viewer: Viewer, now: datetime) -> bool:
    return viewer.can(ANSWER) and (alert.ended_at is None or now <= alert.ended_at + LATE)
