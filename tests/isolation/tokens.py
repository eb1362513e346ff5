"""The same visitors as in the browser, as programs: each with a token that bears every scope."""

from collections.abc import Iterable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from core.api.models import AccessToken, Delivery, Webhook
from core.api.viewer import known_scopes
from core.modules.models import ModuleChoice
from core.people.choices import Role
from core.people.models import Person
from tenants.accounts.models import Account
from tenants.api.models import RegionalToken
from tenants.api.scopes import CODES
from tenants.api.secrets import new_token
from tenants.establishments.models import Establishment
from tenants.schemas.context import region, school


def school_tokens(lycee: Establishment, people: dict[str, Person], elsewhere: Establishment, head: Person):
    """Letter to program, at the lycée. O has a token of the other school."""
    secrets = {letter: token(lycee, person) for letter, person in people.items()}
    secrets = {"A": "", "O": token(elsewhere, head), **secrets}
    return {letter: program(f"{lycee.slug}.localhost", secret) for letter, secret in secrets.items()}


def open_to_all_roles(establishment: Establishment) -> None:
    """Every role may use tokens, as a référent may decide."""
    with school(establishment):
        values = {"enabled": True, "settings": {"token_roles": sorted(Role.values)}}
        ModuleChoice.objects.update_or_create(slug="api", defaults=values)


def school_objects(people: dict[str, Person]) -> dict[str, int]:
    """Standing in the school: a webhook with a delivery that failed, and a token of the teacher's."""
    webhook = Webhook.objects.create(name="Cantine", url="https://example.org/", kinds=["news.published"], salt="x")
    now = timezone.now()
    delivery = Delivery.objects.create(
        webhook=webhook, kind="news.published", happened_at=now, state="failed", answers=[500]
    )
    token = AccessToken.objects.create(
        person=people["t"], account_id=people["t"].account_id, name="Le mien", digest="0" * 64, expires_at=now
    )
    return {"webhook": webhook.pk, "delivery": delivery.pk, "token": token.pk}


def region_tokens(accounts: dict[str, Account]):
    with region():
        secrets = {letter: _regional(account) for letter, account in accounts.items()}
    return {letter: program("localhost", secret) for letter, secret in {"A": "", **secrets}.items()}


def regional_token_of(account: Account) -> int:
    """A token of theirs that is over."""
    token = RegionalToken.objects.create(account=account, name="Ancien", digest="1" * 64, expires_at=timezone.now())
    return token.pk


def program(host: str, secret: str) -> Client:
    headers = {"host": host, "accept": "application/json"}
    return Client(headers=headers | ({"authorization": f"Bearer {secret}"} if secret else {}))


def token(establishment: Establishment, person: Person, scopes: Iterable[str] | None = None) -> str:
    """The secret of a new token, with these scopes or all of them."""
    secret, digest = new_token("preau")
    with school(establishment):
        AccessToken.objects.create(
            person=person, account_id=person.account_id, name="Essai", digest=digest,
            scopes=sorted(known_scopes() if scopes is None else scopes),
            expires_at=timezone.now() + timedelta(days=1),
        )  # fmt: skip
    return secret


def _regional(account: Account) -> str:
    secret, digest = new_token("preaur")
    RegionalToken.objects.create(
        account=account, name="Essai", digest=digest, scopes=sorted(CODES),
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    return secret
