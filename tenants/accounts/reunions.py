"""Two accounts of one human become one, when their owner proves both; and apart again, for thirty days."""

from collections import defaultdict
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts import selectors, services, sessions, tasks
from tenants.accounts.identities import profiles
from tenants.accounts.models import Account, AccountSession, Membership, RegionalRole, Reunion, new_stamp
from tenants.audit.services import record
from tenants.errors import Conflict, DomainError
from tenants.schemas.context import region, school
from tenants.schemas.names import schema_name_for

UNDONE_WITHIN = timedelta(days=30)
# What the journals say
JOINED, SEPARATED = "people.join_accounts", "people.separate_accounts"


def check(*, account: Account, other: Account) -> None:
    """Raises DomainError with the reason why `other` cannot become part of `account`."""
    with region():
        own, theirs = (_schools(one) for one in (account, other))
        works = RegionalRole.objects.filter(account_id=other.pk).exists()
    sentence = ""
    if account.pk == other.pk:
        sentence = _("C’est le compte avec lequel vous êtes connecté.")
    elif works:
        sentence = _("Ce compte a un rôle dans la région\u00a0: connectez-vous avec lui, et réunissez l’autre.")
    elif not theirs:
        sentence = _("Ce compte n’ouvre aucun établissement\u00a0: il n’y a rien à réunir.")
    elif own & theirs:
        sentence = _(
            "Les deux comptes ouvrent le même établissement, sous deux noms. Demandez-lui de réunir d’abord les "
            "deux fiches."
        )
    if sentence:
        raise DomainError("not-joinable", sentence, {"login": sentence})


def _schools(account: Account) -> set[str]:
    return set(Membership.objects.filter(account_id=account.pk).values_list("uai", flat=True))


def join(*, account: Account, other: Account) -> None:
    """Move the profiles of `other`, which its owner has just proved, to `account`; close `other` and keep its login.

    Both journals say so, both addresses are told. Raises DomainError (see `check`).
    """
    with region(), transaction.atomic():
        _lock(account, other)
        check(account=account, other=other)
        moved = list(Membership.objects.filter(account_id=other.pk).values_list("uai", "person_id"))
        Membership.objects.filter(account_id=other.pk).update(account_id=account.pk)
        Reunion.objects.bulk_create(
            Reunion(account_id=account.pk, closed_id=other.pk, how=Reunion.How.PROVED, uai=uai, person_id=person)
            for uai, person in moved
        )
        _close(other)
        Account.objects.filter(pk=account.pk).update(unused_since=None)
        _note_in_schools(moved, account, JOINED)
        _written("account.joined", account, other, moved)
        _tell("accounts_joined", account, other)


def separable(account: Account) -> QuerySet[Reunion]:
    """What joined the account within thirty days and can be taken apart; in the regional context."""
    since = timezone.now() - UNDONE_WITHIN
    return Reunion.objects.filter(account_id=account.pk, undone_at=None, at__gte=since).select_related("closed")


def separate(*, account: Account, reunion: Reunion) -> None:
    """Give the profile its own account back, with the others that came from it; or none, where it had none.

    Raises Conflict when thirty days are over, or it is done already.
    """
    with region(), transaction.atomic():
        _lock(account, *([reunion.closed] if reunion.closed else []))
        held = separable(account)
        same = held.filter(closed_id=reunion.closed_id) if reunion.closed_id else held.filter(pk=reunion.pk)
        rows = list(same.select_for_update(of=("self",)))
        if not rows:
            raise Conflict("over", _("Ces profils ne peuvent plus être séparés."))
        if reunion.closed is None:
            _let_go(account, rows)
        else:
            _give_back(account, reunion.closed, rows)
        Reunion.objects.filter(pk__in=[row.pk for row in rows]).update(undone_at=timezone.now())


def _let_go(account: Account, rows: list[Reunion]) -> None:
    for row in rows:
        services.unlink(account=account, uai=row.uai, actor=account)
        with school(row.uai):
            profiles().detach([row.person_id], action=SEPARATED)


def _give_back(account: Account, closed: Account, rows: list[Reunion]) -> None:
    """Only what the account still opens: a school may have let go meanwhile."""
    pairs = []
    for row in rows:
        own = Membership.objects.filter(account_id=account.pk, uai=row.uai, person_id=row.person_id)
        if own.update(account_id=closed.pk):
            pairs.append((row.uai, row.person_id))
    _leave(account, [schema_name_for(uai) for uai, _person in pairs])
    Account.objects.filter(pk=closed.pk).update(is_active=True, unused_since=None)
    _note_in_schools(pairs, closed, SEPARATED)
    _written("account.separated", account, closed, pairs)
    _tell("accounts_separated", account, closed)


def _leave(account: Account, schemas: list[str]) -> None:
    """Its sessions in these schools end."""
    for row in AccountSession.objects.filter(account_id=account.pk, schema_name__in=schemas):
        sessions.delete_stored(row)
        row.delete()


def _close(other: Account) -> None:
    """It signs in no more; its login stays taken, and is retired when the account is forgotten."""
    Account.objects.filter(pk=other.pk).update(
        is_active=False, security_stamp=new_stamp(), unused_since=timezone.now()
    )
    AccountSession.objects.filter(account_id=other.pk).delete()


def _note_in_schools(pairs: list[tuple[str, int]], account: Account, action: str) -> None:
    people: dict[str, dict[int, int]] = defaultdict(dict)
    for uai, person in pairs:
        people[uai][person] = account.pk
    for uai, accounts in sorted(people.items()):
        with school(uai):
            profiles().reattach(accounts, action=action)


def _written(action: str, account: Account, other: Account, pairs: list[tuple[str, int]]) -> None:
    schools = sorted(uai for uai, _person in pairs)
    for one, counterpart in ((account, other), (other, account)):
        record(
            action, actor=account, target_type="account", target_id=str(one.pk), target_label=one.login,
            changes={"with": [None, counterpart.login], "schools": [None, schools]},
        )  # fmt: skip


def _tell(kind: str, account: Account, other: Account) -> None:
    addresses = {address for one in (account, other) if (address := selectors.verified_address(one))}
    for address in sorted(addresses):
        send = partial(
            tasks.enqueue, tasks.send_mail, kind=kind, to=address, login=account.login, other=other.login
        )
        transaction.on_commit(send)


def _lock(*accounts: Account) -> None:
    """In one order, so that two who join each other do not wait for each other for ever."""
    list(Account.objects.select_for_update().filter(pk__in=[one.pk for one in accounts]).order_by("pk"))
