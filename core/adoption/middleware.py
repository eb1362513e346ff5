"""Collects what a request uses, and hands it over once the answer is made."""

from collections import Counter
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core.adoption import services


class CountMiddleware:
    """Stands within the school and around the views: one round trip to Redis at most, and no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        uses: Counter[tuple[str, str]] = Counter()
        request.uses = uses  # type: ignore[attr-defined]
        response = self.get_response(request)
        if uses and response.status_code < 400:
            services.send(uses)
        return response
