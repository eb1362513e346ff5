"""A change of modules as flat data: {"news": {"name": "La gazette", "settings.moderated": True}}.

A path is a column of ModuleChoice, or a column and a key within it; the value None means "as by default".
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from core.modules.models import ModuleChoice

Change = Mapping[str, Any]
Changes = Mapping[str, Change]

COLUMNS = ("enabled", "name", "icon", "position", "roles")
KEYED = ("grants", "settings", "notifications")
FIELDS = (*COLUMNS, *KEYED)
# What a column holds when nothing is chosen.
_BLANK: dict[str, Any] = {"enabled": False, "name": "", "icon": "", "position": 100, "roles": None}


def read(choice: ModuleChoice, path: str) -> Any:
    """The stored value at a path; None where the school keeps the default."""
    root, _, key = path.partition(".")
    if key:
        return getattr(choice, root).get(key)
    value = getattr(choice, root)
    return None if value == _BLANK[root] else value


def write(choice: ModuleChoice, path: str, value: Any) -> None:
    root, _, key = path.partition(".")
    if not key:
        setattr(choice, root, _BLANK[root] if value is None else value)
    elif value is None:
        getattr(choice, root).pop(key, None)
    else:
        getattr(choice, root)[key] = value


def applied(choice: ModuleChoice, change: Change) -> ModuleChoice:
    """A copy of the row as it would be; nothing is saved."""
    other = deepcopy(choice)
    for path, value in change.items():
        write(other, path, value)
    return other


def choices_of(stored: Mapping[str, ModuleChoice], changes: Changes) -> dict[str, ModuleChoice]:
    """The touched rows as they would be, by slug."""
    return {slug: applied(stored.get(slug) or ModuleChoice(slug=slug), change) for slug, change in changes.items()}


def is_path(path: str) -> bool:
    root, _, key = path.partition(".")
    return root in KEYED if key else root in COLUMNS
