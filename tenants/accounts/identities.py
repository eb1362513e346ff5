"""The same human in two schools, as the State's own keys tell it: noted by imports, joined under one account.

Never merged silently: the names must agree, the owner is told, and for thirty days it can be undone.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from tenants.accounts import codes, tasks
from tenants.accounts.models import Account, KnownIdentity, Membership, Reunion
from tenants.audit.services import record_all
from tenants.schemas.context import region, school
from tenants.schemas.names import schema_name_for

_SALT = "tenants.accounts.identities"
_AT_ONCE = 5_000

_NOTE = """
    INSERT INTO accounts_knownidentity (uai, person_id, key_hash)
    SELECT %(uai)s, person_id, key_hash FROM unnest(%(people)s::bigint[], %(keys)s::text[]) AS t(person_id, key_hash)
    ON CONFLICT ON CONSTRAINT known_identity_once DO UPDATE SET person_id = EXCLUDED.person_id
    WHERE accounts_knownidentity.person_id <> EXCLUDED.person_id
"""
# A profile without account here, and the accounts of those who bear one of its keys elsewhere. What was taken apart
# once is not joined again.
_CANDIDATES = """
    SELECT DISTINCT here.person_id, m.account_id, m.uai, m.person_id
    FROM accounts_knownidentity here
    JOIN accounts_knownidentity there ON there.key_hash = here.key_hash AND there.uai <> here.uai
    JOIN accounts_membership m ON m.uai = there.uai AND m.person_id = there.person_id
    JOIN accounts_account a ON a.id = m.account_id AND a.is_active
    WHERE here.uai = %(uai)s AND here.person_id = ANY(%(people)s)
      AND NOT EXISTS (SELECT 1 FROM accounts_membership x
                      WHERE x.uai = here.uai AND (x.person_id = here.person_id OR x.account_id = m.account_id))
      AND NOT EXISTS (SELECT 1 FROM accounts_reunion r WHERE r.uai = here.uai AND r.person_id = here.person_id
                      AND r.undone_at IS NOT NULL)
"""


def key_hash(source: str, identifier: str) -> str:
    """The trace of a key: `key_hash("aaf", "Strasbourg:1234567")`. The same words give the same trace everywhere.

    It is bound to the region's secret: once that is changed, the next import notes the keys anew.
    """
    said = f"{source}:{identifier.strip()}"
    return hmac.digest(_key(settings.SECRET_KEY), said.encode(), "sha256").hex()


@lru_cache(maxsize=1)
def _key(secret: str) -> bytes:
    """What Django's `salted_hmac` makes of the secret: an import hashes a hundred thousand keys with it."""
    return hashlib.sha256(_SALT.encode() + secret.encode()).digest()


def note(uai: str, pairs: Iterable[tuple[int, str]]) -> int:
    """Keep the keys of a school's people, as (person id, `key_hash`). Returns how many were new or moved.

    A key names one person of a school: given for another one, it moves. Any number of pairs, in a few statements.
    """
    keys = {key: person_id for person_id, key in pairs}
    changed = 0
    with region(), transaction.atomic(), connection.cursor() as cursor:
        names = sorted(keys)
        for some in (names[i : i + _AT_ONCE] for i in range(0, len(names), _AT_ONCE)):
            cursor.execute(_NOTE, {"uai": uai, "people": [keys[name] for name in some], "keys": some})
            changed += cursor.rowcount
    return changed


def schools_knowing(keys: Iterable[str]) -> frozenset[str]:
    """UAI of the schools that know somebody by one of these keys of a source ("aaf.12:3400017")."""
    hashes = [hash_of(key) for key in keys]
    with region():
        found = KnownIdentity.objects.filter(key_hash__in=hashes).values_list("uai", flat=True)
        return frozenset(found.distinct())


def count_known(keys: Iterable[str]) -> int:
    """How many of these keys of a source the region knows. One query."""
    hashes = [hash_of(key) for key in keys]
    with region():
        return KnownIdentity.objects.filter(key_hash__in=hashes).values("key_hash").distinct().count()


