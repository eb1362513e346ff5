"""Who may reach a view. Every view bears exactly one guard; tests list them all from the URL resolver.

On the region's host, tenants.accounts.guards gives guards of the same shape.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url

from core.permissions.viewer import viewer_of

View = Callable[..., HttpResponseBase]


def guard_of(view: Any) -> str | None:
    """The guard of a view: "open", "signed-in", a permission code, or a regional guard; None without one."""
    return getattr(view, "preau_guard", None)


def marked(view: View, guard: str) -> View:
    view.preau_guard = guard  # type: ignore[attr-defined]
    return view


def open_to_all(view: View) -> View:
    """Anybody may see it, signed in or not."""
    return marked(view, "open")


def signed_in(view: View) -> View:
    """Any member of the school."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return _refused(request) or view(request, *args, **kwargs)

    return marked(guarded, "signed-in")


def requires(code: str) -> Callable[[View], View]:
    """Members who hold the permission. Others get 404: what one may not use is not there."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if refusal := _refused(request):
                return refusal
            if not viewer_of(request).can(code):
                raise Http404(code)
            return view(request, *args, **kwargs)

        return marked(guarded, code)

    return decorate


def _refused(request: HttpRequest) -> HttpResponseBase | None:
    """Anonymous people sign in first; on the region's host there is no such page."""
    if request.school is None:  # type: ignore[attr-defined]
        raise Http404("outside a school")
    if viewer_of(request).is_member:
        return None
    return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
