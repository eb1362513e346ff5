"""The bell of the top line, and the stream that rings it."""

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from core.notifications import selectors
from core.notifications.live import is_own_page
from core.notifications.streams import take_seat
from core.people.web import number_in
from core.permissions.guards import signed_in
from core.permissions.viewer import viewer_of


@signed_in
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bell alone, for a page that is open; `depuis` is the newest row it knew, for what a voice says of it."""
    known = number_in(request.GET.get("depuis")) or 0
    fresh = selectors.bell_of(request).newer_than(known)
    says = ngettext("%(count)d nouvelle notification", "%(count)d nouvelles notifications", fresh) % {"count": fresh}
    response = render(request, "notifications/parts/bell.html", {"says": says if fresh else ""})
    response.headers["Cache-Control"] = "no-store"
    return response


@signed_in
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """A stream of ticks (core.notifications.streams); 204 where nothing holds streams open: pages ask by themselves."""
    origin = request.headers.get("Origin", "").lower()
    if origin and not is_own_page(request, origin):
        return HttpResponseForbidden()
    person = viewer_of(request).person
    held = person is not None and take_seat(
        request, request.school.schema_name, person.pk, newest=selectors.bell_of(request).newest  # type: ignore[attr-defined]
    )
    response = HttpResponse(status=200 if held else 204, content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx would gather what it should pass on
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
    patch_vary_headers(response, ("Origin",))
    return response
