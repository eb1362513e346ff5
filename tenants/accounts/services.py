"""Every change to an account. Each is one transaction in the regional context, with its audit row."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts import codes, lockout, sessions
from tenants.accounts.logins import forget_retired, readable_password, retire, suggest_login, unavailable
from tenants.accounts.models import Account, AccountSession, Membership, RegionalRole, new_stamp
from tenants.audit.services import record
from tenants.errors import DomainError
from tenants.schemas.context import region
from tenants.schemas.names import schema_name_for

__all__ = [
    "activate", "change_login", "create_account", "deactivate", "end_session", "forget_unused", "grant_role",
    "link",
    "readable_password", "remove_second_factor", "revoke_role", "set_address", "set_password",
    "sign_out_everywhere", "suggest_login", "unlink",
]  # fmt: skip

# Three months, to the day that the law could count
UNUSED_DAYS = 92

P = ParamSpec("P")
R = TypeVar("R")


def _regional(service: Callable[P, R]) -> Callable[P, R]:
    @wraps(service)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with region(), transaction.atomic():
            return service(*args, **kwargs)

    return inside


def _note(action: str, account: Account, actor: Account | None, changes: dict[str, Any] | None = None) -> None:
    record(
        action, actor=actor, target_type="account", target_id=str(account.pk), target_label=account.login,
        changes=changes,
    )  # fmt: skip


@_regional
def create_account(
    *, login: str, actor: Account | None, email: str = "", verified: bool = False, password: str | None = None
) -> Account:
    """A new account. Without a password it cannot sign in until it has one.

    `verified`: the address is known to be theirs (an academic mailbox); only then can it reset the password.
    Raises DomainError when the login is malformed or taken.
    """
    account = Account(login=login.strip().lower(), email=email.strip().lower())
    _check_login(account)
    account.set_password(password)
    account.save()
    if email:
        set_address(account=account, email=email, verified=verified, actor=actor)
    _note("account.created", account, actor, {"login": [None, account.login]})
    return account


def _check_login(account: Account) -> None:
    try:
        account.clean_fields(exclude=["password", "email"])
    except ValidationError as error:
        message = " ".join(error.message_dict.get("login", error.messages))
        raise DomainError("login-malformed", message, {"login": message}) from error
    if unavailable([account.login], to=account.pk):
        message = _("Cet identifiant est déjà pris.")
        raise DomainError("login-taken", message, {"login": message})


@_regional
def change_login(*, account: Account, login: str, actor: Account | None) -> None:
    """Raises DomainError when the login is malformed or taken."""
    _lock(account)
    before, account.login = account.login, login.strip().lower()
    _check_login(account)
    account.save(update_fields=["login"])
    if before.lower() != account.login:
        retire([before], account_id=account.pk, now=timezone.now())
    _note("account.login_changed", account, actor, {"login": [before, account.login]})


@_regional
def set_address(*, account: Account, email: str, verified: bool, actor: Account | None) -> None:
    """Replace the account's address. Raises DomainError when another account has verified it."""
    email = email.strip().lower()
    others = EmailAddress.objects.filter(email=email, verified=True).exclude(user_id=account.pk)
    if verified and others.exists():
        message = _("Cette adresse est déjà celle d’un autre compte.")
        raise DomainError("address-taken", message, {"email": message})
    EmailAddress.objects.filter(user_id=account.pk).delete()
    if email:
        EmailAddress.objects.create(user_id=account.pk, email=email, verified=verified, primary=True)
    Account.objects.filter(pk=account.pk).update(email=email)
    account.email = email
    _note("account.address_changed", account, actor)


@_regional
def set_password(*, account: Account, password: str | None, actor: Account | None) -> None:
    """Change the password and end every session. The caller has validated it; None closes password sign-in.

    `account` itself is brought up to date, so that the session that asks for it can be kept.
    """
    account.set_password(password)
    account.save(update_fields=["password", "security_stamp"])
    codes.end_recoveries(account)
    AccountSession.objects.filter(account_id=account.pk).delete()
    transaction.on_commit(lambda: lockout.forgive(account.pk))
    _note("account.password_changed", account, actor)


@_regional
def sign_out_everywhere(*, account: Account, actor: Account | None) -> None:
    """End every session on every host at once: the stamp that they are bound to changes."""
    _renew_stamp(account)
    _note("account.signed_out_everywhere", account, actor)


@_regional
def end_session(*, account: Account, session_id: int, actor: Account | None) -> bool:
    """End one of the account's own sessions; False when there is no such session."""
    row = AccountSession.objects.filter(account_id=account.pk, pk=session_id).first()
    if row is None:
        return False
    sessions.delete_stored(row)
    row.delete()
    _note(
        "account.session_ended",
        account,
        actor,
        {"device": [row.device, None], "host": [row.schema_name, None]},
    )
    return True


