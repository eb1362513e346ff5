"""The demo region's bells: what was told lately is new, what is older was read, and no old mail leaves."""

from datetime import timedelta

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from core.modules.contract import Channel
from core.modules.state import Modules
from core.notifications import relay
from core.notifications.models import Event, Notification
from tenants.establishments.models import Establishment

State = Notification.State
NEW = timedelta(days=2)


def settle(establishment: Establishment) -> None:
    """Distribute what the demo data told, and give it the age of what it tells. Called standing in the school."""
    now = timezone.now()
    relay.drain(Modules(establishment), until=now + timedelta(minutes=5))
    happened = Event.objects.filter(pk=OuterRef("event")).values("happened_at")
    fresh = Notification.objects.filter(settled_at=None, created_at__gt=F("event__happened_at"))
    ids = list(fresh.values_list("pk", flat=True))
    rows = Notification.objects.filter(pk__in=ids)
    rows.update(created_at=Subquery(happened))
    rows.filter(channel=Channel.IN_APP, created_at__lt=now - NEW).update(
        state=State.READ, settled_at=F("created_at")
    )
    rows.exclude(channel=Channel.IN_APP).filter(created_at__lt=now - timedelta(minutes=10)).update(
        state=State.SENT, settled_at=F("created_at")
    )
