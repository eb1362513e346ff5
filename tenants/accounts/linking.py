"""Opening and closing a school to many accounts at once, as imports do."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from tenants.accounts.models import Account, AccountSession, Membership
from tenants.audit.services import record_all
from tenants.schemas.context import region, school
from tenants.schemas.names import schema_name_for

_END_SESSIONS = """
    DELETE FROM django_session WHERE encode(sha256(convert_to(session_key, 'UTF8')), 'hex') = ANY(%s)
"""


def unlink_many(*, uai: str, account_ids: Collection[int]) -> int:
    """`services.unlink` for many: they enter the school no more, and their sessions there end. Returns how many.

    A fixed number of statements, in the caller's transaction if there is one.
    """
    if not account_ids:
        return 0
    schema = schema_name_for(uai)
    with region(), transaction.atomic():
        held = Membership.objects.filter(uai=uai, account_id__in=account_ids)
        logins = dict(held.values_list("account_id", "account__login"))
        held.delete()
        sessions = AccountSession.objects.filter(account_id__in=logins, schema_name=schema)
        hashes = list(sessions.values_list("key_hash", flat=True))
        sessions.delete()
        Account.objects.filter(pk__in=logins, memberships=None).update(unused_since=timezone.now())
        _journal("account.unlinked", logins, [uai, None])
    if hashes:
        with school(uai), connection.cursor() as cursor:
            cursor.execute(_END_SESSIONS, [hashes])
    return len(logins)


def link_many(*, uai: str, people: Mapping[int, int]) -> set[int]:
    """`services.link` for many: {person: account}. Returns the people who are linked.

    An account that is gone, or that has another profile there by now, is left out.
    """
    if not people:
        return set()
    schema = schema_name_for(uai)
    with region(), transaction.atomic():
        logins = dict(Account.objects.filter(pk__in=people.values()).values_list("pk", "login"))
        rows = [
            Membership(account_id=account, uai=uai, schema_name=schema, person_id=person)
            for person, account in people.items()
            if account in logins
        ]
        Membership.objects.bulk_create(rows, ignore_conflicts=True)
        found = Membership.objects.filter(uai=uai, person_id__in=people).values_list("person_id", "account_id")
        linked = {person: account for person, account in found if people[person] == account}
        Account.objects.filter(pk__in=linked.values()).update(unused_since=None)
        _journal("account.linked", {pk: logins[pk] for pk in linked.values()}, [None, uai])
    return set(linked)


def _journal(action: str, logins: Mapping[int, str], change: list[Any]) -> None:
    if logins:
        targets = {str(pk): (login, {"uai": change}) for pk, login in logins.items()}
        record_all(action, actor=None, target_type="account", targets=targets)
