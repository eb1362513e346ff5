"""What the suite does to any module, knowing nothing of it but its manifest."""

import re

from django.urls import reverse

from core.modules.models import ModuleChoice
from core.modules.routes import Route, routes_of
from core.people.choices import Role
from tenants.schemas.context import school

_SAMPLES = {"IntConverter": 1, "SlugConverter": "x", "StringConverter": "x", "PathConverter": "x"}
_UUID = "00000000-0000-4000-8000-000000000000"


def addresses(slug: str) -> list[str]:
    """One address for each route of the module, with made-up parameters."""
    return [address(route) for route in routes_of(slug)]


def address(route: Route) -> str:
    values = {name: _SAMPLES.get(type(converter).__name__, _UUID) for name, converter in route.parameters.items()}
    return reverse(route.name, kwargs=values)


def suited(manifest, lycee_a, college_b):
    """A school of the session where the module may be on."""
    return lycee_a if "lycee" in manifest.school_types else college_b


def switch(establishment, slug: str, *, on: bool) -> None:
    with school(establishment):
        ModuleChoice.objects.update_or_create(slug=slug, defaults={"enabled": on})


def roles_with(manifest, permission: str) -> list[str]:
    return [role for role in Role.values if f"{manifest.slug}.{permission}" in manifest.default_codes(role)]


def roles_without(manifest, permission: str) -> list[str]:
    served = manifest.roles or tuple(Role.values)
    return [role for role in served if f"{manifest.slug}.{permission}" not in manifest.default_codes(role)]


def text_of(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html)
