"""One's own account, at the front door."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenants.accounts import reunions, selectors, services, sessions
from tenants.accounts.guards import account_signed_in, regional_roles
from tenants.accounts.models import Account, AccountSession, Reunion
from tenants.accounts.selectors import Place
from tenants.establishments.models import Establishment
from tenants.schemas.context import region


def _account(request: HttpRequest) -> Account:
    account = request.user
    assert isinstance(account, Account)  # noqa: S101 -- the guard made sure
    return account


@account_signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everything about the account on one page, each part with its way to change it."""
    account = _account(request)
    context = {
        "account": account,
        "address": selectors.verified_address(account),
        "places": _places(account),
        "has_second_factor": selectors.has_second_factor(account),
        "may_hold_tokens": bool(regional_roles(request)),
        "session_count": len(selectors.open_sessions(account)),
    }
    return render(request, "accounts/home.html", context)


def _places(account: Account) -> list[tuple[Place, Reunion | None]]:
    """One's schools, each with what can be taken apart again, if it joined lately."""
    with region():
        joined = {(row.uai, row.person_id): row for row in reunions.separable(account)}
    places = selectors.memberships_of(account)
    return [(place, joined.get((place.establishment.uai, place.person_id))) for place in places]


@account_signed_in
@require_safe
def open_sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in, on every host."""
    rows = selectors.open_sessions(_account(request))
    return render(
        request,
        "accounts/sessions.html",
        {"rows": _described(rows), "current": sessions.current_row(request)},
    )


def _described(rows: list[AccountSession]) -> list[tuple[AccountSession, str]]:
    schemas = {row.schema_name for row in rows}
    names = {e.schema_name: e.full_name for e in Establishment.objects.filter(schema_name__in=schemas)}
    return [(row, names.get(row.schema_name, _("Portail de la région"))) for row in rows]


@account_signed_in
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    account = _account(request)
    if not services.end_session(account=account, session_id=pk, actor=account):
        raise Http404("no such session")
    messages.success(request, _("Session fermée."))
    return redirect("account_sessions")


@account_signed_in
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """This session too: whoever asks for it has a reason to start afresh."""
    account = _account(request)
    services.sign_out_everywhere(account=account, actor=account)
    logout(request)
    messages.success(request, _("Toutes vos sessions sont fermées, sur tous vos appareils."))
    return redirect("account_login")
