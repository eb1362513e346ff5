"""What each check is given, and how it complains."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import Error
from django.utils.module_loading import import_string

from core.modules.contract import Manifest


@dataclass(frozen=True)
class Subject:
    """A manifest and the Python package that it stands in."""

    manifest: Manifest
    package: str

    @property
    def slug(self) -> str:
        return self.manifest.slug

    @property
    def app(self) -> AppConfig | None:
        """The installed app of the package, or None."""
        return next((config for config in apps.get_app_configs() if config.name == self.package), None)

    def error(self, number: int, text: str, hint: str | None = None) -> Error:
        return Error(f"{self.package}: {text}", hint=hint, obj=self.package, id=f"modules.E{number}")


def resolved(path: str) -> Callable[..., Any] | None:
    """The callable at a dotted path, or None."""
    try:
        found = import_string(path)
    except ImportError:
        return None
    return found if callable(found) else None


def repeated(values: list[str]) -> list[str]:
    return sorted({value for value in values if values.count(value) > 1})
