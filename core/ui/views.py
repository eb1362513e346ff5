"""The stylesheet of a school's accent, and the page that shows every component."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.permissions.guards import open_to_all
from core.ui import colour, showcase


@require_safe
@open_to_all
def accent(request: HttpRequest, digits: str) -> HttpResponse:
    """The tones of one colour. The address holds the colour, so browsers may keep it for ever."""
    response = HttpResponse(colour.stylesheet(digits), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@open_to_all
def style_page(request: HttpRequest) -> HttpResponse:
    """Every component in every state; only where `settings.STYLE_PAGE` says so."""
    if not settings.STYLE_PAGE:
        raise Http404("style page")
    return render(request, "ui/showcase.html", showcase.context(request))
