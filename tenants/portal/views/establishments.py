"""The console's pages about establishments."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.accounts.guards import regional, regional_roles
from tenants.errors import DomainError
from tenants.establishments import selectors, services
from tenants.establishments.hosts import school_host, school_url
from tenants.establishments.models import Lifecycle
from tenants.policies.purging import holdings
from tenants.portal import versions, words
from tenants.portal.forms import DomainForm, EstablishmentFilters, RegisterForm, SlugForm, add_refusal
from tenants.portal.navigation import whole_region
from tenants.portal.views.access import (
    ADMINISTRATOR,
    ANY_ROLE,
    require_whole_region,
    school_or_404,
    schools_for,
)

_PAGE = 50


@regional(*ANY_ROLE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All schools in scope, with filters in the address."""
    scope = schools_for(request)
    filters = EstablishmentFilters(request.GET or None, schools=scope)
    found = selectors.filtered(scope, filters.wanted() if filters.is_bound else {})
    context = {
        "filters": filters,
        "page": Paginator(found, _PAGE).get_page(request.GET.get("page")),
        "counts": words.counts_in_words(selectors.counts_by_state(scope)),
        "preparable": _preparable(request, filters) if filters.is_bound else 0,
        "whole_region": whole_region(request),
        "administers": any(role.role == ADMINISTRATOR for role in regional_roles(request)),
    }
    return render(request, "portal/establishments.html", context)


def _preparable(request: HttpRequest, filters: EstablishmentFilters) -> int:
    mine = schools_for(request, ADMINISTRATOR)
    return selectors.filtered(mine, filters.wanted()).filter(lifecycle=Lifecycle.KNOWN).count()


@regional(*ANY_ROLE)
@require_safe
def detail(request: HttpRequest, uai: str) -> HttpResponse:
    return _detail(request, uai, DomainForm())


def _detail(request: HttpRequest, uai: str, form: DomainForm, status: int = 200) -> HttpResponse:
    school = school_or_404(request, uai)
    administers = schools_for(request, ADMINISTRATOR).filter(pk=school.pk).exists()
    context = {
        "school": school,
        "host": school_host(school),
        "url": school_url(school, request=request) if school.is_active else "",
        "domains": school.domains.order_by("domain"),
        "preparation": selectors.preparation_of(school),
        "administers": administers,
        "moves": words.moves_from(Lifecycle(school.lifecycle)) if administers else [],
        "domain_form": form,
        "holdings": holdings(school),
        **versions.context_of(school, told=administers),
        "entries": words.history_of(school),
    }
    return render(request, "portal/establishment.html", context, status=status)


@regional(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Add one school by hand."""
    require_whole_region(request)
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            school = services.register(facts=form.cleaned_data, actor=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Établissement ajouté."))
            return redirect("portal:establishment", school.uai)
    return render(request, "portal/register.html", {"form": form}, status=422 if form.errors else 200)


@regional(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def lifecycle(request: HttpRequest, uai: str, to: str) -> HttpResponse:
    """Say what a change of state does, then do it."""
    school = school_or_404(request, uai, ADMINISTRATOR)
    move = next((move for move in words.moves_from(Lifecycle(school.lifecycle)) if move.to == to), None)
    if move is None or move.url_name != "portal:lifecycle":
        raise Http404("no such change from this state")
    if request.method == "POST":
        services.change_lifecycle(school, to=to, actor=request.user)  # type: ignore[arg-type]
        messages.success(request, move.done)
        return redirect("portal:establishment", school.uai)
    return render(request, "portal/lifecycle.html", {"school": school, "move": move})


@regional(ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, uai: str) -> HttpResponse:
    """Give the school another subdomain."""
    school = school_or_404(request, uai, ADMINISTRATOR)
    form = SlugForm(request.POST or None, initial={"slug": school.slug})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_slug(school, slug=form.cleaned_data["slug"], actor=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Adresse changée. L’ancienne mène toujours à l’établissement."))
            return redirect("portal:establishment", school.uai)
    context = {"school": school, "form": form, "host": school_host(school)}
    return render(request, "portal/address.html", context, status=422 if form.errors else 200)


@regional(ADMINISTRATOR)
@require_POST
def add_domain(request: HttpRequest, uai: str) -> HttpResponse:
    school = school_or_404(request, uai, ADMINISTRATOR)
    form = DomainForm(request.POST)
    if form.is_valid():
        try:
            services.add_domain(school, domain=form.cleaned_data["domain"], actor=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            add_refusal(form, error)
    if form.errors:
        return _detail(request, uai, form, status=422)
    messages.success(request, _("Domaine ajouté."))
    return redirect("portal:establishment", school.uai)


@regional(ADMINISTRATOR)
@require_POST
def remove_domain(request: HttpRequest, uai: str) -> HttpResponse:
    school = school_or_404(request, uai, ADMINISTRATOR)
    services.remove_domain(school, domain=request.POST.get("domain", ""), actor=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Domaine retiré."))
    return redirect("portal:establishment", school.uai)
