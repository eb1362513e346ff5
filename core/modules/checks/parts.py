"""What a manifest says of itself: names, roles, dependencies, permissions, settings, icons, paths."""

import re
from collections.abc import Iterator

from django.core.checks import CheckMessage

from core.modules import registry
from core.modules.checks.common import Subject, repeated, resolved
from core.people.choices import Role
from core.ui import icons
from tenants.establishments.models import SchoolType

_SLUG = re.compile(r"[a-z][a-z0-9_]{1,39}\Z")
_PATH = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


def identity(subject: Subject) -> Iterator[CheckMessage]:
    manifest = subject.manifest
    if not _SLUG.match(manifest.slug):
        yield subject.error(101, f"the slug {manifest.slug!r} is not made of small letters, digits and _")
    if not str(manifest.name).strip() or not str(manifest.description).strip():
        yield subject.error(101, "the name or the description is empty")
    if subject.app is None:
        yield subject.error(101, "the package is not an installed app")
    elif subject.app.label != manifest.slug:
        yield subject.error(101, f"the app's label {subject.app.label!r} is not the slug {manifest.slug!r}")


def path(subject: Subject) -> Iterator[CheckMessage]:
    manifest = subject.manifest
    if manifest.core and manifest.path:
        yield subject.error(102, "an area of core has no path: the project's URLconf names its addresses")
    if manifest.core or not manifest.path:
        return
    if not _PATH.match(manifest.path):
        yield subject.error(102, f"the path {manifest.path!r} is not made of small letters, digits and hyphens")
    others = [m.path for m in registry.modules().values() if m.slug != manifest.slug]
    if manifest.path in others:
        yield subject.error(102, f"another module has the path {manifest.path!r}")


def audience(subject: Subject) -> Iterator[CheckMessage]:
    manifest = subject.manifest
    unknown = set(manifest.roles) - set(Role.values)
    unknown |= (set(manifest.school_types) | set(manifest.preset)) - set(SchoolType.values)
    if unknown:
        yield subject.error(103, f"unknown roles or school types: {sorted(unknown)}")
    if not manifest.school_types:
        yield subject.error(103, "it suits no type of school")
    if extra := set(manifest.preset) - set(manifest.school_types):
        yield subject.error(103, f"the preset names types that it does not suit: {sorted(extra)}")


def dependencies(subject: Subject) -> Iterator[CheckMessage]:
    manifest = subject.manifest
    known = registry.modules()
    if manifest.core and manifest.depends_on:
        yield subject.error(104, "core depends on no module")
    for slug in manifest.depends_on:
        if slug not in known:
            yield subject.error(104, f"it depends on {slug!r}, which is not a module here")
        elif missing := set(manifest.school_types) - set(known[slug].school_types):
            yield subject.error(104, f"it suits {sorted(missing)}, which {slug!r} does not")
    if _reaches(manifest.slug, manifest.depends_on, set()):
        yield subject.error(104, "it depends on itself, through others or not")


def _reaches(slug: str, needed: tuple[str, ...], seen: set[str]) -> bool:
    for other in needed:
        if other == slug:
            return True
        if other not in seen and other in registry.modules():
            seen.add(other)
            if _reaches(slug, registry.get(other).depends_on, seen):
                return True
    return False


def permissions(subject: Subject) -> Iterator[CheckMessage]:
    manifest = subject.manifest
    slugs = [permission.slug for permission in manifest.permissions]
    if double := repeated(slugs):
        yield subject.error(105, f"permissions declared twice: {double}")
    serves = set(manifest.roles or Role.values)
    for role, granted in manifest.role_defaults.items():
        if role not in serves:
            yield subject.error(105, f"role_defaults names {role!r}, whom it does not serve")
        if unknown := set(granted) - set(slugs):
            yield subject.error(105, f"role_defaults gives {role!r} unknown permissions: {sorted(unknown)}")


def settings(subject: Subject) -> Iterator[CheckMessage]:
    manifest = subject.manifest
    keys = [setting.key for setting in manifest.settings]
    if double := repeated(keys):
        yield subject.error(106, f"settings declared twice: {double}")
    for setting in manifest.settings:
        if not _SLUG.match(setting.key) or not str(setting.label).strip():
            yield subject.error(106, f"the setting {setting.key!r} lacks a plain key or a label")
        try:
            setting.clean(setting.default)
        except (ValueError, TypeError) as error:
            yield subject.error(106, f"the default of the setting {setting.key!r} does not pass: {error}")


def pictures(subject: Subject) -> Iterator[CheckMessage]:
    manifest = subject.manifest
    for icon in {manifest.icon, *(item.icon for item in manifest.navigation if item.icon)}:
        if icon not in icons.names():
            yield subject.error(110, f"the sprite has no icon {icon!r}", hint="core/ui/static/ui/icons.svg")


def implementations(subject: Subject) -> Iterator[CheckMessage]:
    manifest = subject.manifest
    named = {
        name: getattr(manifest, name)
        for name in ("banner", "file_access", "export_person", "erase_person", "demo")
    }
    named |= {f"widget {widget.slug}": widget.render for widget in manifest.widgets}
    named |= {f"job {job.slug}": job.task for job in manifest.jobs}
    named |= {f"badge of {item.url_name}": item.badge for item in manifest.navigation}
    for kind in manifest.search:
        for name in ("visible", "entries", "matching", "shown"):
            named[f"search {kind.slug}, {name}"] = getattr(kind, name)
    for name, dotted in named.items():
        if dotted and resolved(dotted) is None:
            yield subject.error(111, f"{name}: nothing to call at {dotted!r}")


CHECKS = (
    identity,
    path,
    audience,
    dependencies,
    permissions,
    settings,
    pictures,
    implementations,
)
