"""Sessions on every host, as their owner sees them."""

import hashlib
import time
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import login
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from tenants.accounts.addresses import device_of
from tenants.accounts.hosts import PUBLIC
from tenants.accounts.models import Account, AccountSession
from tenants.schemas.context import region, same_schema
from tenants.schemas.selectors import schema_exists

BACKEND = "tenants.accounts.backends.AccountBackend"
# When the second factor was passed in this session, in seconds since 1970
MFA_AT = "mfa_at"
_ROW, _SEEN = "account_session", "account_seen"
SEEN_EVERY = 10 * 60


def key_hash(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()


def sign_in(request: HttpRequest, account: Account, *, mfa_at: int | None, remember: bool) -> None:
    """Open a session on the request's host without a password (a ticket stood for it)."""
    login(request, account, backend=BACKEND)
    if mfa_at:
        request.session[MFA_AT] = mfa_at
    request.session.set_expiry(settings.SESSION_COOKIE_AGE if remember else 0)
    record(request, account)


def record(request: HttpRequest, account: Account) -> None:
    """Write down the session as it now is: when it opens, when its key changes, when a factor is passed."""
    session = request.session
    if session.session_key is None:
        session.save()
    values = {
        "schema_name": session.schema,  # type: ignore[attr-defined]
        "key_hash": key_hash(str(session.session_key)),
        "device": device_of(request)[:80],
        "second_factor": MFA_AT in session,
        "seen_at": timezone.now(),
    }
    with region():
        known = AccountSession.objects.filter(pk=session.get(_ROW) or 0, account_id=account.pk)
        if not known.update(**values):
            _forget_expired(account)
            # The row may be there though the session does not know it: its request failed before it was saved.
            row = AccountSession(account_id=account.pk, **values)
            AccountSession.objects.bulk_create(
                [row], update_conflicts=True, unique_fields=["key_hash"], update_fields=["account_id", *values]
            )
            session[_ROW] = row.pk
    session[_SEEN] = int(time.time())


def _forget_expired(account: Account) -> None:
    oldest = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    AccountSession.objects.filter(account_id=account.pk, seen_at__lt=oldest).delete()


def touch(request: HttpRequest) -> None:
    """Note that the session is in use, at most every ten minutes; this also renews it."""
    if time.time() - request.session.get(_SEEN, 0) >= SEEN_EVERY:
        record(request, request.user)  # type: ignore[arg-type]


def forget(request: HttpRequest) -> None:
    """The session is being closed by its owner."""
    if row := request.session.get(_ROW):
        with region():
            AccountSession.objects.filter(pk=row).delete()


def current_row(request: HttpRequest) -> int | None:
    row: int | None = request.session.get(_ROW)
    return row


def delete_stored(row: AccountSession) -> None:
    """Delete the session itself, in the schema of its host. A schema that is gone took its sessions along."""
    if row.schema_name != PUBLIC and not schema_exists(row.schema_name):
        return
    with same_schema(row.schema_name), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_session WHERE encode(sha256(convert_to(session_key, 'UTF8')), 'hex') = %s",
            [row.key_hash],
        )
