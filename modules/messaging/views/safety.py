"""What the pages of safety have in common: their tabs."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.permissions.viewer import viewer_of
from modules.messaging.safety import queue, reports


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool
    count: int | str = ""


def tabs(request: HttpRequest, current: str) -> list[Tab]:
    """The places that the viewer may open; `current` is the name of the one shown."""
    viewer = viewer_of(request)
    moderates, suspends = viewer.can("messaging.moderate"), viewer.can("messaging.suspend")
    places: list[tuple[str, str, bool, Any]] = [
        ("moderation", _("À relire"), moderates, lambda: queue.waiting_count(viewer)),
        ("reports", _("Signalements"), moderates, lambda: reports.open_count(viewer)),
        ("suspensions", _("Suspensions"), suspends, None),
        ("purges", _("Retraits"), suspends, None),
        ("rules", _("Qui écrit à qui"), viewer.can("messaging.manage_rules"), None),
    ]
    return [
        Tab(label, reverse(f"messaging:{name}"), name == current, (count() or "") if count else "")
        for name, label, allowed, count in places
        if allowed
    ]


def page(request: HttpRequest, current: str, **context: Any) -> dict[str, Any]:
    """The context of one of these pages."""
    return {"tabs": tabs(request, current), "name": viewer_of(request).modules["messaging"].name, **context}
