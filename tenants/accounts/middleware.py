"""What every request of a signed-in person passes through."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from tenants.accounts import devices, second_factor, sessions
from tenants.accounts.hosts import at_host, schema_of

# While a second factor is missing: setting it up, confirming who one is for that, and leaving. Nothing else.
_WITHOUT_SECOND_FACTOR = {
    "account_second_factor", "account_logout", "account_enter", "account_go_home", "account_reauthenticate",
    "mfa_index", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_activate_totp",
    "mfa_list_webauthn", "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_download_recovery_codes",
}  # fmt: skip
_ASSETS = "ui"  # the stylesheet of a school's colour


class HostSchemaMiddleware:
    """Ties sessions and links to the request's host for as long as it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with at_host(schema_of(request)):
            return self.get_response(request)


class SecondFactorMiddleware:
    """Sends those who need a second factor to set it up, and lets them do nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        if match is None or match.url_name in _WITHOUT_SECOND_FACTOR or match.namespace == _ASSETS:
            return None
        if not request.user.is_authenticated or not second_factor.is_missing(request):
            return None
        url = reverse("account_second_factor")
        fragment = getattr(request, "htmx", False)
        return HttpResponseClientRedirect(url) if fragment else HttpResponseRedirect(url)


class OpenSessionsMiddleware:
    """Keeps the list of open sessions: which are in use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            sessions.touch(request)
        devices.remember(request, response)
        return response
