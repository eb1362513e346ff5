"""One's own tokens."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.api import rules, selectors, services
from core.api.forms import TokenForm, grouped_scopes
from core.api.models import AccessToken
from core.errors import DomainError
from core.modules import registry
from core.permissions.guards import signed_in
from core.permissions.viewer import Viewer, viewer_of
from core.ui.forms import add_domain_error
from core.ui.toasts import done
from tenants.accounts.hosts import PUBLIC, urlconf_of
from tenants.accounts.selectors import has_second_factor
from tenants.accounts.sessions import MFA_AT


def _viewer_or_404(request: HttpRequest) -> Viewer:
    """Whoever may hold tokens, or has some left from when they could."""
    viewer = viewer_of(request)
    assert viewer.person is not None  # noqa: S101 -- the guard has let a member in
    if not rules.may_hold_tokens(viewer) and not selectors.tokens_of(viewer.person).exists():
        raise Http404("no tokens for these roles")
    return viewer


@signed_in
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """What acts in one's name, the live ones first."""
    viewer = _viewer_or_404(request)
    assert viewer.person is not None  # noqa: S101 -- the guard has let a member in
    rows = sorted(selectors.tokens_of(viewer.person), key=lambda token: not token.is_live)
    context = {
        "rows": [{"token": token, "scopes": _in_words(token)} for token in rows],
        "may_create": rules.may_hold_tokens(viewer),
        "address": request.build_absolute_uri("/api/v1/"),
    }
    return render(request, "api/tokens.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_create(request: HttpRequest) -> HttpResponse:
    """The form, for who has just passed a second factor; then the secret, this once."""
    viewer = viewer_of(request)
    if not rules.may_hold_tokens(viewer):
        raise Http404("no tokens for these roles")
    if not rules.is_fresh(request.session.get(MFA_AT)):
        return _factor_page(request)
    offers = selectors.offered_scopes(viewer)
    reading = [offer.code for offer in offers if not offer.scope.writes and offer.scope.slug == "read"]
    form = TokenForm(request.POST or None, scopes=grouped_scopes(offers), reading=reading)
    if form.is_valid():
        try:
            token, secret = services.create_token(viewer=viewer, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            context = {"token": token, "secret": secret, "scopes": _in_words(token)}
            return render(request, "api/token_made.html", context)
    return render(request, "api/token_form.html", {"form": form}, status=422 if form.errors else 200)


def _factor_page(request: HttpRequest) -> HttpResponse:
    """Why one must prove who one is first, and the way there and back."""
    context = {
        "has_factor": has_second_factor(request.user),  # type: ignore[arg-type]
        "setup": reverse("mfa_index", urlconf=urlconf_of(PUBLIC)),
        "back": f"{reverse('account_login')}?next={reverse('api:token_create')}",
    }
    return render(request, "api/token_factor.html", context, status=403)


@signed_in
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    services.revoke_token(token=selectors.own_token_or_404(viewer, pk), actor=viewer.person)
    done(request, _("Jeton révoqué\u00a0: il n’ouvre plus rien."))
    return redirect("api:tokens")


def _in_words(token: AccessToken) -> list[Any]:
    """The labels of its scopes; those that nothing declares any more are left out."""
    labels = {
        f"{manifest.slug}.{scope.slug}": (manifest.name, scope.label)
        for manifest in registry.manifests().values()
        for scope in manifest.scopes
    }
    return [labels[code][1] for code in token.scopes if code in labels]
