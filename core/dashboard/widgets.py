"""The parts of the first page: each module gives its own, and none can spoil the page for the others."""

from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

from core.modules.contract import Widget
from core.permissions.viewer import Viewer, viewer_of

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Part:
    """A widget as it stands on the page. `html` is None when it could not be made."""

    slug: str
    label: str
    html: SafeString | None


def parts_for(request: HttpRequest) -> list[Part]:
    """What is on here and open to the viewer, in the référent's order; empty widgets are left out."""
    parts = [_part(request, slug, widget) for slug, widget in _offered(viewer_of(request))]
    return [part for part in parts if part is not None]


def _offered(viewer: Viewer) -> Iterator[tuple[str, Widget]]:
    for state in viewer.modules.enabled():
        for widget in state.manifest.widgets:
            if viewer.roles & set(widget.roles) and viewer.can(widget.permission):
                yield f"{state.manifest.slug}.{widget.slug}", widget


def _part(request: HttpRequest, slug: str, widget: Widget) -> Part | None:
    try:
        context = import_string(widget.render)(request)
        if context is None:
            return None
        html = render_to_string(widget.template, context, request)
    except Exception:
        logger.exception("widget failed", widget=slug)
        return Part(slug, str(widget.label), None)
    return Part(slug, str(widget.label), SafeString(html))
