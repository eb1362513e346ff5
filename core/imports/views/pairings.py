"""Doubtful pairs: is this record somebody whom the school knows?"""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.imports import pages, selectors, services
from core.imports.models import Decision
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui import toasts


@requires("imports.manage")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Each with what the record and the profile say, side by side; ten a page."""
    page = Paginator(selectors.pairings(), 10).get_page(request.GET.get("page"))
    pairs = [(pairing, pages.compared(pairing)) for pairing in page]
    return render(request, "imports/pairings.html", {"page": page, "pairs": pairs})


@requires("imports.manage")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """`decision` is same or different. It takes effect with the import."""
    decision = request.POST.get("decision", "")
    if decision not in {Decision.SAME, Decision.DIFFERENT}:
        raise Http404("no such answer")
    services.decide(
        pairing=selectors.get_pairing_or_404(pk), decision=decision, actor=viewer_of(request).person
    )
    toasts.done(request, _("Décision retenue. Elle prend effet avec l’import."))
    return redirect("imports:pairings")
