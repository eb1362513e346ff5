"""The region's switch over the messaging of its schools, in the console."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tenants.accounts.guards import regional
from tenants.accounts.models import Account
from tenants.errors import DomainError
from tenants.policies.scopes import part_of
from tenants.suspensions import selectors, services
from tenants.suspensions.forms import SuspensionForm
from tenants.suspensions.models import RegionalSuspension

_administrator = regional("administrator")
_PAGE = 25


def _account(request: HttpRequest) -> Account:
    account = request.user
    assert isinstance(account, Account)  # noqa: S101 -- the guard has seen to it
    return account


@_administrator
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """What is suspended now, what was, and the form that suspends."""
    part = part_of(_account(request))
    form = SuspensionForm(request.POST if request.method == "POST" else None, part=part)
    if form.is_bound and form.is_valid():
        try:
            made = services.suspend(part=part, actor=_account(request), **form.wanted())
        except DomainError as error:
            for name, text in error.fields.items():
                form.add_error(name if name in form.fields else None, text)
            if not error.fields:
                form.add_error(None, error.message)
        else:
            messages.success(request, _suspended(made))
            return redirect("suspensions:index")
    now = list(selectors.open_now())
    past = RegionalSuspension.objects.exclude(pk__in=[row.pk for row in now])
    page = Paginator(past, _PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "form": form,
        "open": [_row(row, endable=selectors.holds(part, row)) for row in now],
        "past": [_row(row) for row in page],
        "page": page,
    }
    return render(request, "suspensions/index.html", context, status=422 if form.is_bound else 200)


@_administrator
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    row = selectors.get_endable_or_404(part_of(_account(request)), pk)
    try:
        services.end(suspension=row, actor=_account(request))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("La messagerie reprend."))
    return redirect("suspensions:index")


def _suspended(row: RegionalSuspension) -> str:
    count = selectors.schools_of(row).count()
    text = ngettext(
        "La messagerie est suspendue dans %(n)d établissement.",
        "La messagerie est suspendue dans %(n)d établissements.",
        count,
    )
    return text % {"n": count}


def _row(row: RegionalSuspension, *, endable: bool = False) -> dict[str, Any]:
    return {"row": row, "where": selectors.where(row), "endable": endable}
