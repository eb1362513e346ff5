"""Logins and passwords that people can read and type."""

import re
import secrets
from collections.abc import Container

from tenants.accounts.models import Account
from tenants.schemas.context import region
from tenants.text import without_accents

_LONGEST = 60
# Without letters and digits that look alike.
_CONSONANTS, _VOWELS, _DIGITS = "bcdfghjkmnprstvz", "aeou", "23456789"


def suggest_login(first_name: str, last_name: str, taken: Container[str] | None = None) -> str:
    """`prenom.nom` in plain letters, then `prenom.nom2`… for homonyms.

    `taken`: the logins that are already given; without it the database is asked.
    """
    base = ".".join(filter(None, (_plain(first_name), _plain(last_name))))[:_LONGEST].strip(".-") or "compte"
    used = _logins_like(base) if taken is None else taken
    number, login = 1, base
    while login in used:
        number += 1
        login = f"{base}{number}"
    return login


def _plain(name: str) -> str:
    ascii_only = without_accents(name).casefold().encode("ascii", "ignore").decode()
    return re.sub(r"-{2,}", "-", re.sub(r"[\s_]+", "-", re.sub(r"[^a-z0-9\s_-]", "", ascii_only))).strip("-")


def _logins_like(base: str) -> set[str]:
    with region():
        return set(Account.objects.filter(login__startswith=base).values_list("login", flat=True))


def readable_password() -> str:
    """A first password to hand over on paper, such as `belu-goda-mite-zo42`: 54 bits, easy to type."""
    syllables = [secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(8)]
    words = ["".join(syllables[i : i + 2]) for i in range(0, 8, 2)]
    return "-".join(words) + "".join(secrets.choice(_DIGITS) for _ in range(2))
