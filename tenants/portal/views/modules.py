"""The modules that a school holds, and the destruction of what they hold, asked for by the region."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tenants.accounts.guards import regional
from tenants.errors import DomainError
from tenants.policies import purging
from tenants.portal.forms import PurgeForm, add_refusal
from tenants.portal.views.access import ADMINISTRATOR, school_or_404
from tenants.schemas import purges


@regional(ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def purge(request: HttpRequest, uai: str, module: str) -> HttpResponse:
    """What would be lost; POST plans it for who has typed the module's name."""
    school = school_or_404(request, uai, ADMINISTRATOR)
    holding = purging.holding_or_404(school, module)
    form = PurgeForm(request.POST if request.method == "POST" else None, name=str(holding.entry.name))
    if request.method == "POST" and form.is_valid():
        try:
            purging.confirm(module, school, typed=form.cleaned_data["name"], actor=request.user)  # type: ignore[arg-type]
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
