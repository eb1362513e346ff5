"""Small things that the tests of accounts do over and over."""

import re

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from tenants.accounts.models import Account
from tenants.schemas.context import region
from tests.factories import make_person

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def member_of(establishment, *roles: str) -> Account:
    person = make_person(establishment, *(roles or ("teacher",)), account=True)
    return Account.objects.get(pk=person.account_id)


def give_address(account: Account, email: str = "") -> str:
    email = email or f"{account.login}@example.org"
    with region():
        EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
    return email


def give_totp(account: Account) -> None:
    with region():
        TOTP.activate(account, SECRET)


def code_now() -> str:
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def recovery_codes(account: Account) -> list[str]:
    with region():
        return RecoveryCodes.activate(account).get_unused_codes()


def link_in(body: str) -> str:
    return re.search(r"https?://\S+", body).group()


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def is_signed_in(client: Client, path: str) -> bool:
    """Whether the host still knows who the client is."""
    return client.get(path).status_code == 200
