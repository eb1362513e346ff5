"""Puts the viewer on the request, and refuses any view that nobody has guarded."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from core.modules import registry
from core.permissions.guards import guard_of
from core.permissions.viewer import Viewer, viewer_of


class ViewerMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.school is not None:  # type: ignore[attr-defined]
            request.viewer = Viewer(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """A view without a guard is a mistake of ours; it answers as if it were not there."""
        if guard_of(view) is None:
            raise Http404("unguarded view")
        if request.school is not None and not is_open(request):  # type: ignore[attr-defined]
            raise Http404("the module is off, or not for this person")


def is_open(request: HttpRequest) -> bool:
    """Whether the module that the address belongs to is on here, and open to one of the viewer's roles."""
    match = request.resolver_match
    slug = match.namespaces[0] if match and match.namespaces else ""
    if slug not in registry.modules():
        return True
    viewer = viewer_of(request)
    state = viewer.modules[slug]
    return state.enabled and (not viewer.is_member or bool(viewer.roles & state.roles))
