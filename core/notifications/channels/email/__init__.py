"""Notifications by e-mail: composed, sent, unsubscribed from, and told when they come back."""

from core.notifications.channels.email.sender import EmailSender

__all__ = ["EmailSender"]
