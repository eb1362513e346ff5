"""What tokens of both sides have in common: making one, recognising one, putting an end to it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.api.models import TokenBase
from tenants.api.problems import Refused
from tenants.api.secrets import digest_of, new_token
from tenants.errors import DomainError

T = TypeVar("T", bound=TokenBase)

# The longest life of a token, in days, and how many one may have at once.
MAX_DAYS = 365
MAX_LIVE = 20
_USED_EVERY = timedelta(minutes=5)


def fill_new(token: TokenBase, *, prefix: str, name: str, scopes: Iterable[str], days: int) -> str:
    """Give an unsaved token its name, scopes and end. Returns the secret, to be shown once.

    Raises DomainError with a sentence per field. The caller has checked that the scopes are offered to its owner.
    """
    token.name, token.scopes = " ".join(name.split())[:60], sorted(set(scopes))
    if not token.name:
        raise _refused("name", _("Dites à quoi sert ce jeton."))
    if not token.scopes:
        raise _refused("scopes", _("Choisissez au moins une portée."))
    if not 1 <= days <= MAX_DAYS:
        raise _refused("days", _("Un jeton vit un an au plus."))
    token.expires_at = timezone.now() + timedelta(days=days)
    secret, token.digest = new_token(prefix)
    return secret


def refuse_crowd(live: QuerySet[T], name: str) -> None:
    """Raises DomainError for one token too many, or a name that a live one bears (a form that was sent twice)."""
    names = list(live.values_list("name", flat=True))
    if len(names) >= MAX_LIVE:
        sentence = _("Vous avez déjà %(count)d jetons\u00a0: révoquez ceux qui ne servent plus.") % {"count": MAX_LIVE}
        raise DomainError("too-many-tokens", sentence)
    if " ".join(name.split())[:60] in names:
        raise _refused("name", _("Un de vos jetons porte déjà ce nom."))


def live(tokens: QuerySet[T]) -> QuerySet[T]:
    """Those that are neither revoked nor over."""
    return tokens.filter(revoked_at=None, expires_at__gt=timezone.now())


def recognise(tokens: QuerySet[T], secret: str) -> T:
    """The token that this is the secret of, and note its use. Raises Refused (401), which says what is wrong.

    Saying so tells nothing to strangers: only who has the secret learns that it is over.
    """
    token = tokens.filter(digest=digest_of(secret)).first()
    if token is None:
        raise Refused(401, "unknown-token", _("Ce jeton n’ouvre rien ici."))
    if token.revoked_at is not None:
        raise Refused(401, "revoked-token", _("Ce jeton a été révoqué."))
    if token.is_expired:
        raise Refused(401, "expired-token", _("Ce jeton a expiré\u00a0: créez-en un autre."))
    return token


def note_use(token: TokenBase) -> None:
    """Write down that it serves, at most every five minutes."""
    now = timezone.now()
    if token.used_at is None or token.used_at < now - _USED_EVERY:
        stale = Q(used_at=None) | Q(used_at__lt=now - _USED_EVERY)
        type(token)._default_manager.filter(stale, pk=token.pk).update(used_at=now)


def _refused(field: str, sentence: str) -> DomainError:
    return DomainError("invalid", sentence, {field: sentence})
