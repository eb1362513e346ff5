"""Browsers that an account has signed in from, and the mail to its owner when it does from one never seen.

A browser keeps a random number in a cookie of the host; here is only its hash. Nothing of its owner's place or habits
is looked at: a stolen password tells by the one thing that the thief does not have. A ticket from one host to another
(`tenants.accounts.passage`) is proof enough that the browser is the same, and tells nobody.
"""

import hashlib
import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from tenants.accounts import selectors, tasks
from tenants.accounts.addresses import device_of
from tenants.accounts.hosts import PUBLIC, urlconf_of
from tenants.accounts.models import Account, KnownDevice
from tenants.establishments.hosts import region_url
from tenants.schemas.context import region

COOKIE_AGE = timedelta(days=400)  # the longest that browsers keep one
# Rooms of computers that forget their cookies would else write to a teacher at every lesson.
QUIET = timedelta(days=1)
# No account has so many browsers; the oldest are forgotten first.
MOST = 50
_TOKEN = re.compile(r"[0-9a-f]{32}")
_FRESH, _HANDED_OVER = "_device_token", "_handed_over"


def cookie_name() -> str:
    return "__Host-browser" if settings.SESSION_COOKIE_SECURE else "browser"


def hand_over(request: HttpRequest) -> None:
    """The sign-in that follows comes by a ticket: from a browser that is signed in already."""
    setattr(request, _HANDED_OVER, True)


def note(request: HttpRequest, account: Account) -> None:
    """Remember the browser of a sign-in; tell the owner when the account knows others, and not this one."""
    token = request.COOKIES.get(cookie_name(), "")
    if not _TOKEN.fullmatch(token):
        token = secrets.token_hex(16)
    setattr(request, _FRESH, token)
    now, words = timezone.now(), device_of(request)[:80]
    with region(), transaction.atomic():
        # One after the other: of two sign-ins at once the second knows what the first has learnt.
        Account.objects.select_for_update(no_key=True).filter(pk=account.pk).first()
        KnownDevice.objects.filter(account_id=account.pk, seen_at__lt=now - COOKIE_AGE).delete()
        known = KnownDevice.objects.filter(account_id=account.pk)
        if known.filter(digest=_digest(token)).update(seen_at=now):
            return
        tells = known.exists() and not getattr(request, _HANDED_OVER, False) and not _told_lately(account, words)
        KnownDevice.objects.create(
            account_id=account.pk, digest=_digest(token), device=words, told_at=now if tells else None
        )
        for old in known.order_by("-seen_at")[MOST:]:
            old.delete()
        if tells:
            transaction.on_commit(lambda: _tell(account, words))


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser its number, after a sign-in."""
    token = getattr(request, _FRESH, "")
    if token:
        response.set_cookie(
            cookie_name(), token, max_age=COOKIE_AGE, httponly=True, samesite="Lax",
            secure=bool(settings.SESSION_COOKIE_SECURE), path="/",
        )  # fmt: skip


def _told_lately(account: Account, words: str) -> bool:
    since = timezone.now() - QUIET
    return KnownDevice.objects.filter(account_id=account.pk, device=words, told_at__gt=since).exists()


def _tell(account: Account, words: str) -> None:
    """To the verified address, where there is one; the link leads to what ends sessions."""
    with region():
        address = selectors.verified_addresses([account.pk]).get(account.pk)
    if address:
        url = region_url(reverse("account_sessions", urlconf=urlconf_of(PUBLIC)))
        moment = timezone.localtime()
        tasks.enqueue(
            tasks.send_mail, kind="new_device", to=address, login=account.login, url=url,
            other=f"{words}, {moment:%d/%m/%Y} à {moment:%H:%M}",
        )  # fmt: skip


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
