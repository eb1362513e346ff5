"""A second factor that a demo can print: its secret derives from the login, not from chance."""

import base64
import hashlib

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time

from tenants.accounts.models import Account


def secret_of(login: str) -> str:
    """Base32, as authenticator apps take it."""
    return base64.b32encode(hashlib.sha256(f"préau demo {login}".encode()).digest()[:20]).decode()


def give_second_factor(account: Account) -> None:
    if not Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(account, secret_of(account.login))


def code_of(login: str) -> str:
    """The six digits that are valid now."""
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret_of(login), counters[len(counters) // 2])))
