"""`/activer/`: from the code of a letter to a session in the school. A GET opens nothing.

The session of the host keeps which code was typed for half an hour, what was answered to it, and which account was
proved meanwhile; the rest is asked of the database at each step.
"""

import time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.accounts import activation, codes, lockout, proof, sessions
from tenants.accounts.activation import Opening
from tenants.accounts.addresses import address_of
from tenants.accounts.forms import CodeForm
from tenants.accounts.forms_activating import (
    BirthForm,
    ChosenAccountForm,
    NewPasswordByCodeForm,
    OneTimeCodeForm,
    OwnAccountForm,
)
from tenants.accounts.guards import open_to_all
from tenants.accounts.hosts import in_region
from tenants.accounts.logins import suggest_login
from tenants.accounts.models import Account, ActivationCode
from tenants.accounts.selectors import has_second_factor
from tenants.accounts.views.passage import discreet, to_school
from tenants.errors import DomainError
from tenants.establishments.hosts import school_url
from tenants.schemas.context import region

STATE, WAIT = "activation", 30 * 60


@open_to_all
@require_http_methods(["GET", "POST"])
@in_region
def start(request: HttpRequest) -> HttpResponse:
    """Type the code. A link or a QR code fills it in (`?code=`); only sending the form goes on."""
    if request.method != "POST":
        return _code_page(request, OneTimeCodeForm(initial={"code": request.GET.get("code", "")[:40]}))
    form = OneTimeCodeForm(request.POST)
    if form.is_valid():
        try:
            opening = _found(request, form.cleaned_data["code"])
        except DomainError as error:
            show(form, error)
        else:
            return _onward(request, opening, form.cleaned_data["code"])
    return _code_page(request, form)


def _found(request: HttpRequest, typed: str) -> Opening:
    """What the code opens. Codes that open nothing are counted; slips of the keyboard are not."""
    if codes.letters_of(typed) is not None:
        try:
            lockout.begin_code(address_of(request))
        except lockout.Locked as error:
            sentence = lockout.sentence(error.seconds)
            raise DomainError("locked", sentence, {"code": sentence}) from error
    code = codes.find(typed)
    lockout.succeed_code(address_of(request))
    return activation.opening_of(code)


def _onward(request: HttpRequest, opening: Opening, typed: str) -> HttpResponse:
    """On to the next step, at the school that the code is of or at the front door."""
    here = request.school  # type: ignore[attr-defined]
    if here is not None and here.pk != opening.establishment.pk:
        url = f"{request.path}?{urlencode({'code': typed})}"
        return discreet(HttpResponseRedirect(school_url(opening.establishment, url, request)))
    request.session[STATE] = {"code": opening.code.pk, "until": time.time() + WAIT}
    return discreet(redirect("account_activate_who"))


def _code_page(request: HttpRequest, form: forms.Form) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return discreet(TemplateResponse(request, "accounts/activate/code.html", {"form": form}, status=status))


@open_to_all
@require_safe
@in_region
def who(request: HttpRequest) -> HttpResponse:
    """Whom the code is for, and the ways to go on."""
    opening = _opening(request)
    return _start_again(request) if opening is None else _page(request, opening)


@open_to_all
@require_POST
@in_region
def birth(request: HttpRequest) -> HttpResponse:
    """A pupil also says their date of birth. After a few wrong ones the code is worth nothing."""
    opening = _opening(request)
    if opening is None:
        return _start_again(request)
    form = BirthForm(request.POST)
    if not form.is_valid():
        return _page(request, opening, birth_form=form)
    if form.cleaned_data["birth_date"] == opening.profile.birth_date:
        request.session[STATE] |= {"born": True}
        request.session.modified = True
        return discreet(redirect("account_activate_who"))
    if _too_many_births(opening.code):
        messages.error(request, _("Trop d’essais\u00a0: ce code ne sert plus. Demandez-en un autre à l’établissement."))
        return _start_again(request)
    form.add_error("birth_date", _("Ce n’est pas la date que l’établissement connaît. Vérifiez le jour et le mois."))
    return _page(request, opening, birth_form=form)


def _too_many_births(code: ActivationCode) -> bool:
    if (lockout.count_birth(code.pk) or 0) < lockout.BIRTH_TRIES:
        return False
    codes.end(code.uai, [code.person_id])
    return True


@open_to_all
@sensitive_post_parameters("password1", "password2")
@require_POST
@in_region
def choose(request: HttpRequest) -> HttpResponse:
    """A login and a password of one's own; for a recovery, only the password."""
    opening = _known_opening(request)
    if opening is None:
        return _start_again(request)
    form = _chosen_form(opening, request.POST)
    if not form.is_valid():
        return _page(request, opening, chosen=form)
    try:
        account = _opened(opening, form.cleaned_data)
    except DomainError as error:
        show(form, error)
        return _page(request, opening, chosen=form)
    if has_second_factor(account):  # the code of a letter does not stand for it
        request.session.pop(STATE, None)
        messages.success(request, _("Votre nouveau mot de passe est en place. Connectez-vous."))
        return discreet(redirect("account_login"))
    return _arrive(request, opening, account, mfa_at=None)


def _opened(opening: Opening, chosen: dict[str, Any]) -> Account:
    password = chosen["password1"]
    if opening.is_recovery:
        return activation.recover(opening=opening, password=password)
    return activation.create(opening=opening, login=chosen["login"], password=password, email=chosen["email"])


