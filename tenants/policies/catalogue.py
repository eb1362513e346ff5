"""What the region knows of the modules: plain data that core gives (`settings.MODULE_CATALOGUE` names it)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Option:
    """One setting of a module: how to edit it, check it and say it."""

    key: str
    label: Any
    help: Any
    default: Any
    field: Callable[[], forms.Field]
    clean: Callable[[Any], Any]  # the value as it is stored; raises ValueError
    words: Callable[[Any], str]


@dataclass(frozen=True)
class Entry:
    """One module. `lockable` are what the region may lock besides its options: (name, label).

    An area of core (`core`) is everywhere: policies give its options values and locks, and nothing else.
    """

    slug: str
    name: Any
    description: Any
    icon: str
    school_types: tuple[str, ...]
    preset: tuple[str, ...]
    needs: tuple[str, ...]  # the module and all that it stands on, what is stood on first
    options: tuple[Option, ...]
    lockable: tuple[tuple[str, Any], ...]
    core: bool = False

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)

    def lock_labels(self) -> dict[str, Any]:
        return dict(self.lockable) | {option.key: option.label for option in self.options}


def catalogue() -> dict[str, Entry]:
    """Every module of the installation by slug, in its order."""
    return {slug: entry for slug, entry in subjects().items() if not entry.core}


def subjects() -> dict[str, Entry]:
    """What policies may speak of: the modules, then the areas of core that have something to set."""
    entries: dict[str, Entry] = import_string(settings.MODULE_CATALOGUE)()
    return entries
