"""Proving that an account is one's own without signing in with it: its password, then its second factor."""

import time
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tenants.accounts import lockout, selectors
from tenants.accounts.addresses import address_of
from tenants.accounts.models import Account
from tenants.errors import DomainError
from tenants.schemas.context import region

_TYPED = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
# Between the password and the code
WAIT = 10 * 60


@dataclass
class Proof:
    """What a session has proved of an account; kept there as `kept()`."""

    account: Account
    until: float
    second_factor: bool

    @property
    def is_whole(self) -> bool:
        return self.second_factor or not selectors.has_second_factor(self.account)

    def kept(self) -> dict[str, Any]:
        return {
            "account": self.account.pk,
            "stamp": self.account.security_stamp,
            "until": self.until,
            "second_factor": self.second_factor,
        }


def by_password(request: HttpRequest, *, login: str, password: str) -> Proof:
    """Counted like any sign-in. Raises DomainError when it does not fit, is locked, or needs a passkey."""
    try:
        attempt = lockout.begin(login, address_of(request))
    except lockout.Locked as error:
        sentence = lockout.sentence(error.seconds)
        raise DomainError("locked", sentence, {"password": sentence}) from error
    with region():
        account = authenticate(request, username=login, password=password)
    if not isinstance(account, Account):
        sentence = _("L’identifiant ou le mot de passe ne convient pas.")
        raise DomainError("wrong", sentence, {"password": sentence})
    lockout.succeed(attempt)
    proof = Proof(account, time.time() + WAIT, second_factor=False)
    if not proof.is_whole and not _has_typed_factor(account):
        sentence = _("Ce compte se vérifie par une clé d’accès\u00a0: connectez-vous d’abord avec lui.")
        raise DomainError("passkey-only", sentence, {"login": sentence})
    return proof


def of(kept: dict[str, Any] | None) -> Proof | None:
    """What was kept, while it holds: ten minutes, and as long as nothing of the account has changed."""
    if not kept or kept["until"] < time.time():
        return None
    with region():
        account = Account.objects.filter(pk=kept["account"], is_active=True, security_stamp=kept["stamp"]).first()
    return Proof(account, kept["until"], kept["second_factor"]) if account else None


def _has_typed_factor(account: Account) -> bool:
    with region():
        return Authenticator.objects.filter(user_id=account.pk, type__in=_TYPED).exists()