@_regional
def deactivate(*, account: Account, actor: Account | None) -> None:
    """The account can sign in no more, and its sessions end."""
    _lock(account)
    if account.is_active:
        account.is_active = False
        account.save(update_fields=["is_active"])
        _renew_stamp(account)
        _note("account.deactivated", account, actor, {"is_active": [True, False]})


@_regional
def activate(*, account: Account, actor: Account | None) -> None:
    _lock(account)
    if not account.is_active:
        account.is_active = True
        account.save(update_fields=["is_active"])
        _note("account.activated", account, actor, {"is_active": [False, True]})


@_regional
def remove_second_factor(*, account: Account, actor: Account | None) -> None:
    """For someone who lost both phone and codes; sessions end. They set it up again where it is required."""
    Authenticator.objects.filter(user_id=account.pk).delete()
    _renew_stamp(account)
    _note("account.second_factor_removed", account, actor)


@_regional
def link(*, account: Account, uai: str, person_id: int, actor: Account | None = None) -> Membership:
    """Index the person of a school as a profile of this account. Idempotent.

    Raises DomainError when the account has another person there, or the person another account.
    """
    known = Membership.objects.filter(uai=uai, account_id=account.pk).first()
    if known is not None and known.person_id == person_id:
        return known
    if known is not None:
        raise DomainError("account-linked", _("Ce compte a déjà un autre profil dans cet établissement."))
    if Membership.objects.filter(uai=uai, person_id=person_id).exists():
        raise DomainError("person-linked", _("Cette personne a déjà un compte."))
    made = Membership.objects.create(
        account_id=account.pk, uai=uai, schema_name=schema_name_for(uai), person_id=person_id
    )
    Account.objects.filter(pk=account.pk).update(unused_since=None)
    codes.end(uai, [person_id])
    _note("account.linked", account, actor, {"uai": [None, uai]})
    return made


@_regional
def unlink(*, account: Account, uai: str, actor: Account | None = None) -> None:
    """Take the profile out of the index: the account enters that school no more, its sessions there end."""
    own = Membership.objects.filter(account_id=account.pk, uai=uai)
    people = list(own.values_list("person_id", flat=True))
    if not people:
        return
    own.delete()
    codes.end(uai, people)
    for row in AccountSession.objects.filter(account_id=account.pk, schema_name=schema_name_for(uai)):
        sessions.delete_stored(row)
        row.delete()
    if not Membership.objects.filter(account_id=account.pk).exists():
        Account.objects.filter(pk=account.pk).update(unused_since=timezone.now())
    _note("account.unlinked", account, actor, {"uai": [uai, None]})


def forget_unused(*, now: datetime) -> int:
    """Delete the accounts that no school has needed for three months, and that hold no role in the region.

    Their logins stay nobody else's for three years; what is older than that is forgotten here, too.

    Arrêté of 30 November 2006, art. 6: three months once there is no reason left to hold an account. Each goes in a
    transaction of its own; the journal keeps its number, not its login. Returns how many.
    """
    forget_retired(now=now)
    codes.forget_old(now=now)
    with region():
        unused = Account.objects.filter(
            unused_since__lt=now - timedelta(days=UNUSED_DAYS), memberships=None, regional_roles=None
        )
        pks = list(unused.order_by("pk").values_list("pk", flat=True))
    return sum(_forget(pk) for pk in pks)


@_regional
def _forget(pk: int) -> bool:
    """Unless a school has taken it up again meanwhile."""
    account = Account.objects.select_for_update().filter(pk=pk, unused_since__isnull=False).first()
    if account is None or account.memberships.exists():
        return False
    retire([account.login], account_id=None, now=timezone.now())
    account.delete()
    record("account.forgotten", actor=None, target_type="account", target_id=str(pk), target_label="")
    return True


@_regional
def grant_role(
    *,
    account: Account,
    role: str,
    actor: Account | None,
    scope: str = RegionalRole.Scope.REGION,
    value: str = "",
) -> RegionalRole:
    """Give a role over the region, an académie (its name) or a département (its code). Idempotent."""
    held, made = RegionalRole.objects.get_or_create(account_id=account.pk, role=role, scope=scope, scope_value=value)
    if made:
        _note("account.role_granted", account, actor, {"role": [None, f"{role} {scope} {value}".strip()]})
    return held


@_regional
def revoke_role(*, held: RegionalRole, actor: Account | None) -> None:
    """Take a regional role back; it holds no more from the next request on."""
    _note(
        "account.role_revoked", held.account, actor,
        {"role": [f"{held.role} {held.scope} {held.scope_value}".strip(), None]},
    )  # fmt: skip
    held.delete()


def _renew_stamp(account: Account) -> None:
    account.security_stamp = new_stamp()
    account.save(update_fields=["security_stamp"])
    AccountSession.objects.filter(account_id=account.pk).delete()


def _lock(account: Account) -> None:
    account.refresh_from_db(from_queryset=Account.objects.select_for_update())
