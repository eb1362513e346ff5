"""The pages of notifications: what was told, how each wishes to be told, the school's rules."""

from core.notifications.views.bell import bell, live
from core.notifications.views.inbox import inbox, mark_read, mark_unread, open_item

__all__ = ["bell", "inbox", "live", "mark_read", "mark_unread", "open_item"]