def hash_of(key: str) -> str:
    """The trace of a key as imports write them: `aaf.12:3400017` is 12:3400017 of the source aaf."""
    space, _colon, identifier = key.partition(":")
    source, _dot, academy = space.partition(".")
    return key_hash(source, f"{academy}:{identifier}" if academy else identifier)


def forget(uai: str, person_ids: Iterable[int]) -> int:
    """Remove the keys of people whose record is erased. Returns how many."""
    with region():
        return KnownIdentity.objects.filter(uai=uai, person_id__in=list(person_ids)).delete()[0]


def link_known(uai: str, person_ids: Iterable[int]) -> int:
    """Open these people of a school to the account that they already have elsewhere. Returns how many were.

    Only those without account, whose key is the same as in another school and whose family name and first name
    agree there; nobody where two accounts or two people could be meant. Their owners are told in the school and by
    mail, both journals say so, and it can be undone. May be called within a school's transaction; idempotent.
    """
    wanted = sorted(set(person_ids))
    with region(), transaction.atomic():
        found = _unmistakable(_same_names(uai, _candidates(uai, wanted)))
        linked = _write(uai, found)
        if linked:
            _tell(uai, linked)
    return len(linked)


def _candidates(uai: str, person_ids: list[int]) -> list[tuple[int, int, str, int]]:
    """(person here, account, school there, person there)"""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, {"uai": uai, "people": person_ids})
        return list(cursor.fetchall())


def _same_names(uai: str, rows: list[tuple[int, int, str, int]]) -> set[tuple[int, int]]:
    """The (person, account) of those whose names agree on both sides. One query for each school that is named."""
    if not rows:
        return set()
    here = _names(uai, {row[0] for row in rows})
    there: dict[str, set[int]] = defaultdict(set)
    for _person, _account, other, other_person in rows:
        there[other].add(other_person)
    names = {other: _names(other, people) for other, people in there.items()}
    return {
        (person, account)
        for person, account, other, other_person in rows
        if person in here and here[person] == names[other].get(other_person)
    }


def _names(uai: str, person_ids: set[int]) -> dict[int, tuple[str, str]]:
    with school(uai):
        names: dict[int, tuple[str, str]] = profiles().names_of(person_ids)
        return names


def _unmistakable(pairs: set[tuple[int, int]]) -> dict[int, int]:
    """Person to account, where neither could be another one."""
    accounts: dict[int, set[int]] = defaultdict(set)
    people: dict[int, set[int]] = defaultdict(set)
    for person, account in pairs:
        accounts[person].add(account)
        people[account].add(person)
    return {
        person: account for person, account in pairs if len(accounts[person]) == 1 and len(people[account]) == 1
    }


def _write(uai: str, found: dict[int, int]) -> dict[int, int]:
    """Who is linked in truth: another one may have been quicker."""
    if not found:
        return {}
    schema = schema_name_for(uai)
    rows = [Membership(account_id=a, uai=uai, schema_name=schema, person_id=p) for p, a in found.items()]
    Membership.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_AT_ONCE)
    made = Membership.objects.filter(uai=uai, person_id__in=found).values_list("person_id", "account_id")
    linked = {person: account for person, account in made if found[person] == account}
    Account.objects.filter(pk__in=linked.values()).update(unused_since=None)
    codes.end(uai, linked)
    now = timezone.now()
    Reunion.objects.bulk_create(
        Reunion(account_id=account, how=Reunion.How.KNOWN, uai=uai, person_id=person, at=now)
        for person, account in linked.items()
    )
    return linked


def _tell(uai: str, linked: dict[int, int]) -> None:
    logins = dict(Account.objects.filter(pk__in=linked.values()).values_list("pk", "login"))
    record_all(
        "account.identity_linked",
        actor=None,
        target_type="account",
        targets={str(pk): (login, {"uai": [None, uai]}) for pk, login in logins.items()},
    )
    with school(uai):
        profiles().attach(linked)
    accounts = sorted(logins)
    transaction.on_commit(lambda: tasks.enqueue(tasks.tell_linked, account_ids=accounts, uai=uai))


def profiles() -> Any:
    """The school's side of an account's profiles (`settings.SCHOOL_PROFILES`): tenants may not import core."""
    return import_module(settings.SCHOOL_PROFILES)
