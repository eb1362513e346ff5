"""A code handed over at once, to somebody who lost their password or never opened their account."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from core.activation import services
from core.activation.letters.content import PATH
from core.activation.services.recovery import may_give
from core.adoption import services as adoption
from core.people.selectors import get_visible_or_404
from core.permissions.guards import signed_in
from core.permissions.viewer import viewer_of
from core.ui import printing
from tenants.establishments.hosts import school_url


@signed_in
@never_cache
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """What it does, then the code itself, shown this once."""
    viewer = viewer_of(request)
    person = get_visible_or_404(viewer, pk)
    if not may_give(viewer, person):
        raise Http404("no code for this person")
    if request.method != "POST":
        return render(request, "activation/code.html", {"person": person})
    given = services.give_code(viewer=viewer, person=person)
    adoption.count("activation.code", viewer)
    address = school_url(viewer.modules.establishment, PATH, request)
    context = {
        "person": person,
        "given": given,
        "site": address.partition("://")[2].rstrip("/"),
        "qr": printing.qr_svg(f"{address}?code={given.code}"),
    }
    return render(request, "activation/given.html", context)
