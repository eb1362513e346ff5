"""What is counted, as plain data that core gives (`settings.FEATURE_CATALOGUE` names it)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Counted:
    """A module or an area of core. `features` maps a code ("news.read") to what it is called."""

    slug: str
    name: Any
    icon: str
    features: Mapping[str, Any]


def catalogue() -> dict[str, Counted]:
    """By slug, in the installation's order; only what has features."""
    found: dict[str, Counted] = import_string(settings.FEATURE_CATALOGUE)()
    return found
