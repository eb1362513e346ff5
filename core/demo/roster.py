"""Who can sign in to the demo, with where and what it shows."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator

from core.demo.cast import CAST, REGIONAL, SCHOOLS
from core.people.models import Person
from tenants.accounts.models import Account
from tenants.establishments.models import Establishment
from tenants.schemas.context import school


@dataclass(frozen=True)
class Entry:
    """`hosts` are the schools' names; empty for people of the region. `second_factor`: a code is asked."""

    login: str
    name: str
    hosts: tuple[str, ...]
    says: str
    second_factor: bool


def roster() -> list[Entry]:
    """The named people of the demo, regional ones first. Empty when the demo was not built."""
    with_code = set(Authenticator.objects.values_list("user__login", flat=True))
    entries = [
        Entry(login=login, name="", hosts=(), says=says, second_factor=login in with_code)
        for login, (_role, _scope, _value, says) in REGIONAL.items()
        if Account.objects.filter(login=login).exists()
    ]
    slugs = {one.key: one.slug for one in SCHOOLS}
    for somebody in CAST:
        login = _login(somebody.profiles[0].school, somebody.first_name, somebody.last_name)
        if somebody.says and login:
            entries.append(
                Entry(
                    login=login,
                    name=f"{somebody.first_name} {somebody.last_name}",
                    hosts=tuple(slugs[profile.school] for profile in somebody.profiles),
                    says=somebody.says,
                    second_factor=login in with_code,
                )
            )
    return entries


def _login(key: str, first_name: str, last_name: str) -> str:
    uai = next(one.uai for one in SCHOOLS if one.key == key)
    establishment = Establishment.objects.filter(uai=uai, lifecycle="active").first()
    if establishment is None:
        return ""
    with school(establishment):
        person = Person.objects.filter(first_name=first_name, last_name=last_name).order_by("pk").first()
    if person is None or person.account_id is None:
        return ""
    account = Account.objects.filter(pk=person.account_id).first()
    return account.login if account else ""
