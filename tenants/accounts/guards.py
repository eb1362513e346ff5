"""Who may reach a view on the region's host. Same shape as core.permissions.guards, which serves schools."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url

from tenants.accounts.models import RegionalRole
from tenants.schemas.context import region

View = Callable[..., HttpResponseBase]


def marked(view: View, guard: str) -> View:
    view.preau_guard = guard  # type: ignore[attr-defined]
    return view


def open_to_all(view: View) -> View:
    """Anybody may see it, signed in or not."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return marked(guarded, "open")


def account_signed_in(view: View) -> View:
    """Whoever has a session on this host."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_login(request)
        return view(request, *args, **kwargs)

    return marked(guarded, "account")


def regional(*roles: str) -> Callable[[View], View]:
    """Holders of one of these regional roles, at the front door. Others get 404: it is not there for them."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.school is not None:  # type: ignore[attr-defined]
                raise Http404("not at the front door")
            if not request.user.is_authenticated:
                return _to_login(request)
            if not {role.role for role in regional_roles(request)} & set(roles):
                raise Http404("no regional role for this")
            return view(request, *args, **kwargs)

        return marked(guarded, f"region:{'|'.join(roles)}")

    return decorate


def regional_roles(request: HttpRequest) -> list[RegionalRole]:
    """The regional roles of who is signed in, read once per request."""
    held: list[RegionalRole] | None = getattr(request, "_regional_roles", None)
    if held is None:
        with region():
            held = list(RegionalRole.objects.filter(account_id=request.user.pk)) if request.user.pk else []
        request._regional_roles = held  # type: ignore[attr-defined]
    return held


def _to_login(request: HttpRequest) -> HttpResponseBase:
    return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
