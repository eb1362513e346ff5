"""Giving people an account of the region, or the one they already have elsewhere, and taking the key back."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import DomainError, NotAllowed
from core.people.models import Person
from core.people.records import hold
from core.people.services import ranks
from tenants.accounts import selectors as accounts
from tenants.accounts import services as account_services
from tenants.accounts.models import Account, RegionalRole
from tenants.schemas.context import current_uai, region
from tenants.schemas.glance import glance_at_region


@dataclass(frozen=True)
class GivenAccount:
    """What is handed over on paper, once: nobody can read the password again."""

    login: str
    password: str


@transaction.atomic
def give_account(*, person: Person, actor: Person | None, login: str = "", email: str = "") -> GivenAccount:
    """A new account with a first password. Without `login`, `prenom.nom` and a number for homonyms.

    `email` is noted as not verified: it resets no password before its owner has confirmed it.
    """
    current = _without_account(person, actor)
    chosen = login or account_services.suggest_login(current.first_name, current.last_name)
    password = account_services.readable_password()
    account = account_services.create_account(
        login=chosen, email=email, password=password, actor=_account(actor)
    )
    _link(current, account, actor)
    record("people.give_account", actor=actor, target=current, changes={"login": [None, account.login]})
    return GivenAccount(account.login, password)


@transaction.atomic
def link_account(*, person: Person, login: str, actor: Person | None) -> Person:
    """Open this school to the account that the person already has elsewhere: one identity."""
    current = _without_account(person, actor)
    with region():
        account = Account.objects.filter(login__iexact=login.strip(), is_active=True).first()
    if account is None:
        sentence = _("Aucun compte de la région ne porte cet identifiant.")
        raise DomainError("no-such-login", sentence, {"login": sentence})
    _link(current, account, actor)
    record("people.link_account", actor=actor, target=current, changes={"login": [None, account.login]})
    return current


@transaction.atomic
def reset_password(*, person: Person, actor: Person | None) -> GivenAccount:
    """A new first password for somebody who lost theirs; every open session ends.

    Refused when the account also opens another school or the region's console: no school may take the keys
    of another one. Its owner then uses « mot de passe oublié ».
    """
    current = hold(person)
    ranks.guard_rank(actor, current.roles)
    account = _account_of(current)
    if serves_elsewhere(account):
        raise NotAllowed(
            "account-elsewhere",
            _("Ce compte sert aussi ailleurs\u00a0: son titulaire choisit un nouveau mot de passe lui-même."),
        )
    password = account_services.readable_password()
    account_services.set_password(account=account, password=password, actor=_account(actor))
    record("people.reset_password", actor=actor, target=current)
    return GivenAccount(account.login, password)


@transaction.atomic
def unlink_account(*, person: Person, actor: Person | None) -> Person:
    """The account no longer opens this school, at once. It keeps opening the person's other schools."""
    current = hold(person)
    ranks.guard_rank(actor, current.roles)
    if actor is not None and actor.pk == current.pk:
        raise NotAllowed("own-account", _("Vous ne pouvez pas retirer votre propre compte."))
    account = _account_of(current)
    ranks.guard_last(current)
    close_access(current)
    current.account_id = None
    current.save(update_fields=["account_id", "updated_at"])
    record("people.unlink_account", actor=actor, target=current, changes={"login": [account.login, None]})
    return current


def close_access(person: Person) -> None:
    """Within another service's transaction: the account no longer enters. It stays noted for a return."""
    if person.account_id is None:
        return
    with region():
        account = Account.objects.filter(pk=person.account_id).first()
    if account is not None:
        account_services.unlink(account=account, uai=current_uai())


def reopen_access(person: Person) -> None:
    """Within another service's transaction: the account of before enters again, if it is free."""
    if person.account_id is None:
        return
    with region():
        account = Account.objects.filter(pk=person.account_id).first()
    try:
        if account is not None:
            account_services.link(account=account, uai=current_uai(), person_id=person.pk)
            return
    except DomainError:
        pass
    person.account_id = None


def attach_known(person: Person, account_id: int | None, *, actor: Person | None) -> bool:
    """Within another service's transaction: the account that the person has in the region opens this school too.

    False where there is none any more, or where it is somebody else's here already.
    """
    if account_id is None or person.account_id is not None:
        return False
    with region():
        account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None or Person.objects.filter(account_id=account_id).exclude(pk=person.pk).exists():
        return False
    try:
        _link(person, account, actor)
    except DomainError:
        return False
    record("people.link_account", actor=actor, target=person, changes={"login": [None, account.login]})
    return True


def serves_elsewhere(account: Account) -> bool:
    """Whether the account opens another school, or the region's console."""
    here = current_uai()
    with glance_at_region():
        other = account.memberships.exclude(uai=here).exists()
        return other or RegionalRole.objects.filter(account=account).exists()


def _without_account(person: Person, actor: Person | None) -> Person:
    current = hold(person)
    ranks.guard_rank(actor, current.roles)
    if current.left_on is not None:
        raise DomainError("left", _("Cette personne a quitté l’établissement."))
    if current.account_id is not None:
        raise DomainError("has-account", _("Cette personne a déjà un compte."))
    return current


def _account_of(person: Person) -> Account:
    account = accounts.account_of(current_uai(), person.pk)
    if account is None:
        raise DomainError("no-account", _("Cette personne n’a pas de compte."))
    return account


def _link(person: Person, account: Account, actor: Person | None) -> None:
    account_services.link(account=account, uai=current_uai(), person_id=person.pk, actor=_account(actor))
    # Somebody who left may still have this account noted; it is one person's at a time.
    Person.objects.filter(account_id=account.pk).exclude(pk=person.pk).update(account_id=None)
    person.account_id = account.pk
    person.save(update_fields=["account_id", "updated_at"])


def _account(person: Person | None) -> Account | None:
    if person is None or person.account_id is None:
        return None
    with region():
        return Account.objects.filter(pk=person.account_id).first()
