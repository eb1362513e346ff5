"""Every manifest of the installation, read once. What is on in a school is core.modules.state's business."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLResolver, include, path

from core.modules.contract import Manifest


@cache
def manifests() -> dict[str, Manifest]:
    """All manifests by slug: core areas first, then modules in the order of the settings."""
    found: dict[str, Manifest] = {}
    for package in [*settings.CORE_MANIFESTS, *settings.MODULES]:
        manifest = import_module(f"{package}.manifest").manifest
        if manifest.slug in found:
            raise ValueError(f"two manifests bear the slug {manifest.slug!r}")
        found[manifest.slug] = manifest
    return found


def modules() -> dict[str, Manifest]:
    """The manifests that a school may switch on and off."""
    return {slug: manifest for slug, manifest in manifests().items() if not manifest.core}


def get(slug: str) -> Manifest:
    """Raises KeyError for a slug that no manifest bears."""
    return manifests()[slug]


@cache
def packages() -> dict[str, str]:
    """Slug to Python package ("news" to "modules.news")."""
    names = [*settings.CORE_MANIFESTS, *settings.MODULES]
    return {import_module(f"{name}.manifest").manifest.slug: name for name in names}


def module_urls() -> list[URLResolver]:
    """Each module's URLs under its own path. `core.permissions` answers 404 where the module is off."""
    urls = []
    for slug, manifest in modules().items():
        name = f"{packages()[slug]}.urls"
        if manifest.path and find_spec(name):
            urls.append(path(f"{manifest.path}/", include(name)))
    return urls
