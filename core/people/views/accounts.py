"""Giving, linking and taking back accounts; a new password for those who lost theirs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.people import services
from core.people.forms import ExistingAccountForm, NewAccountForm
from core.people.models import Person
from core.people.selectors import get_visible_or_404
from core.people.services.accounts import serves_elsewhere
from core.people.web import attempt
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui import toasts
from tenants.accounts import selectors as accounts
from tenants.accounts.services import suggest_login
from tenants.schemas.context import current_uai


def _page(request: HttpRequest, person: Person, new: Any = None, existing: Any = None) -> HttpResponse:
    account = accounts.account_of(current_uai(), person.pk)
    suggested = "" if account or new else suggest_login(person.first_name, person.last_name)
    context = {
        "person": person,
        "account": account,
        "elsewhere": bool(account and serves_elsewhere(account)),
        "new": new or NewAccountForm(initial={"login": suggested, "email": person.email}),
        "existing": existing or ExistingAccountForm(prefix="known"),
    }
    refused = (new and new.errors) or (existing and existing.errors)
    return render(request, "people/account.html", context, status=422 if refused else 200)


@requires("people.manage_accounts")
@never_cache
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """The account of a person, or the two ways to give one. The first password is shown this once."""
    viewer = viewer_of(request)
    person = get_visible_or_404(viewer, pk)
    if request.method != "POST":
        return _page(request, person)
    form = NewAccountForm(request.POST)
    if form.is_valid():
        given = attempt(form, services.give_account, person=person, actor=viewer.person, **form.cleaned_data)
        if given:
            return render(request, "people/given.html", {"person": person, "given": given})
    return _page(request, person, new=form)


@requires("people.manage_accounts")
@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    person = get_visible_or_404(viewer, pk)
    form = ExistingAccountForm(request.POST, prefix="known")
    if form.is_valid() and attempt(
        form, services.link_account, person=person, actor=viewer.person, **form.cleaned_data
    ):
        toasts.done(request, _("Ce compte ouvre maintenant l’établissement."))
        return redirect("people:account", pk)
    return _page(request, person, existing=form)


@requires("people.manage_accounts")
@never_cache
@require_POST
def password(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    person = get_visible_or_404(viewer, pk)
    given = services.reset_password(person=person, actor=viewer.person)
    return render(request, "people/given.html", {"person": person, "given": given})


@requires("people.manage_accounts")
@require_POST
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    person = get_visible_or_404(viewer, pk)
    services.unlink_account(person=person, actor=viewer.person)
    toasts.done(request, _("Ce compte n’ouvre plus l’établissement."))
    return redirect("people:person", pk)
