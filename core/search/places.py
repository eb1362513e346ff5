"""Pages as finds: the places of the navigation, and those that manifests name by what they are for."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.modules import navigation
from core.modules.contract import SearchHit, SearchPage
from core.modules.state import ModuleState
from core.permissions.viewer import Viewer, viewer_of
from core.search.text import folded_label


@dataclass(frozen=True)
class _Place:
    label: str
    url: str
    icon: str
    line: str = ""
    words: str = ""


def matching(request: HttpRequest, words: list[str], *, limit: int) -> list[SearchHit]:
    """The pages open to this person whose name or purpose holds every word; names first. No query."""
    found: dict[str, tuple[bool, _Place]] = {}
    for place in _places(request):
        named = _holds(place.label, words)
        if named or _holds(f"{place.label} {place.line} {place.words}", words):
            found.setdefault(place.url, (not named, place))
    ranked = sorted(found.values(), key=lambda pair: pair[0])
    return [
        SearchHit(pk=n, title=place.label, url=place.url, line=place.line, icon=place.icon)
        for n, (_later, place) in enumerate(ranked[:limit])
    ]


def _holds(text: str, words: list[str]) -> bool:
    known = folded_label(text).split()
    return all(any(one.startswith(word) for one in known) for word in words)


def _places(request: HttpRequest) -> Iterator[_Place]:
    viewer = viewer_of(request)
    for entry in navigation.items_for(request):
        about = str(viewer.modules[entry.slug].manifest.description)
        yield _Place(entry.label, entry.url, entry.icon, about)
    for state in viewer.modules.enabled():
        for page in state.manifest.pages:
            if viewer.can(page.permission) if page.permission else True:
                yield _page(state, page)
    if viewer.can("modules.manage"):
        yield from _settings(viewer)


def _page(state: ModuleState, page: SearchPage) -> _Place:
    url = reverse(page.url_name, kwargs=dict(page.parameters))
    line = "" if str(page.label) == state.name else state.name
    return _Place(str(page.label), url, page.icon or state.icon, line, str(page.words))


def _settings(viewer: Viewer) -> Iterator[_Place]:
    """The référent's page of each module, found by what is set there."""
    for state in viewer.modules.offered():
        options = " ".join(str(setting.label) for setting in state.manifest.settings)
        label = _("Régler\u00a0: %(module)s") % {"module": state.name}
        words = _("réglages options droits accès activer désactiver")
        url = reverse("modules:general", args=[state.slug])
        yield _Place(label, url, "sliders-horizontal", words=f"{words} {options}")