@open_to_all
@sensitive_post_parameters("password")
@require_POST
@in_region
def own(request: HttpRequest) -> HttpResponse:
    """« J’ai déjà un compte » : its login and password, then its second factor if it has one."""
    opening = _known_opening(request)
    if opening is None or opening.is_recovery:
        return _start_again(request)
    form = OwnAccountForm(request.POST, prefix="own")
    if not form.is_valid():
        return _page(request, opening, own_form=form)
    try:
        found = proof.by_password(request, **form.cleaned_data)
        if found.is_whole:
            return _join(request, opening, found.account, mfa_at=None)
    except DomainError as error:
        show(form, error)
        return _page(request, opening, own_form=form)
    request.session[STATE] |= {"proof": found.kept()}
    request.session.modified = True
    return discreet(redirect("account_activate_factor"))


@open_to_all
@require_http_methods(["GET", "POST"])
@in_region
def factor(request: HttpRequest) -> HttpResponse:
    """The second factor of the account whose password was just given."""
    opening = _known_opening(request)
    found = proof.of(request.session.get(STATE, {}).get("proof"))
    if opening is None or found is None:
        return _start_again(request)
    form = CodeForm(request.POST or None, user=found.account)
    if request.method == "POST" and form.is_valid():
        form.authenticator.record_usage()
        try:
            return _join(request, opening, found.account, mfa_at=int(time.time()))
        except DomainError as error:
            show(form, error)
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "opening": opening, "back": reverse("account_activate_who")}
    return discreet(TemplateResponse(request, "accounts/activate/factor.html", context, status=status))


@open_to_all
@require_POST
@in_region
def mine(request: HttpRequest) -> HttpResponse:
    """Who is signed in on this host adds the profile to that account."""
    opening = _known_opening(request)
    if opening is None or opening.is_recovery or not isinstance(request.user, Account):
        return _start_again(request)
    try:
        return _join(request, opening, request.user, mfa_at=request.session.get(sessions.MFA_AT))
    except DomainError as error:
        return _page(request, opening, refusal=error.message)


def _join(request: HttpRequest, opening: Opening, account: Account, *, mfa_at: int | None) -> HttpResponse:
    activation.join(opening=opening, account=account)
    messages.success(
        request,
        _("%(school)s est maintenant ouvert avec votre compte.") % {"school": opening.establishment.display_name},
    )
    return _arrive(request, opening, account, mfa_at=mfa_at)


def _arrive(request: HttpRequest, opening: Opening, account: Account, *, mfa_at: int | None) -> HttpResponse:
    """Signed in at the school: here, or by a ticket from the front door."""
    with region():
        account = Account.objects.get(pk=account.pk)
    if request.user.pk != account.pk:
        sessions.forget(request)
        sessions.sign_in(request, account, mfa_at=mfa_at, remember=False)
    request.session.pop(STATE, None)
    return discreet(to_school(request, opening.establishment, "/"))


def _opening(request: HttpRequest) -> Opening | None:
    """What the session's code opens, None when it was typed too long ago or is no longer good."""
    state = request.session.get(STATE)
    if not state or state["until"] < time.time():
        return None
    with region():
        code = ActivationCode.objects.filter(pk=state["code"]).first()
    if code is None:
        return None
    try:
        return activation.opening_of(code)
    except DomainError as error:
        messages.error(request, error.message)
        return None


def _known_opening(request: HttpRequest) -> Opening | None:
    """The same, once who holds the code has also said when they were born, where that is asked."""
    opening = _opening(request)
    return opening if opening is None or _is_known(request, opening) else None


def _is_known(request: HttpRequest, opening: Opening) -> bool:
    return opening.profile.birth_date is None or bool(request.session[STATE].get("born"))


def _start_again(request: HttpRequest) -> HttpResponse:
    request.session.pop(STATE, None)
    return discreet(redirect("account_activate"))


def _chosen_form(opening: Opening, data: Any = None) -> forms.Form:
    if opening.is_recovery:
        return NewPasswordByCodeForm(data)
    login = "" if data else suggest_login(opening.profile.first_name, opening.profile.last_name)
    return ChosenAccountForm(data, initial={"login": login})


def _page(request: HttpRequest, opening: Opening, **parts: Any) -> HttpResponse:
    """Nobody's name before the birth date that is asked."""
    known = _is_known(request, opening)
    user = request.user if isinstance(request.user, Account) else None
    context: dict[str, Any] = {
        "known": known,
        "opening": opening if known else None,
        "school_name": opening.establishment.full_name,
        "birth_form": parts.get("birth_form") or BirthForm(),
        "chosen": parts.get("chosen") or (_chosen_form(opening) if known else None),
        "own": parts.get("own_form") or OwnAccountForm(prefix="own"),
        "own_open": "own_form" in parts,
        "signed_in_as": user.login if user else "",
        "refusal": parts.get("refusal", ""),
    }
    refused = bool(parts.get("refusal")) or any(form.errors for form in parts.values() if isinstance(form, forms.Form))
    template = "accounts/activate/who.html"
    return discreet(TemplateResponse(request, template, context, status=422 if refused else 200))


def show(form: forms.Form, error: DomainError) -> None:
    """A service's refusal beside the fields it is about."""
    for name, sentence in error.fields.items():
        form.add_error(name if name in form.fields else None, sentence)
    if not error.fields:
        form.add_error(None, error.message)
