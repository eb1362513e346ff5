"""What stands on somebody's first page, and in which order: as the manifests propose it, then as they arranged it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.modules.contract import Widget
from core.permissions.viewer import Viewer

KEY = "dashboard"  # in Person.preferences: {"order": [slug, …], "hidden": [slug, …], "added": [slug, …]}


@dataclass(frozen=True)
class Offer:
    """A widget that this person may have. `slug` is "news.latest"; `usual`: it is there unless they hid it."""

    slug: str
    widget: Widget
    module: str  # as the school calls it
    usual: bool
    weight: int

    @property
    def label(self) -> str:
        return str(self.widget.label)


@dataclass(frozen=True)
class Arrangement:
    """`shown` in order; `aside` is what the person hid or may add; `own`: they arranged something themselves."""

    shown: list[Offer]
    aside: list[Offer]
    own: bool

    def offer(self, slug: str) -> Offer | None:
        return next((offer for offer in [*self.shown, *self.aside] if offer.slug == slug), None)


def arrangement_of(viewer: Viewer) -> Arrangement:
    """What the viewer sees. What came since they arranged their page stands after what they placed."""
    offers = _offers(viewer)
    chosen = stored(viewer.person.preferences if viewer.person else {})
    hidden, added = set(chosen["hidden"]), set(chosen["added"])
    place = {slug: number for number, slug in enumerate(chosen["order"])}
    shown = [o for o in offers if (o.usual and o.slug not in hidden) or (not o.usual and o.slug in added)]
    shown.sort(key=lambda offer: place.get(offer.slug, len(place)))
    aside = [offer for offer in offers if offer not in shown]
    return Arrangement(shown, aside, own=any(chosen.values()))


def stored(preferences: Mapping[str, Any]) -> dict[str, list[str]]:
    """What somebody chose, whatever else stands in their preferences."""
    kept = preferences.get(KEY) or {}
    return {name: [str(slug) for slug in kept.get(name, ())] for name in ("order", "hidden", "added")}


def _offers(viewer: Viewer) -> list[Offer]:
    """Every widget open to the viewer, lightest first; equal weights in the référent's order of modules."""
    found = [
        Offer(
            f"{state.manifest.slug}.{widget.slug}",
            widget,
            state.name,
            _is_usual(widget, viewer),
            _weight(widget, viewer.roles),
        )
        for state in viewer.modules.enabled()
        for widget in state.manifest.widgets
        if viewer.roles & {*widget.roles, *widget.on_request} and viewer.can(widget.permission)
    ]
    return sorted(found, key=lambda offer: offer.weight)


def _is_usual(widget: Widget, viewer: Viewer) -> bool:
    suits = not widget.school_types or viewer.modules.establishment.type in widget.school_types
    return suits and bool(viewer.roles & set(widget.roles))


def _weight(widget: Widget, roles: frozenset[str]) -> int:
    """The lightest of what the person's roles give it."""
    return min((widget.weights.get(role, widget.weight) for role in roles), default=widget.weight)
