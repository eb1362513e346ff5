"""Web push (RFC 8030): subscribed from a browser, encrypted for it alone, shown by its service worker."""

from core.notifications.channels.push.sender import PushSender

__all__ = ["PushSender"]
