"""Devices that subscribe, and devices that are taken away."""

import binascii
import hashlib

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.utils.translation import gettext as _
from py_vapid.utils import b64urldecode

from core.audit.services import record
from core.errors import DomainError
from core.notifications.models import PushSubscription
from core.people.models import Person
from tenants import outbound

DEVICES = 10
_AUTH_BYTES = 16


def digest_of(endpoint: str) -> str:
    """The SHA-256 of an endpoint, in hexadecimal."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def subscribe(
    *, person: Person, endpoint: str, p256dh: str, auth: str, device: str, replaces: str = ""
) -> PushSubscription:
    """Tell this browser what the person is told. `replaces` is the endpoint that it had before, if any.

    A browser belongs to the last who subscribed with it. Raises DomainError for what no browser would send, and when
    the person has ten devices already.
    """
    _check(endpoint, p256dh, auth)  # looks the host's name up: not within the transaction
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        if replaces:
            PushSubscription.objects.filter(person=person, digest=digest_of(replaces)).delete()
        others = PushSubscription.objects.filter(person=person).exclude(digest=digest_of(endpoint))
        if others.count() >= DEVICES:
            sentence = _("Vous avez déjà dix appareils abonnés\u00a0: retirez d’abord celui qui ne sert plus.")
            raise DomainError("too-many-devices", sentence)
        values = {"person": person, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "device": device[:100]}
        kept, made = PushSubscription.objects.update_or_create(digest=digest_of(endpoint), defaults=values)
        if made and not replaces:
            record("notifications.add_device", actor=person, target=person, changes={"device": ["", kept.device]})
    return kept


@transaction.atomic
def remove(*, device: PushSubscription, actor: Person | None) -> None:
    """The browser is told nothing more."""
    device.delete()
    record("notifications.remove_device", actor=actor, target=device.person, changes={"device": [device.device, ""]})


def _check(endpoint: str, p256dh: str, auth: str) -> None:
    outbound.check(endpoint)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b64urldecode(p256dh.encode()))
        right = len(b64urldecode(auth.encode())) == _AUTH_BYTES and max(len(p256dh) - 120, len(auth) - 60) <= 0
    except (ValueError, TypeError, binascii.Error):
        right = False
    if not right:
        raise DomainError("bad-keys", _("Votre navigateur a donné un abonnement incomplet. Essayez à nouveau."))
