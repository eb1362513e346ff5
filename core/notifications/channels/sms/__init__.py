"""Text messages through the region's gateway: off by default, counted before they cost, for what matters only."""

from core.notifications.channels.sms.sender import SmsSender

__all__ = ["SmsSender"]
