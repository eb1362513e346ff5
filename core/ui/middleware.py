"""One place turns what services and guards raise into pages and fragments."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from core.errors import DomainError
from core.ui import errors


class ErrorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # With DEBUG, Django answers an address that no URL matches with a page of its own.
        if settings.DEBUG and response.status_code == 404 and request.resolver_match is None:
            return errors.not_found(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return errors.domain_error(request, exception)
        if isinstance(exception, Http404):
            return errors.not_found(request)
        if isinstance(exception, PermissionDenied):
            return errors.forbidden(request)
        return None
