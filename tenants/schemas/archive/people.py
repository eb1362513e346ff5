"""Whose account is whose: the accounts that a bundle names, found again in this region or made."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from cryptography.fernet import InvalidToken
from django.db import connection

from tenants.accounts.models import Account
from tenants.schemas.archive.rows import Rows, made

# The same account: the same moment of creation to the microsecond, and one more thing. The third way finds again
# those that an earlier restoration gave another login.
_SAME = """
WITH wanted AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(logins)s::text[], %(moments)s::timestamptz[], %(hashes)s::text[])
        AS x(id, login, created_at, password)
)
SELECT 1 AS way, x.id, a.id FROM wanted x JOIN accounts_account a ON a.id = x.id
    WHERE a.created_at = x.created_at
UNION ALL
SELECT 2, x.id, a.id FROM wanted x JOIN accounts_account a ON lower(a.login) = lower(x.login)
    WHERE a.created_at = x.created_at
UNION ALL
SELECT 3, x.id, a.id FROM accounts_membership m JOIN accounts_account a ON a.id = m.account_id
    JOIN wanted x ON x.created_at = a.created_at AND x.password = a.password WHERE m.uai = %(uai)s
ORDER BY 1
"""


# `login2`, `login3`… as long as this; then at random
_TRIES = 60


@dataclass
class Meeting:
    """`now`: id in the bundle to id here. `new`: accounts to be made, under ids that were set aside for them."""

    now: dict[int, int]
    known: int = 0
    # ids in the bundle of accounts that it only names, and that are nobody here
    lost: list[int] = field(default_factory=list)
    new: list[Rows] = field(default_factory=list)
    # (login in the bundle, login here) where the first was somebody else's
    renamed: list[tuple[str, str]] = field(default_factory=list)
    # logins whose address is another account's by now
    addresses_left: list[str] = field(default_factory=list)
    # logins whose second factor cannot be used here
    factors_left: list[str] = field(default_factory=list)

    @property
    def changes(self) -> dict[int, int] | None:
        """`now`, or None when every account is the one that it was: nothing needs to be written otherwise."""
        same = not self.new and not self.lost and all(then == here for then, here in self.now.items())
        return None if same and self.now else self.now


def meet(rows: Rows, uai: str) -> Meeting:
    """Find the bundle's accounts here; nothing is written. `uai`: the school that is restored."""
    members, others = rows["accounts"], rows["others"]
    now = _same([*members, *others], uai)
    meeting = Meeting(now, known=sum(1 for row in members if row["id"] in now))
    meeting.lost.extend(row["id"] for row in others if row["id"] not in now)
    missing = [row for row in members if row["id"] not in now]
    taken = _taken([row["login"] for row in missing])
    verified = _verified(missing)
    for row in missing:
        meeting.new.append(_prepared(row, taken, verified, meeting))
    return meeting


def reserve(meeting: Meeting) -> None:
    """Set an id aside for each account to be made, so that the school's rows can name it before it exists."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('accounts_account', 'id')) FROM generate_series(1, %s)",
            [len(meeting.new)],
        )
        fresh = [row[0] for row in cursor.fetchall()]
    for row, pk in zip(meeting.new, fresh, strict=True):
        meeting.now[row["id"]] = pk


def create(meeting: Meeting) -> None:
    """Make the accounts that are missing, with what signing in needs. In the caller's transaction."""
    ids = {row["id"]: meeting.now[row["id"]] for row in meeting.new}
    accounts = [made(Account, row, id=ids[row["id"]]) for row in meeting.new]
    Account.objects.bulk_create(accounts, batch_size=2000)
    for model, key in ((EmailAddress, "addresses"), (Authenticator, "factors")):
        parts = [made(model, part, user_id=ids[row["id"]]) for row in meeting.new for part in row[key]]
        model._default_manager.bulk_create(parts, batch_size=2000)


def _same(rows: list[Rows], uai: str) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            _SAME,
            {
                "ids": [row["id"] for row in rows],
                "logins": [row["login"] for row in rows],
                "moments": [row["created_at"] for row in rows],
                "hashes": [row.get("password") for row in rows],
                "uai": uai,
            },
        )
        found = cursor.fetchall()
    now: dict[int, int] = {}
    used: set[int] = set()
    for _way, then, here in found:
        if then not in now and here not in used:
            now[then] = here
            used.add(here)
    return now


def _taken(logins: list[str]) -> set[str]:
    """Of these logins, the ones that are given here; and of those that would follow them, the same."""
    clashes = _given([login.lower() for login in logins])
    return clashes | _given([_numbered(login, n) for login in clashes for n in range(2, _TRIES)])


def _given(logins: list[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower(login) FROM accounts_account WHERE lower(login) = ANY(%s)", [logins])
        return {row[0] for row in cursor.fetchall()}


def _verified(rows: list[Rows]) -> set[str]:
    addresses = [address["email"] for row in rows for address in row["addresses"] if address["verified"]]
    found = EmailAddress.objects.filter(email__in=addresses, verified=True)
    return set(found.values_list("email", flat=True))


def _prepared(row: Rows, taken: set[str], verified: set[str], meeting: Meeting) -> Rows:
    login = _free(row["login"], taken)
    if login != row["login"]:
        meeting.renamed.append((row["login"], login))
    addresses = [address for address in row["addresses"] if address["email"] not in verified]
    lost = {address["email"] for address in row["addresses"]} & verified
    if lost:
        meeting.addresses_left.append(row["login"])
    factors = [factor for factor in row["factors"] if _usable(factor)]
    if len(factors) < len(row["factors"]):
        meeting.factors_left.append(row["login"])
    email = "" if row["email"] in lost else row["email"]
    return row | {"login": login, "email": email, "addresses": addresses, "factors": _whole(factors)}


def _free(login: str, taken: set[str]) -> str:
    number, free = 1, login
    while free.lower() in taken:
        number += 1
        free = _numbered(login, number if number < _TRIES else secrets.randbelow(10**9))
    taken.add(free.lower())
    return free


def _numbered(login: str, number: int) -> str:
    return f"{login[:70]}{number}".lower()


def _usable(factor: Rows) -> bool:
    """Codes are encrypted with the place's secret; a passkey holds the account's former id."""
    data: dict[str, Any] = factor["data"]
    if factor["type"] == Authenticator.Type.WEBAUTHN:
        return False
    try:
        for secret in data.get("migrated_codes") or [data.get("secret") or data.get("seed") or ""]:
            decrypt(secret)
    except (InvalidToken, ValueError):
        return False
    return True


def _whole(factors: list[Rows]) -> list[Rows]:
    """Recovery codes alone are no second factor."""
    alone = all(factor["type"] == Authenticator.Type.RECOVERY_CODES for factor in factors)
    return [] if alone else factors
