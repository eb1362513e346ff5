"""Launching an alert, saying more, ending it; answering it, finding pupils again."""

from core.alerts.services.answering import Given, answer, found, lost
from core.alerts.services.launching import Draft, end, note_export, say, start

__all__ = ["Draft", "Given", "answer", "end", "found", "lost", "note_export", "say", "start"]
