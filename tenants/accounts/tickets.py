"""Passing to another host without a second password: a ticket for one host, one page, once, 30 seconds."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tenants.accounts.hosts import PUBLIC
from tenants.accounts.models import Account, Ticket
from tenants.accounts.selectors import is_member
from tenants.errors import DomainError
from tenants.schemas.context import region

LIFETIME = timedelta(seconds=30)
_LONGEST_PATH = 500


def local_path(path: str | None) -> str:
    """`path` when it is one of a host's own pages, else the home page."""
    path = path or "/"
    fits = path.startswith("/") and len(path) <= _LONGEST_PATH and path.isprintable()
    return path if fits and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "/"


def issue(
    account: Account, schema_name: str, *, path: str = "/", mfa_at: int | None = None, remember: bool = False
) -> str:
    """A token that opens a session at `schema_name` (a school's, or "public") and leads to `path`.

    Raises DomainError when the account has no profile in that school.
    """
    with region():
        if schema_name != PUBLIC and not is_member(account, schema_name):
            raise DomainError("no-membership", _("Votre compte n’a pas de profil dans cet établissement."))
        now = timezone.now()
        Ticket.objects.filter(expires_at__lt=now - timedelta(hours=1)).delete()
        token = secrets.token_urlsafe(32)
        Ticket.objects.create(
            token_hash=_digest(token),
            account_id=account.pk,
            schema_name=schema_name,
            path=local_path(path),
            mfa_at=datetime.fromtimestamp(mfa_at, UTC) if mfa_at else None,
            remember=remember,
            security_stamp=account.security_stamp,
            expires_at=now + LIFETIME,
        )
        return token


def redeem(token: str, schema_name: str, *, path: str) -> Ticket | None:
    """Use a ticket up on the host it was made for; None when it opens nothing.

    One UPDATE decides, so that of two simultaneous uses one wins. What the account may do is looked at again.
    """
    if not token.isascii() or len(token) > 100:
        return None
    with region(), transaction.atomic():
        fitting = Ticket.objects.filter(
            token_hash=_digest(token),
            schema_name=schema_name,
            path=path,
            used_at=None,
            expires_at__gt=timezone.now(),
        )
        if not fitting.update(used_at=timezone.now()):
            return None
        ticket = Ticket.objects.select_related("account").get(token_hash=_digest(token))
        return ticket if still_holds(ticket.account, ticket.security_stamp, schema_name) else None


def still_holds(account: Account, security_stamp: str, schema_name: str) -> bool:
    """Whether the account is as it was when the ticket was made, and belongs to the school."""
    if not account.is_active or account.security_stamp != security_stamp:
        return False
    return schema_name == PUBLIC or is_member(account, schema_name)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
