"""Making and revoking tokens."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.api import rules
from core.api.models import AccessToken, Delivery
from core.api.selectors import offered_scopes, tokens_of
from core.audit import services as audit
from core.errors import DomainError, NotAllowed
from core.notifications import services as notifications
from core.people.models import Person
from core.permissions.viewer import Viewer
from tenants.api import tokens

# Days that the traces of calls to the outside are kept.
DELIVERIES_DAYS = 30
# A token that is about to end is told of so many days before.
WARN_DAYS = 7


@transaction.atomic
def create_token(*, viewer: Viewer, name: str, scopes: Iterable[str], days: int) -> tuple[AccessToken, str]:
    """A token of the viewer's, and its secret, which is nowhere else. Raises NotAllowed, or DomainError by field."""
    person = viewer.person
    if person is None or person.account_id is None or not rules.may_hold_tokens(viewer):
        raise NotAllowed("no-tokens", _("Votre rôle ne permet pas de créer un jeton."))
    scopes = set(scopes)
    if scopes - {offer.code for offer in offered_scopes(viewer)}:
        sentence = _("Une de ces portées ne vous est pas ouverte.")
        raise DomainError("scope", sentence, {"scopes": sentence})
    Person.objects.select_for_update().get(pk=person.pk)  # two at once are counted one after the other
    tokens.refuse_crowd(tokens.live(tokens_of(person)), name)
    token = AccessToken(person=person, account_id=person.account_id)
    secret = tokens.fill_new(token, prefix="preau", name=name, scopes=scopes, days=days)
    token.save()
    audit.record(
        "api.create_token",
        actor=person,
        target=token,
        changes={"scopes": [None, token.scopes], "expires_at": [None, token.expires_at]},
    )
    adoption.count("api.token", viewer)
    return token, secret


@transaction.atomic
def revoke_token(*, token: AccessToken, actor: Person | None) -> None:
    """It opens nothing from the next request on. Revoking twice changes nothing."""
    revoked = AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    if revoked:
        audit.record("api.revoke_token", actor=actor, target=token)


def tidy() -> int:
    """The daily job: tell of tokens that end soon, erase old deliveries. Returns how many rows went.

    Tokens that ended are erased with all that is past its time (core.privacy); deliveries name nobody.
    """
    now = timezone.now()
    settled = Delivery.objects.exclude(state=Delivery.State.WAITING)
    gone = settled.filter(created_at__lt=now - timedelta(days=DELIVERIES_DAYS)).delete()[0]
    _warn(now + timedelta(days=WARN_DAYS - 1), now + timedelta(days=WARN_DAYS))
    return gone


def _warn(since: object, until: object) -> None:
    """Tell the owners of live tokens that end in this day of the week to come."""
    ending = AccessToken.objects.filter(revoked_at=None, expires_at__gt=since, expires_at__lte=until)
    for token in ending.select_related("person"):
        with transaction.atomic():
            notifications.emit(
                "api.token_ends",
                actor=None,
                key=f"token:{token.pk}",
                data={"name": token.name},
                url="/mes-jetons/",
                people=[token.person],
            )
