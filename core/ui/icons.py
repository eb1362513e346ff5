"""The icons of the sprite, by name. Credits: `static/ui/CREDITS.md`."""

import re
from functools import cache
from pathlib import Path

SPRITE = Path(__file__).parent / "static" / "ui" / "icons.svg"
FALLBACK = "circle"
# Everyday names for icons that the sprite calls otherwise.
ALIASES = {
    "home": "house",
    "key": "key-round",
    "trash": "trash-2",
    "filter": "funnel",
    "undo": "undo-2",
    "redo": "redo-2",
    "sliders": "sliders-horizontal",
    "toggle": "toggle-right",
    "building": "building-2",
    "alert-triangle": "triangle-alert",
    "bar-chart": "chart-column",
    "more-horizontal": "ellipsis",
    "help": "circle-question-mark",
    "messages": "messages-square",
}


@cache
def names() -> frozenset[str]:
    """Every name that `{% icon %}` knows, aliases included."""
    sprite = SPRITE.read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([\w-]+)"', sprite)) | ALIASES.keys()


def symbol(name: str) -> str:
    """The sprite's id for `name`; a plain circle for a name that no longer exists."""
    return ALIASES.get(name, name) if name in names() else FALLBACK
