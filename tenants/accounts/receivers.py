"""What follows from allauth's and Django's signals."""

import time
from typing import Any

from allauth.account.signals import email_confirmed, password_changed, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from tenants.accounts import devices, sessions
from tenants.accounts.models import Account
from tenants.audit.services import record
from tenants.schemas.context import region


@receiver(user_logged_in)
def note_sign_in(request: HttpRequest, user: Account, **details: Any) -> None:
    with region():
        Account.objects.filter(pk=user.pk).update(signed_in_at=timezone.now())
    sessions.record(request, user)
    devices.note(request, user)


@receiver([password_changed, password_set])
def keep_this_session(request: HttpRequest, user: Account, **details: Any) -> None:
    """Every other session ended with the old password."""
    sessions.record(request, user)


@receiver([authenticator_used, authenticator_added])
def note_second_factor(
    signal: Any, request: HttpRequest, user: Account, authenticator: Authenticator, **details: Any
) -> None:
    """Setting a factor up proves that one holds it. Before the session is open, the adapter does this."""
    proven = signal is authenticator_used or authenticator.type != Authenticator.Type.RECOVERY_CODES
    if proven and request.user.is_authenticated and request.user.pk == user.pk:
        request.session[sessions.MFA_AT] = int(time.time())
        sessions.record(request, user)


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def audit_second_factor(signal: Any, user: Account, authenticator: Authenticator, **details: Any) -> None:
    verb = {authenticator_added: "added", authenticator_removed: "removed"}.get(signal, "renewed")
    _audit(f"account.factor_{verb}", user, {"factor": [None, authenticator.type]})


@receiver(authenticator_removed)
def forget_second_factor(request: HttpRequest, user: Account, **details: Any) -> None:
    """Without any factor left, the session has none either."""
    if not Authenticator.objects.filter(user_id=user.pk).exists() and request.session.pop(sessions.MFA_AT, None):
        sessions.record(request, user)


@receiver(email_confirmed)
def audit_address(email_address: Any, **details: Any) -> None:
    _audit("account.address_changed", email_address.user, None)


def _audit(action: str, account: Account, changes: dict[str, Any] | None) -> None:
    record(
        action, actor=account, target_type="account", target_id=str(account.pk), target_label=account.login,
        changes=changes,
    )  # fmt: skip
