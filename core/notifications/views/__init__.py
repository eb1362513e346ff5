"""The pages of notifications: what was told, how each wishes to be told, the school's rules."""

from core.notifications.views.bell import bell, live
from core.notifications.views.inbox import inbox, mark_read, mark_unread, open_item
from core.notifications.views.preferences import choose_hours, choose_kinds, choose_preset, for_child, own, undo
from core.notifications.views.rules import rule_preview, rules

__all__ = [
    "bell",
    "choose_hours",
    "choose_kinds",
    "choose_preset",
    "for_child",
    "inbox",
    "live",
    "mark_read",
    "mark_unread",
    "open_item",
    "own",
    "rule_preview",
    "rules",
    "undo",
]
