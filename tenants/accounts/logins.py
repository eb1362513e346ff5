"""Logins and passwords that people can read and type. A login that somebody bore is nobody else's for three years."""

import re
import secrets
from collections.abc import Container, Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from tenants.accounts.models import Account, RetiredLogin
from tenants.schemas.context import region
from tenants.text import without_accents

_LONGEST = 60
# Without letters and digits that look alike.
_CONSONANTS, _VOWELS, _DIGITS = "bcdfghjkmnprstvz", "aeou", "23456789"

RETIRED_FOR = timedelta(days=3 * 366)
# Numbers of homonyms that are looked at together
_STEP = 10


def suggest_login(first_name: str, last_name: str, taken: Container[str] | None = None) -> str:
    """`prenom.nom` in plain letters, then `prenom.nom2`… for homonyms.

    `taken`: the logins that are already given; without it the database is asked.
    """
    if taken is None:
        return suggest_logins([(first_name, last_name)])[0]
    return _first_free(_base(first_name, last_name), taken)


def suggest_logins(names: Sequence[tuple[str, str]]) -> list[str]:
    """A login of their own for each of these people (first name, last name), in their order.

    Neither given, nor given to somebody within three years, nor twice in the answer. The database is asked twice for
    all of them together, and again only where ten homonyms are not enough.
    """
    bases = [_base(first, last) for first, last in names]
    taken: set[str] = set()
    known_up_to: dict[str, int] = {}
    logins: list[str] = []
    _learn({base: _STEP for base in bases}, known_up_to, taken)
    for base in bases:
        login = _first_free(base, taken)
        while _number_of(base, login) > known_up_to[base]:
            _learn({base: known_up_to[base] + _STEP}, known_up_to, taken)
            login = _first_free(base, taken)
        taken.add(login)
        logins.append(login)
    return logins


def _learn(wanted: dict[str, int], known_up_to: dict[str, int], taken: set[str]) -> None:
    """Add to `taken` those of `base`, `base2`… up to the number wanted that nobody may have."""
    candidates = [
        _numbered(base, number)
        for base, last in wanted.items()
        for number in range(known_up_to.get(base, 0) + 1, last + 1)
    ]
    taken |= unavailable(candidates)
    known_up_to |= wanted


def unavailable(logins: Iterable[str], *, to: int | None = None) -> set[str]:
    """Those of these logins (lower case) that somebody has, or had within three years. Two queries.

    `to`: the account that may take back what it bore itself.
    """
    wanted = list(logins)
    hashes = {login_hash(login, key): login for login in wanted for key in _keys()}
    with region():
        given = Account.objects.annotate(lower=Lower("login")).filter(lower__in=wanted).exclude(pk=to or 0)
        retired = RetiredLogin.objects.filter(login_hash__in=hashes).exclude(Q(account_id=to), account_id__isnull=False)
        return {*given.values_list("lower", flat=True)} | {
            hashes[found] for found in retired.values_list("login_hash", flat=True)
        }


def retire(logins: Iterable[str], *, account_id: int | None, now: datetime) -> None:
    """Nobody else gets these logins for three years. `account_id`: who may take them back, while it exists."""
    rows = [
        RetiredLogin(login_hash=login_hash(login.lower()), retired_at=now, account_id=account_id) for login in logins
    ]
    with region():
        RetiredLogin.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["login_hash"],
            update_fields=["retired_at", "account_id"],
        )


def forget_retired(*, now: datetime) -> int:
    """Remove what three years have passed over. Returns how many."""
    with region():
        return RetiredLogin.objects.filter(retired_at__lt=now - RETIRED_FOR).delete()[0]


def login_hash(login: str, key: str = "") -> str:
    return salted_hmac(
        "tenants.accounts.logins", login, secret=key or settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()


def _keys() -> tuple[str, ...]:
    return (str(settings.SECRET_KEY), *map(str, settings.SECRET_KEY_FALLBACKS))


def _base(first_name: str, last_name: str) -> str:
    return ".".join(filter(None, (_plain(first_name), _plain(last_name))))[:_LONGEST].strip(".-") or "compte"


def _first_free(base: str, taken: Container[str]) -> str:
    number = 1
    while _numbered(base, number) in taken:
        number += 1
    return _numbered(base, number)


def _numbered(base: str, number: int) -> str:
    return base if number == 1 else f"{base}{number}"


def _number_of(base: str, login: str) -> int:
    return int(login.removeprefix(base) or 1)


def _plain(name: str) -> str:
    ascii_only = without_accents(name).casefold().encode("ascii", "ignore").decode()
    return re.sub(r"-{2,}", "-", re.sub(r"[\s_]+", "-", re.sub(r"[^a-z0-9\s_-]", "", ascii_only))).strip("-")


def readable_password() -> str:
    """A first password to hand over on paper, such as `belu-goda-mite-zo42`: 54 bits, easy to type."""
    syllables = [secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(8)]
    words = ["".join(syllables[i : i + 2]) for i in range(0, 8, 2)]
    return "-".join(words) + "".join(secrets.choice(_DIGITS) for _ in range(2))
