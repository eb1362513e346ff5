"""The tokens of somebody with a role in the region, at the front door."""

import time

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.accounts.guards import regional
from tenants.accounts.models import Account, RegionalRole
from tenants.accounts.sessions import MFA_AT
from tenants.api import scopes, services
from tenants.api.forms import TokenForm
from tenants.api.models import RegionalToken
from tenants.errors import DomainError
from tenants.portal.forms import add_refusal

ANY_ROLE = tuple(RegionalRole.Role.values)
FACTOR_SECONDS = 60 * 60
_LABELS = {scope.code: scope.label for scope in scopes.ALL}


def _account(request: HttpRequest) -> Account:
    account = request.user
    assert isinstance(account, Account)  # noqa: S101 -- the guard made sure
    return account


@regional(*ANY_ROLE)
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """What acts in one's name, the live ones first."""
    rows = sorted(RegionalToken.objects.filter(account=_account(request)), key=lambda token: not token.is_live)
    context = {
        "rows": [{"token": token, "scopes": _in_words(token)} for token in rows],
        "address": request.build_absolute_uri("/api/v1/"),
    }
    return render(request, "tokens/region.html", context)


@regional(*ANY_ROLE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_create(request: HttpRequest) -> HttpResponse:
    """The form, for who has just passed a second factor; then the secret, this once."""
    if time.time() - request.session.get(MFA_AT, 0) > FACTOR_SECONDS:
        query = urlencode({"next": reverse("regional_api:token_create")})
        return redirect(f"{reverse('mfa_reauthenticate')}?{query}")
    offered = [(scope.code, scope.label) for scope in scopes.ALL]
    form = TokenForm(request.POST or None, scopes=offered, reading=list(scopes.CODES))
    if form.is_valid():
        try:
            token, secret = services.create_token(account=_account(request), **form.cleaned_data)
        except DomainError as error:
            add_refusal(form, error)
        else:
            context = {"token": token, "secret": secret, "scopes": _in_words(token)}
            return render(request, "tokens/region_made.html", context)
    return render(request, "tokens/region_form.html", {"form": form}, status=422 if form.errors else 200)


@regional(*ANY_ROLE)
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = RegionalToken.objects.filter(account=_account(request), pk=pk).first()
    if token is None:
        raise Http404("no such token")
    services.revoke_token(token=token, actor=_account(request))
    messages.success(request, _("Jeton révoqué\u00a0: il n’ouvre plus rien."))
    return redirect("regional_api:tokens")


def _in_words(token: RegionalToken) -> list[object]:
    return [_LABELS[code] for code in token.scopes if code in _LABELS]
