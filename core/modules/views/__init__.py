"""The référent's console."""

from core.modules.views.changes import apply, history, preset, undo
from core.modules.views.listing import index, order
from core.modules.views.module import access, activation, general, module_history, notifications, options
from core.modules.views.purging import purge, purge_cancel

__all__ = [
    "access",
    "activation",
    "apply",
    "general",
    "history",
    "index",
    "module_history",
    "notifications",
    "options",
    "order",
    "preset",
    "purge",
    "purge_cancel",
    "undo",
]
