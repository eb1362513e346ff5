"""Preparing schools: one, or as many as a filter finds."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.accounts.guards import regional
from tenants.establishments import selectors
from tenants.establishments.models import Establishment, Lifecycle
from tenants.establishments.services import preparation
from tenants.portal.forms import EstablishmentFilters
from tenants.portal.views.access import ADMINISTRATOR, ANY_ROLE, school_or_404, schools_for


@regional(ADMINISTRATOR)
@require_POST
def start(request: HttpRequest, uai: str) -> HttpResponse:
    """Start, or start again after a failure."""
    school = school_or_404(request, uai, ADMINISTRATOR)
    preparation.prepare(school, actor=request.user)  # type: ignore[arg-type]
    return redirect("portal:preparation", school.uai)


@regional(*ANY_ROLE)
@require_safe
def show(request: HttpRequest, uai: str) -> HttpResponse:
    """The steps as they go; asks again by itself until the school is open or a step has failed."""
    school = school_or_404(request, uai)
    found = selectors.preparation_of(school)
    context = {
        "school": school,
        "preparation": found,
        "working": school.lifecycle == Lifecycle.PREPARING and found.failed is None,
        "administers": schools_for(request, ADMINISTRATOR).filter(pk=school.pk).exists(),
    }
    fragment = "#steps" if request.headers.get("HX-Request") == "true" else ""
    return render(request, f"portal/preparation.html{fragment}", context)


@regional(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def many(request: HttpRequest) -> HttpResponse:
    """How many schools the filters mean, then their preparation, if it is still that many."""
    filters, found = _meant(request)
    count = found.count()
    if request.method == "POST":
        if request.POST.get("count") == str(count) and count:
            preparation.prepare_many(list(found.values_list("uai", flat=True)), actor=request.user)  # type: ignore[arg-type]
            messages.success(request, _("La préparation a commencé. Vous pouvez quitter cette page."))
            return redirect(f"{reverse('portal:establishments')}?state=preparing")
        messages.error(request, _("Le nombre d’établissements a changé. Vérifiez, puis confirmez."))
    context = {
        "count": count,
        "sample": found[:10],
        "by_type": selectors.counts_by_type(found),
        "query": request.GET.urlencode(),
        "narrowed": bool(filters.wanted()),
    }
    return render(
        request, "portal/prepare_many.html", context, status=409 if request.method == "POST" else 200
    )


def _meant(request: HttpRequest) -> tuple[EstablishmentFilters, QuerySet[Establishment]]:
    """The filters of the address, and the schools known but not yet prepared that they leave."""
    scope = schools_for(request, ADMINISTRATOR)
    filters = EstablishmentFilters(request.GET, schools=scope)
    wanted = {name: value for name, value in filters.wanted().items() if name != "state"}
    return filters, selectors.filtered(scope, wanted).filter(lifecycle=Lifecycle.KNOWN)
