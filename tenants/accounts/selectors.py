"""Questions about accounts. All answered in the regional context at a glance, wherever they are asked."""

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import OuterRef, Subquery

from tenants.accounts.models import Account, AccountSession, Membership
from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas.glance import glance_at_region


@dataclass(frozen=True)
class Place:
    """A school where an account has a profile."""

    establishment: Establishment
    person_id: int


def memberships_of(account: Account) -> list[Place]:
    """The open schools of an account, by commune and name."""
    with glance_at_region():
        own = Membership.objects.filter(account_id=account.pk)
        person = own.filter(uai=OuterRef("uai")).values("person_id")[:1]
        found = Establishment.objects.filter(uai__in=own.values("uai"), lifecycle=Lifecycle.ACTIVE)
        return [Place(school, school.person_id) for school in found.annotate(person_id=Subquery(person))]


def place_of(account: Account, uai: str) -> Place | None:
    """The account's place in one open school, or None."""
    return next((place for place in memberships_of(account) if place.establishment.uai == uai.upper()), None)


def is_member(account: Account, schema_name: str) -> bool:
    with glance_at_region():
        return Membership.objects.filter(account_id=account.pk, schema_name=schema_name).exists()


def account_of(uai: str, person_id: int) -> Account | None:
    """The account linked to a person of a school."""
    with glance_at_region():
        found = Membership.objects.filter(uai=uai, person_id=person_id).select_related("account").first()
        return found.account if found else None


def has_second_factor(account: Account) -> bool:
    """Whether an authenticator application or a passkey is set up (recovery codes alone do not count)."""
    with glance_at_region():
        return Authenticator.objects.filter(user_id=account.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def verified_address(account: Account) -> str:
    """The address that links and warnings are sent to, or ""."""
    with glance_at_region():
        found = EmailAddress.objects.get_verified(account)
        return found.email if found else ""


def open_sessions(account: Account) -> list[AccountSession]:
    """Every open session of the account, on all hosts, the latest first."""
    with glance_at_region():
        return list(AccountSession.objects.filter(account_id=account.pk))


def verified_addresses(account_ids: Iterable[int]) -> dict[int, str]:
    """The verified address of each account that has one, by account id."""
    with glance_at_region():
        found = EmailAddress.objects.filter(user__in=list(account_ids), verified=True, primary=True)
        return dict(found.values_list("user_id", "email"))
