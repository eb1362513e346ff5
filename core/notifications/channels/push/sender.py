"""Sending to each device of a person, through whichever service its browser chose."""

import time
from datetime import timedelta
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import structlog
from django.utils import timezone
from http_ece import ECEException
from py_vapid import VapidException
from pywebpush import WebPusher, WebPushException

from core.notifications import reasons
from core.notifications.channels.push import keys
from core.notifications.channels.push.payload import Push, pushes_of
from core.notifications.messages import Failure, Message
from core.notifications.models import PushSubscription
from tenants import outbound
from tenants.schemas.context import school

logger = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 5.0
# For all devices of one person together: well within the lease of the message.
PATIENCE_SECONDS = 15.0
_GONE = {404, 410}
# What the libraries raise for keys or an address that no browser would give.
_UNUSABLE = (WebPushException, VapidException, ECEException, ValueError, LookupError)


class PushSender:
    """Devices that answer that they are gone are forgotten. A message has left when one device took it."""

    def __init__(self) -> None:
        self._signed: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._signed.clear()

    def send(self, message: Message) -> Failure | None:
        pushes = pushes_of(message)
        with school(message.establishment):
            devices = list(PushSubscription.objects.filter(person=message.person).order_by("-pk"))
            until = time.monotonic() + PATIENCE_SECONDS
            outcomes = [self._tell(device, pushes, until) for device in devices]
        if "" in outcomes:
            return None
        if reasons.UNREACHABLE in outcomes:
            return Failure(reason=reasons.UNREACHABLE)
        return Failure(reason=next((o for o in outcomes if o != reasons.NO_DEVICE), reasons.NO_DEVICE), final=True)

    def _tell(self, device: PushSubscription, pushes: list[Push], until: float) -> str:
        """Send all to one device. Returns "" when it took the last, else the reason why not."""
        outcome = reasons.UNREACHABLE
        for push in pushes:
            left = until - time.monotonic()
            outcome = self._post(device, push, min(left, TIMEOUT_SECONDS)) if left > 0 else reasons.UNREACHABLE
            if outcome:
                break
        if outcome == reasons.NO_DEVICE:
            device.delete()
        elif not outcome:
            _note_use(device)
        return outcome

    def _post(self, device: PushSubscription, push: Push, timeout: float) -> str:
        try:
            headers = {**push.headers, "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream"}
            headers["Authorization"] = self._authorization(device.endpoint)
            answer = outbound.post(device.endpoint, data=encrypted(device, push.body), headers=headers, timeout=timeout)
        except outbound.OutboundFailed as error:
            logger.info("push service unreachable", why=str(error))
            return reasons.UNREACHABLE
        except (outbound.OutboundRefused, *_UNUSABLE) as error:
            logger.warning("push not possible", kind=type(error).__name__)
            return reasons.REFUSED
        return _outcome(answer.status)

    def _authorization(self, endpoint: str) -> str:
        """Signed once for each push service and batch."""
        origin = urlsplit(endpoint).netloc
        if origin not in self._signed:
            self._signed[origin] = keys.authorization(endpoint)
        return self._signed[origin]


def encrypted(device: PushSubscription, body: bytes) -> bytes:
    """RFC 8291: readable with the keys of this browser only."""
    told = {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}}
    return bytes(WebPusher(told).encode(body, "aes128gcm")["body"])


def _outcome(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if status in _GONE:
        return reasons.NO_DEVICE
    if status == 429 or status >= 500:
        return reasons.UNREACHABLE
    # 413 too large, 403 another key than the one subscribed to: sending it again would change nothing.
    logger.warning("push refused", status=status)
    return reasons.REFUSED


def _note_use(device: PushSubscription) -> None:
    """At most one write a day."""
    now = timezone.now()
    if device.used_at is None or now - device.used_at > timedelta(days=1):
        PushSubscription.objects.filter(pk=device.pk).update(used_at=now)
