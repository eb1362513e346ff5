"""What the shell's rail and bottom bar offer to the person who is looking."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest
from django.urls import reverse
from django.utils.module_loading import import_string

from core.modules.contract import Banner, NavItem
from core.modules.state import ModuleState
from core.people.children import children_for
from core.people.menu import menu_for
from core.permissions.viewer import viewer_of

__all__ = ["NavEntry", "banners_for", "children_for", "items_for", "menu_for"]


def _nothing() -> int:
    return 0


@dataclass(frozen=True)
class NavEntry:
    """One place. `active`: the page being shown is within it. `last`: it stands at the rail's bottom.

    `waiting` says how many things wait there; it is asked when it is called, by what shows it.
    """

    label: str
    url: str
    icon: str
    active: bool
    slug: str
    last: bool = False
    short: str = ""
    waiting: Callable[[], int] = _nothing


def items_for(request: HttpRequest) -> list[NavEntry]:
    """The places that this person may use, in the référent's order; nothing for strangers."""
    viewer = viewer_of(request)
    if not viewer.is_member:
        return []
    entries = [
        _entry(request, state, item, first=number == 0)
        for state in viewer.modules.enabled()
        for number, item in enumerate(state.manifest.navigation)
        if viewer.can(item.permission)
    ]
    return sorted(entries, key=lambda entry: entry.last)


def _entry(request: HttpRequest, state: ModuleState, item: NavItem, *, first: bool) -> NavEntry:
    """The first place of a module bears the name and icon that the référent gave the module."""
    url = reverse(item.url_name)
    renamed = first and state.name != str(state.manifest.name)
    new_icon = first and state.icon != state.manifest.icon
    return NavEntry(
        label=state.name if renamed else str(item.label),
        url=url,
        icon=state.icon if new_icon else item.icon or state.icon,
        active=_within(request, state.manifest.slug, url),
        slug=state.manifest.slug,
        last=item.last,
        short="" if renamed else str(item.short),
        waiting=partial(import_string(item.badge), viewer_of(request)) if item.badge else _nothing,
    )


def _within(request: HttpRequest, slug: str, url: str) -> bool:
    if request.path == url:
        return True
    match = request.resolver_match
    return bool(match and slug in match.namespaces and url != "/" and request.path.startswith(url))


def banners_for(request: HttpRequest) -> list[Banner]:
    """What the modules that are open to this person put on top of every page, urgent things first."""
    viewer = viewer_of(request)
    if not viewer.is_member:
        return []
    sources = [
        state.manifest.banner
        for state in viewer.modules.enabled()
        if state.manifest.banner and viewer.roles & state.roles
    ]
    banners = [banner for source in sources for banner in import_string(source)(request)]
    return sorted(banners, key=lambda banner: not banner.urgent)
