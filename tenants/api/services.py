"""Making and revoking tokens of the region."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts.models import Account, RegionalRole
from tenants.api import scopes as offered
from tenants.api import tokens
from tenants.api.models import RegionalToken
from tenants.audit.services import record
from tenants.errors import DomainError
from tenants.schemas.context import region


def create_token(*, account: Account, name: str, scopes: Iterable[str], days: int) -> tuple[RegionalToken, str]:
    """A token of somebody with a role in the region, and its secret. Raises DomainError, by field where it can."""
    scopes = set(scopes)
    with region(), transaction.atomic():
        if not RegionalRole.objects.filter(account=account).exists():
            raise DomainError("no-tokens", _("Votre compte n’a pas de rôle dans la région."))
        if scopes - offered.CODES:
            sentence = _("Une de ces portées n’existe pas.")
            raise DomainError("scope", sentence, {"scopes": sentence})
        Account.objects.select_for_update().get(pk=account.pk)  # two at once are counted one after the other
        tokens.refuse_crowd(tokens.live(RegionalToken.objects.filter(account=account)), name)
        token = RegionalToken(account=account)
        secret = tokens.fill_new(token, prefix="preaur", name=name, scopes=scopes, days=days)
        token.save()
        _record("account.token_created", account, token, {"scopes": [None, token.scopes]})
    return token, secret


def revoke_token(*, token: RegionalToken, actor: Account) -> None:
    """It opens nothing from the next request on. Revoking twice changes nothing."""
    with region(), transaction.atomic():
        if RegionalToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
            _record("account.token_revoked", actor, token, None)


def _record(action: str, actor: Account, token: RegionalToken, changes: dict[str, list[object]] | None) -> None:
    record(
        action, actor=actor, target_type="token", target_id=str(token.pk), target_label=token.name, changes=changes
    )
