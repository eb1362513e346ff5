"""« Réunir deux comptes » and « Séparer », at the front door."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tenants.accounts import proof, reunions, selectors
from tenants.accounts.forms import CodeForm
from tenants.accounts.forms_activating import OwnAccountForm
from tenants.accounts.guards import account_signed_in
from tenants.accounts.hosts import in_region
from tenants.accounts.models import Account, Reunion
from tenants.accounts.proof import Proof
from tenants.accounts.views.activating import show
from tenants.errors import DomainError

_STATE = "joining"


def _account(request: HttpRequest) -> Account:
    account = request.user
    assert isinstance(account, Account)  # noqa: S101 -- the guard made sure
    return account


def _proved(request: HttpRequest) -> Proof | None:
    return proof.of(request.session.get(_STATE))


@account_signed_in
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@in_region
def start(request: HttpRequest) -> HttpResponse:
    """The other account's login and password."""
    form = OwnAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = proof.by_password(request, **form.cleaned_data)
            reunions.check(account=_account(request), other=found.account)
        except DomainError as error:
            show(form, error)
        else:
            request.session[_STATE] = found.kept()
            return redirect("account_join_confirm" if found.is_whole else "account_join_factor")
    return _page(request, "accounts/join/start.html", {"form": form, "login": _account(request).login})


@account_signed_in
@require_http_methods(["GET", "POST"])
@in_region
def factor(request: HttpRequest) -> HttpResponse:
    """Its second factor, where it has one."""
    found = _proved(request)
    if found is None:
        return redirect("account_join")
    form = CodeForm(request.POST or None, user=found.account)
    if request.method == "POST" and form.is_valid():
        form.authenticator.record_usage()
        request.session[_STATE] = Proof(found.account, found.until, second_factor=True).kept()
        return redirect("account_join_confirm")
    context = {"form": form, "back": reverse("account_join")}
    return _page(request, "accounts/activate/factor.html", context)


@account_signed_in
@require_http_methods(["GET", "POST"])
@in_region
def confirm(request: HttpRequest) -> HttpResponse:
    """What will change, then the change itself."""
    found = _proved(request)
    if found is None or not found.is_whole:
        return redirect("account_join")
    account = _account(request)
    if request.method == "POST":
        request.session.pop(_STATE, None)
        try:
            reunions.join(account=account, other=found.account)
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("account_join")
        messages.success(request, _("Vos comptes sont réunis. Il ne reste que «\u00a0%s\u00a0».") % account.login)
        return redirect("account_home")
    context = {
        "account": account,
        "other": found.account,
        "places": selectors.memberships_of(found.account),
    }
    return _page(request, "accounts/join/confirm.html", context)


@account_signed_in
@require_POST
@in_region
def separate(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the profile its own account back. With two accounts again, one signs in anew."""
    account = _account(request)
    row = Reunion.objects.filter(pk=pk, account_id=account.pk).select_related("closed").first()
    if row is None:
        raise Http404("no such reunion")
    reunions.separate(account=account, reunion=row)
    messages.success(request, _("Ce profil est séparé de votre compte."))
    return redirect("account_home")


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    form = context.get("form")
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return TemplateResponse(request, template, context, status=status)
