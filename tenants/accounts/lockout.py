"""Slowing down guesses: by account, and by account and address. Never by address alone, but for one-time codes.

A whole school sits behind one address, so three hundred pupils who mistype once each must all get in, while a
guesser is stopped whether they try one account from one place or from five hundred. Names that belong to no
account are counted the same way, so that the answer does not tell which exist.

An attempt is counted before the password is checked: a burst of simultaneous guesses gains nothing.
"""

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import structlog
from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis.exceptions import RedisError

from tenants.accounts.backends import account_named
from tenants.schemas.context import region

logger = structlog.get_logger(__name__)

MINUTE = 60
# From one address: the fifth failure locks for 5 minutes, each further one twice as long, an hour at most.
PAIR_TRIES, PAIR_LOCK, PAIR_LOCK_MAX, PAIR_MEMORY = 5, 5 * MINUTE, 60 * MINUTE, 120 * MINUTE
# From everywhere: thirty failures within an hour lock the account for a quarter of an hour.
ACCOUNT_TRIES, ACCOUNT_LOCK, ACCOUNT_MEMORY = 30, 15 * MINUTE, 60 * MINUTE
# Codes of letters and mails that open nothing: from one address (a whole school may sit behind it), and from all.
CODE_TRIES, CODE_TRIES_OF_ALL, CODE_MEMORY = 60, 6_000, 15 * MINUTE
# A birth date is asked beside a code: after so many wrong ones the code is worth nothing.
BIRTH_TRIES, BIRTH_MEMORY = 8, 30 * 24 * 60 * MINUTE


class Locked(Exception):
    """Too many failures; `seconds` remain."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"locked for {seconds} s")
        self.seconds = seconds


def sentence(seconds: int) -> str:
    """« Trop d’essais. Réessayez dans 5 minutes. »"""
    minutes = math.ceil(seconds / MINUTE)
    wait = ngettext("Réessayez dans %(n)d minute.", "Réessayez dans %(n)d minutes.", minutes)
    return f"{_('Trop d’essais.')} {wait % {'n': minutes}}"


@dataclass
class Attempt:
    """What a sign-in in progress has counted and locked, to be given back when it succeeds."""

    subject: str
    address: str
    locks: list[str] = field(default_factory=list)


def _fail_open(work: Callable[..., Any]) -> Callable[..., Any]:
    """Without Redis nobody could sign in at all: counting stops instead, and the log says so."""

    @wraps(work)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            with region():
                return work(*args, **kwargs)
        except RedisError:
            logger.exception("lockout is not counting: the cache does not answer")
            return None

    return guarded


@_fail_open
def begin(typed: str, address: str) -> Attempt | None:
    """Count an attempt to sign in as `typed` from `address`. Raises Locked."""
    account = account_named(typed)
    subject = f"account:{account.pk}" if account else f"name:{_digest(typed)}"
    attempt = Attempt(subject, address)
    for lock in (_pair(subject, address), subject):
        if until := cache.get(f"lockout:lock:{lock}"):
            raise Locked(max(1, int(until - time.time())))
    _take(attempt, _pair(subject, address), PAIR_TRIES, PAIR_MEMORY, _pair_lock)
    _take(attempt, subject, ACCOUNT_TRIES, ACCOUNT_MEMORY, lambda _tries: ACCOUNT_LOCK)
    return attempt


@_fail_open
def succeed(attempt: Attempt | None) -> None:
    """The password was right: this address starts afresh; what others tried still counts."""
    if attempt is None:
        return
    cache.delete_many([f"lockout:lock:{lock}" for lock in attempt.locks])
    cache.delete(f"lockout:tries:{_pair(attempt.subject, attempt.address)}")
    if cache.get(f"lockout:tries:{attempt.subject}"):
        cache.decr(f"lockout:tries:{attempt.subject}")


@_fail_open
def begin_code(address: str) -> None:
    """Count a code that is typed at the door, before it is looked up. Raises Locked.

    A slip of the keyboard is told by the code's last character and never comes here; who guesses is stopped by
    address, and all guessers together long before 53 bits give anything away.
    """
    for key, tries in ((f"code@{address}", CODE_TRIES), ("code", CODE_TRIES_OF_ALL)):
        counter = f"lockout:tries:{key}"
        cache.add(counter, 0, CODE_MEMORY)
        try:
            number = cache.incr(counter)
        except ValueError:  # it expired in between
            cache.add(counter, number := 1, CODE_MEMORY)
        if number > tries:
            raise Locked(CODE_MEMORY)


@_fail_open
def count_birth(code_id: int) -> int:
    """How many birth dates have been tried with a code, this one included."""
    counter = f"lockout:tries:birth:{code_id}"
    cache.add(counter, 0, BIRTH_MEMORY)
    return int(cache.incr(counter))


@_fail_open
def succeed_code(address: str) -> None:
    """The code was a living one: it does not count."""
    for key in (f"code@{address}", "code"):
        if cache.get(f"lockout:tries:{key}"):
            cache.decr(f"lockout:tries:{key}")


@_fail_open
def forgive(account_id: int) -> None:
    """The password is new: guesses at the old one count no more. Locks of single addresses run out."""
    subject = f"account:{account_id}"
    cache.delete_many([f"lockout:tries:{subject}", f"lockout:lock:{subject}"])


def _take(attempt: Attempt, key: str, tries: int, memory: int, lasting: Callable[[int], int]) -> None:
    """Count one more; from the last free try on, only who sets the lock may go on to check a password."""
    counter = f"lockout:tries:{key}"
    cache.add(counter, 0, memory)
    try:
        number = cache.incr(counter)
    except ValueError:  # it expired in between
        cache.add(counter, number := 1, memory)
    if number < tries:
        return
    seconds = lasting(number)
    if not cache.add(f"lockout:lock:{key}", time.time() + seconds, seconds):
        raise Locked(seconds)
    attempt.locks.append(key)


def _pair_lock(number: int) -> int:
    return min(PAIR_LOCK * 2 ** min(number - PAIR_TRIES, 10), PAIR_LOCK_MAX)


def _pair(subject: str, address: str) -> str:
    return f"{subject}@{address}"


def _digest(typed: str) -> str:
    return hashlib.sha256(typed.strip().lower().encode()).hexdigest()
