"""Inviting the people of many schools at once, from the console."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenants.accounts import inviting
from tenants.accounts.guards import regional
from tenants.errors import DomainError
from tenants.establishments import selectors
from tenants.establishments.models import Lifecycle
from tenants.portal.forms import EstablishmentFilters
from tenants.portal.views.access import ADMINISTRATOR, schools_for


@regional(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def many(request: HttpRequest) -> HttpResponse:
    """How many open schools the filters mean; then their invitations, if it is still that many."""
    scope = schools_for(request, ADMINISTRATOR).filter(lifecycle=Lifecycle.ACTIVE)
    filters = EstablishmentFilters(request.GET, schools=scope)
    del filters.fields["state"]
    found = selectors.filtered(scope, filters.wanted())
    count = found.count()
    if request.method == "POST" and _started(request, found, count):
        return redirect("regional_work:index")
    context: dict[str, Any] = {
        "filters": filters,
        "count": count,
        "sample": found[:10],
        "by_type": selectors.counts_by_type(found),
        "query": request.GET.urlencode(),
        "narrowed": bool(filters.wanted()),
    }
    return render(request, "portal/invite_many.html", context, status=409 if request.method == "POST" else 200)


def _started(request: HttpRequest, found: Any, count: int) -> bool:
    if request.POST.get("count") != str(count) or not count:
        messages.error(request, _("Le nombre d’établissements a changé. Vérifiez, puis confirmez."))
        return False
    ways = request.POST.getlist("moyens")
    try:
        inviting.invite_schools(
            list(found.values_list("uai", flat=True)),
            by_mail="courriel" in ways,
            by_letter="courrier" in ways,
            actor=request.user,  # type: ignore[arg-type]
        )
    except DomainError as error:
        messages.error(request, error.message)
        return False
    messages.success(request, _("Les invitations ont commencé. Vous pouvez quitter cette page."))
    return True
