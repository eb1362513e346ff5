"""What is past its time, found for core.privacy."""

from datetime import datetime

from django.db.models import Q, QuerySet

from core.notifications.models import AddressTrouble, Event, Notification, PushSubscription


def old_events(limit: datetime) -> QuerySet[Event]:
    """What was told before, with all its notifications; never what still waits."""
    return Event.objects.exclude(state=Event.State.WAITING).filter(happened_at__lt=limit)


def old_notifications(limit: datetime) -> QuerySet[Notification]:
    return Notification.objects.filter(created_at__lt=limit)


def silent_devices(limit: datetime) -> QuerySet[PushSubscription]:
    """Devices that nothing reached since."""
    return PushSubscription.objects.filter(Q(used_at__lt=limit) | Q(used_at=None, created_at__lt=limit))


def old_troubles(limit: datetime) -> QuerySet[AddressTrouble]:
    return AddressTrouble.objects.filter(last_at__lt=limit)
