"""The token of a password reset link."""

from typing import Any

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator

from tenants.accounts.hosts import host_schema


class HostBoundTokenGenerator(EmailAwarePasswordResetTokenGenerator):
    """Holds on one host only, and until the password, an address or the security stamp changes."""

    key_salt = "tenants.accounts.tokens.HostBoundTokenGenerator"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}|{user.security_stamp}|{host_schema()}"
