"""The modules that a school holds, and the destruction of what they hold, asked for by the region."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tenants.accounts.guards import regional
from tenants.errors import DomainError
from tenants.establishments import selectors
from tenants.establishments.models import Establishment
from tenants.policies import purging
from tenants.policies.impact import OPEN
from tenants.policies.selectors import entry_or_404
from tenants.portal.forms import EstablishmentFilters, PurgeForm, add_refusal
from tenants.portal.views.access import ADMINISTRATOR, school_or_404, schools_for
from tenants.schemas import purges

_SAMPLE = 10


@regional(ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def purge(request: HttpRequest, uai: str, module: str) -> HttpResponse:
    """What would be lost; POST plans it for who has typed the module's name."""
    school = school_or_404(request, uai, ADMINISTRATOR)
    holding = purging.holding_or_404(school, module)
    form = PurgeForm(request.POST if request.method == "POST" else None, name=str(holding.entry.name))
    if request.method == "POST" and form.is_valid():
        try:
            purging.confirm(module, [school], typed=form.cleaned_data["name"], actor=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("La suppression est prévue. Vous pouvez encore l’annuler."))
            return redirect("portal:establishment", school.uai)
    refused = purging.refusals(module, [school]).get(school.uai, "")
    context = {
        "school": school,
        "holding": holding,
        "form": form,
        "refused": refused,
        "kinds": [] if refused else purges.kinds(school, module),
        "days": settings.MODULE_PURGE_DAYS,
    }
    return render(request, "portal/purge.html", context, status=422 if form.errors else 200)


@regional(ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def purge_many(request: HttpRequest, module: str) -> HttpResponse:
    """The same in every school that the filters of the address mean, where it may be."""
    entry = entry_or_404(module)
    scope = schools_for(request, ADMINISTRATOR)
    filters = EstablishmentFilters(request.GET or None, schools=scope)
    found = list(selectors.filtered(scope, _wanted(filters)).filter(lifecycle__in=OPEN))
    refused = purging.refusals(module, found)
    schools = [school for school in found if school.uai not in refused]
    form = PurgeForm(request.POST if request.method == "POST" else None, name=str(entry.name))
    if request.method == "POST" and form.is_valid():
        if request.POST.get("count") != str(len(schools)):
            form.add_error(None, _("Le nombre d’établissements a changé. Vérifiez, puis confirmez."))
        elif _planned(form, module, schools, request):
            return redirect("policies:index")
    context = {
        "entry": entry,
        "filters": filters,
        "form": form,
        "count": len(schools),
        "sample": schools[:_SAMPLE],
        "refused": Counter(refused.values()).most_common(),
        "days": settings.MODULE_PURGE_DAYS,
        "query": request.GET.urlencode(),
        "narrowed": bool(_wanted(filters)),
    }
    return render(request, "portal/purge_many.html", context, status=422 if form.errors else 200)


def _wanted(filters: EstablishmentFilters) -> dict[str, Any]:
    wanted = filters.wanted() if filters.is_bound else {}
    return {name: value for name, value in wanted.items() if name != "state"}


def _planned(form: PurgeForm, module: str, schools: list[Establishment], request: HttpRequest) -> bool:
    typed = form.cleaned_data["name"]
    try:
        asked = purging.confirm(module, schools, typed=typed, actor=request.user)  # type: ignore[arg-type]
    except DomainError as error:
        add_refusal(form, error)
        return False
    number = len(asked.planned) + len(asked.already)
    said = ngettext(
        "La suppression est prévue dans %(n)d établissement.",
        "La suppression est prévue dans %(n)d établissements.",
        number,
    )
    messages.success(request, said % {"n": number})
    return True


@regional(ADMINISTRATOR)
@require_POST
def purge_cancel(request: HttpRequest, uai: str, module: str) -> HttpResponse:
    school = school_or_404(request, uai, ADMINISTRATOR)
    purging.holding_or_404(school, module)
    try:
        purging.cancel(module, school, actor=request.user)  # type: ignore[arg-type]
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Rien ne sera supprimé."))
    return redirect("portal:establishment", school.uai)
