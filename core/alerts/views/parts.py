"""What several pages share: fragments that move by themselves and say nothing while nothing changed."""

from hashlib import blake2b
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def fingerprint(*parts: Any) -> str:
    """Changes with what is shown."""
    return blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def moving(request: HttpRequest, template: str, part: str, context: dict[str, Any], seen: str) -> HttpResponse:
    """The page, or its moving part alone; 204 where the browser already shows it, so that nothing jumps."""
    context["seen"] = seen
    if not is_fragment(request):
        return render(request, template, context)
    if request.GET.get("vu") == seen:
        return HttpResponse(status=204)
    return render(request, f"{template}#{part}", context)
