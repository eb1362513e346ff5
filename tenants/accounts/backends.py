"""Checking credentials: by login or by a verified address, in the regional context."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.http import HttpRequest

from tenants.accounts.models import Account
from tenants.schemas.context import region

# What a school's role may read of an account (tenants.schemas.grants).
READABLE_IN_SCHOOLS = ("id", "login", "is_active", "security_stamp")


class AccountBackend(AuthenticationBackend):
    """Exactly one hash is computed whatever was typed, so that the time taken tells nothing."""

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> Account | None:
        typed = credentials.get("username") or credentials.get("email") or ""
        with region():
            account = account_named(typed)
            return self._check_password(account, credentials.get("password") or "")

    def get_user(self, user_id: int) -> Account | None:
        """The account of a session. Reads only what a school's role may; the rest loads in region()."""
        account = Account.objects.only(*READABLE_IN_SCHOOLS).filter(pk=user_id).first()
        return account if account is not None and self.user_can_authenticate(account) else None


def account_named(typed: str) -> Account | None:
    """The account with this login, or with this address once verified (an address has one verified owner)."""
    typed = typed.strip()
    if not typed or "\x00" in typed:
        return None
    if "@" in typed:
        address = EmailAddress.objects.filter(email=typed.lower(), verified=True).select_related("user").first()
        return address.user if address else None
    return Account.objects.filter(login__iexact=typed).first()
