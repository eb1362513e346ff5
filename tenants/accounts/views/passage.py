"""Going from one host to another, and what stands at the door of a school."""

import time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.accounts import devices, second_factor, selectors, sessions, tickets
from tenants.accounts.guards import account_signed_in, open_to_all
from tenants.accounts.hosts import PUBLIC, in_region, schema_of, urlconf_of
from tenants.accounts.models import Account, Ticket
from tenants.establishments.hosts import region_url, school_url
from tenants.establishments.models import Establishment

# A ticket used while somebody else is signed in: what it opens, until they agree.
_WAITING = "account_waiting"
_WAIT = 10 * 60


@account_signed_in
@require_POST
@in_region
def go(request: HttpRequest, uai: str) -> HttpResponse:
    """To one of one's schools, from the front door or from another school."""
    place = selectors.place_of(request.user, uai)  # type: ignore[arg-type]
    if place is None:
        raise Http404("no profile there")
    path = tickets.local_path(request.POST.get("suite"))
    return to_school(request, place.establishment, path)


@account_signed_in
@require_POST
@in_region
def go_home(request: HttpRequest) -> HttpResponse:
    """To the front door: one's account, or what `suite` says."""
    path = tickets.local_path(request.POST.get("suite") or reverse("account_home", urlconf=urlconf_of(PUBLIC)))
    return _leave(request, region_url(_entry(request, PUBLIC, path), request))


def to_school(request: HttpRequest, target: Establishment, path: str) -> HttpResponse:
    """There, for whoever is signed in on this host: with a ticket unless it is this very host."""
    if request.school is not None and request.school.pk == target.pk:  # type: ignore[attr-defined]
        return HttpResponseRedirect(path)
    return _leave(request, school_url(target, _entry(request, target.schema_name, path), request))


def _entry(request: HttpRequest, schema_name: str, path: str) -> str:
    """The address, on the other host, that uses the ticket up."""
    token = tickets.issue(
        request.user,  # type: ignore[arg-type]
        schema_name,
        path=path,
        mfa_at=request.session.get(sessions.MFA_AT),
        remember=not request.session.get_expire_at_browser_close(),
    )
    query = urlencode({"ticket": token, "suite": path})
    return f"{reverse('account_enter', urlconf=urlconf_of(schema_name))}?{query}"


@open_to_all
@require_http_methods(["GET", "POST"])
@in_region
def enter(request: HttpRequest) -> HttpResponse:
    """Arriving with a ticket. Somebody else's session is only replaced after they have said so."""
    if request.method == "POST":
        return discreet(_replace(request))
    path = request.GET.get("suite", "/")
    ticket = tickets.redeem(request.GET.get("ticket", ""), schema_of(request), path=path)
    if ticket is None:
        return discreet(TemplateResponse(request, "accounts/expired.html", status=410))
    if request.user.is_authenticated and request.user.pk != ticket.account_id:
        request.session[_WAITING] = _kept(ticket)
        context = {"arriving": ticket.account.login, "present": request.user.get_username()}
        return discreet(TemplateResponse(request, "accounts/replace.html", context))
    return discreet(_admit(request, ticket.account, _kept(ticket)))


def _kept(ticket: Ticket) -> dict[str, Any]:
    return {
        "account": ticket.account_id,
        "stamp": ticket.security_stamp,
        "path": ticket.path,
        "mfa_at": int(ticket.mfa_at.timestamp()) if ticket.mfa_at else None,
        "remember": ticket.remember,
        "until": time.time() + _WAIT,
    }


def _replace(request: HttpRequest) -> HttpResponse:
    """The person agreed that the session in place ends for the one who arrives."""
    waiting = request.session.pop(_WAITING, None)
    account = Account.objects.filter(pk=waiting["account"]).first() if waiting else None
    if account is None or waiting["until"] < time.time():
        return TemplateResponse(request, "accounts/expired.html", status=410)
    if not tickets.still_holds(account, waiting["stamp"], schema_of(request)):
        return TemplateResponse(request, "accounts/expired.html", status=410)
    sessions.forget(request)
    request.session.flush()
    return _admit(request, account, waiting)


def _admit(request: HttpRequest, account: Account, kept: dict[str, Any]) -> HttpResponse:
    mfa_at = kept["mfa_at"] or (request.session.get(sessions.MFA_AT) if request.user.pk == account.pk else None)
    devices.hand_over(request)
    sessions.sign_in(request, account, mfa_at=mfa_at, remember=kept["remember"])
    return HttpResponseRedirect(kept["path"])


def _leave(request: HttpRequest, url: str) -> HttpResponse:
    return discreet(HttpResponseRedirect(url))


def discreet(response: HttpResponse) -> HttpResponse:
    """Neither the address nor the page is kept or passed on to another site.

    A page with a form may name itself to its own host: without that, browsers send a null origin along with the form,
    which the protection against forged requests refuses.
    """
    response["Referrer-Policy"] = "no-referrer" if isinstance(response, HttpResponseRedirect) else "same-origin"
    add_never_cache_headers(response)
    return response


@open_to_all
@require_safe
def no_profile(request: HttpRequest) -> HttpResponse:
    """Right password, wrong school."""
    context = {"front_door": region_url(reverse("account_login", urlconf=urlconf_of(PUBLIC)), request)}
    return render(request, "accounts/no_profile.html", context, status=403)


@account_signed_in
@require_safe
def second_factor_needed(request: HttpRequest) -> HttpResponse:
    """Why one is held here, and the one way on."""
    if not second_factor.is_missing(request):
        return HttpResponseRedirect("/")
    account: Account = request.user  # type: ignore[assignment]
    context = {
        "has_one": selectors.has_second_factor(account),
        "setup": reverse("mfa_index", urlconf=urlconf_of(PUBLIC)),
    }
    return TemplateResponse(request, "accounts/second_factor_needed.html", context)


def too_many(request: HttpRequest) -> HttpResponse:
    """handler429: what allauth answers when one address is asked for too many reset links."""
    return TemplateResponse(request, "429.html", status=429)
