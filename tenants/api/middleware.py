"""Around everything under /api/: no cookie comes in or goes out, and no page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tenants.api import problems

PREFIX = "/api/"
# What a problem keeps of the page that it replaces.
_KEPT = ("Allow", "Retry-After", "Cache-Control")


class ApiMiddleware:
    """Tokens only: a browser's session means nothing here. What fails before a view is reached is a problem too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        if response.status_code >= 400 and "json" not in response.get("Content-Type", ""):
            page, response = response, problems.response(response.status_code)
            for name in _KEPT:
                if name in page:
                    response[name] = page[name]
        response.cookies.clear()
        return response
