"""The addresses and templates of a module."""

from collections.abc import Iterator
from pathlib import Path

from django.core.checks import CheckMessage
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse

from core.modules.checks.common import Subject, repeated
from core.modules.routes import routes_of
from core.people.choices import Role
from core.permissions.guards import guard_of

MOST_ROWS = 8  # what core/dashboard/css keeps room for


def navigation(subject: Subject) -> Iterator[CheckMessage]:
    manifest = subject.manifest
    for item in manifest.navigation:
        if item.permission not in manifest.codes():
            yield subject.error(107, f"the place {item.url_name!r} asks for {item.permission!r}, not its own")
        try:
            reverse(item.url_name)
        except NoReverseMatch:
            yield subject.error(107, f"no address is called {item.url_name!r}")


def widgets(subject: Subject) -> Iterator[CheckMessage]:
    manifest = subject.manifest
    if double := repeated([widget.slug for widget in manifest.widgets]):
        yield subject.error(108, f"widgets declared twice: {double}")
    for widget in manifest.widgets:
        if widget.permission not in manifest.codes():
            yield subject.error(108, f"the widget {widget.slug!r} asks for {widget.permission!r}, not its own")
        named = {*widget.roles, *widget.on_request, *widget.weights}
        if unknown := named - set(manifest.roles or Role.values):
            yield subject.error(108, f"the widget {widget.slug!r} names roles not served: {sorted(unknown)}")
        if unknown := set(widget.school_types) - set(manifest.school_types):
            yield subject.error(108, f"the widget {widget.slug!r} names types it does not suit: {sorted(unknown)}")
        if both := set(widget.roles) & set(widget.on_request):
            yield subject.error(108, f"the widget {widget.slug!r} is there and on request for {sorted(both)}")
        if not 1 <= widget.rows <= MOST_ROWS or not str(widget.label).strip():
            yield subject.error(108, f"the widget {widget.slug!r} lacks a label, or a height of 1 to {MOST_ROWS} rows")
        try:
            get_template(widget.template)
        except TemplateDoesNotExist:
            yield subject.error(108, f"the widget {widget.slug!r} has no template {widget.template!r}")
        if not widget.template.startswith(f"{subject.slug}/"):
            yield subject.error(117, f"the template {widget.template!r} is not in {subject.slug}/")


def guards(subject: Subject) -> Iterator[CheckMessage]:
    """Each view bears one of the module's own permissions, or is for any member; core may also be open."""
    allowed = subject.manifest.codes() | {"signed-in"} | ({"open", "token"} if subject.manifest.core else set())
    for route in routes_of(subject.slug):
        guard = guard_of(route.view)
        if guard is None:
            yield subject.error(116, f"{route.name} has no guard", hint="core.permissions.guards")
        elif guard not in allowed:
            yield subject.error(116, f"{route.name} is guarded by {guard!r}, which is not its own")


def template_folders(subject: Subject) -> Iterator[CheckMessage]:
    """Templates and static files live in a folder that bears the slug."""
    if subject.app is None or subject.manifest.core:
        return
    for kind in ("templates", "static"):
        folder = Path(subject.app.path) / kind
        strangers = [each.name for each in folder.glob("*") if each.name != subject.slug]
        if strangers:
            yield subject.error(117, f"{kind}/ holds {sorted(strangers)} beside {subject.slug}/")


CHECKS = (navigation, widgets, guards, template_folders)
