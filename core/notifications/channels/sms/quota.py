"""The school's monthly ceiling, in messages paid for."""

from datetime import datetime

from django.core.cache import cache
from django.utils import timezone

from core.modules.contract import Channel
from core.modules.state import Modules
from core.notifications.models import Notification

_KEPT = 40 * 24 * 3600


def ceiling(modules: Modules) -> int:
    value: int = modules["notifications"].settings["sms_ceiling"]
    return value


def used() -> int:
    """Messages that left the school since the first of the month, or are being sent."""
    found = cache.get(_key())
    return int(found) if found is not None else _at_least()


def reserve(segments: int, modules: Modules) -> bool:
    """Take so many of what is left; False, and nothing taken, where they are too many."""
    cache.add(_key(), _at_least(), _KEPT)
    if cache.incr(_key(), segments) <= ceiling(modules):
        return True
    give_back(segments)
    return False


def give_back(segments: int) -> None:
    """It did not leave after all."""
    cache.add(_key(), _at_least() + segments, _KEPT)
    cache.decr(_key(), segments)


def _key() -> str:
    return f"notifications.sms:{timezone.localtime():%Y-%m}"


def _at_least() -> int:
    """What the rows tell, where Redis has forgotten: one for each message."""
    now = timezone.localtime()
    first = datetime(now.year, now.month, 1, tzinfo=now.tzinfo)
    sent = Notification.objects.filter(channel=Channel.SMS, state=Notification.State.SENT, settled_at__gte=first)
    return sent.order_by().values("message").distinct().count()
