"""Closing and opening a school to many accounts at once, in a fixed number of statements."""

from collections.abc import Mapping
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


def close(*, uai: str, account_ids: list[int], actor: Account | None = None) -> dict[int, int]:
    """These accounts enter the school no more, and their sessions there end. Returns {account: person} of those closed.

    What `services.unlink` does for one. May be called within a school's transaction.
    """
    with region(), transaction.atomic():
        rows = Membership.objects.select_for_update().filter(uai=uai, account_id__in=account_ids)
        found = dict(rows.values_list("account_id", "person_id"))
        Membership.objects.filter(uai=uai, account_id__in=found).delete()
        kept = AccountSession.objects.filter(account_id__in=found, schema_name=schema_name_for(uai))
        hashes = list(kept.values_list("key_hash", flat=True))
        kept.delete()
        alone = Account.objects.filter(pk__in=found, memberships=None)
        Account.objects.filter(pk__in=list(alone.values_list("pk", flat=True))).update(unused_since=timezone.now())
        _note("account.unlinked", list(found), actor, {"uai": [uai, None]})
    with school(uai), connection.cursor() as cursor:
        cursor.execute(_END_SESSIONS, [hashes])
    return found


def open_again(*, uai: str, people: Mapping[int, int], actor: Account | None = None) -> dict[int, int]:
    """Open the school again to accounts, as {account: person}. Returns those that could be: some are others' by now.

    What `services.link` does for one.
    """
    with region(), transaction.atomic():
        free = set(Account.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True))
        taken = Membership.objects.filter(uai=uai)
        free -= set(taken.filter(account_id__in=people).values_list("account_id", flat=True))
        busy = set(taken.filter(person_id__in=people.values()).values_list("person_id", flat=True))
        opened = {account: person for account, person in people.items() if account in free and person not in busy}
        schema = schema_name_for(uai)
        Membership.objects.bulk_create(
            Membership(account_id=account, uai=uai, schema_name=schema, person_id=person)
            for account, person in opened.items()
        )
        Account.objects.filter(pk__in=opened).update(unused_since=None)
        _note("account.linked", list(opened), actor, {"uai": [None, uai]})
    return opened


def _note(action: str, pks: list[int], actor: Account | None, changes: dict[str, Any]) -> None:
    logins = Account.objects.filter(pk__in=pks).values_list("pk", "login")
    targets = {str(pk): (login, changes) for pk, login in logins}
    if targets:
        record_all(action, actor=actor, target_type="account", targets=targets)
