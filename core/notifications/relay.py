"""From the outbox to people: each due event, in the order of what it is about, in small transactions.

A batch moves the event's cursor in the transaction that writes its rows, so whoever takes over after a kill goes on
where it stopped, and nothing is written twice.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from core.modules.contract import Importance
from core.modules.state import Modules
from core.notifications import expansion, live, rules
from core.notifications.models import Event, Notification
from core.notifications.reasons import REPLACED
from core.notifications.services import UNDELIVERED

logger = structlog.get_logger(__name__)

State = Event.State
# An event that cannot be told is tried again after so many minutes, then given up and shown to the référent.
RETRIES_MINUTES = (1, 2, 5, 15, 60, 240)


def drain(modules: Modules, *, until: datetime) -> bool:
    """Distribute what is due, urgent things first. False when time ran out before the outbox was empty."""
    while timezone.now() < until:
        if not step(modules):
            return True
    return not _due(timezone.now()).exists()


def step(modules: Modules) -> bool:
    """One batch of one event, if any is due and free. An event that fails keeps its error and waits."""
    now = timezone.now()
    with transaction.atomic():
        event = _due(now).select_for_update(of=("self",), skip_locked=True).first()
        if event is None:
            return False
        try:
            with transaction.atomic():
                bells = _distribute(event, modules, now)
        except (InterfaceError, OperationalError):
            raise  # the server went away, or two of us met: nothing is wrong with the event
        except Exception as error:
            logger.exception("event not distributed", kind=event.kind, number=event.pk)
            _put_off(event, error, now)
            bells = []
    if bells:
        live.ring(bells)
    return True


def _due(now: datetime) -> QuerySet[Event]:
    """What may be told now: not before an earlier event about the same thing."""
    earlier = Event.objects.filter(key=OuterRef("key"), pk__lt=OuterRef("pk"), state=State.WAITING, due_at__lte=now)
    return (
        Event.objects.filter(Q(key="") | ~Exists(earlier), state=State.WAITING, due_at__lte=now)
        .annotate(after=~Q(importance=Importance.URGENT))
        .order_by("after", "due_at", "pk")
    )


def _distribute(event: Event, modules: Modules, now: datetime) -> list[int]:
    """One batch. Returns who has something new in the app."""
    rule = rules.rule_of(modules, event.kind, event.importance)
    if event.cursor == 0:
        _replace_earlier(event, now)
        for path in settings.OUTBOX_LISTENERS:
            import_string(path)(event)
    if rule is None or rule.rule == "hidden":
        _settle(event, now)
        return []
    reached = expansion.expand(event, rule, modules, now)
    event.reached += reached.people
    event.unreachable += reached.unreachable
    if reached.last is None:
        _settle(event, now)
    else:
        event.cursor = reached.last
        event.save(update_fields=["cursor", "reached", "unreachable"])
    return reached.bells


def _settle(event: Event, now: datetime) -> None:
    event.state, event.settled_at, event.error = State.DONE, now, ""
    event.save(update_fields=["state", "settled_at", "error", "reached", "unreachable"])


def _replace_earlier(event: Event, now: datetime) -> None:
    """What was told earlier about the same thing and not delivered yet gives way, where the kind says so."""
    kind = rules.kind_of(event.kind)
    if kind is None or not kind.replaces or not event.key:
        return
    kinds = [f"{event.module}.{slug}" for slug in kind.replaces]
    earlier = Event.objects.filter(key=event.key, kind__in=kinds, pk__lt=event.pk)
    earlier.filter(state=State.WAITING).update(state=State.CANCELLED, settled_at=now)
    Notification.objects.filter(event__in=earlier.values("pk"), state__in=UNDELIVERED).update(
        state=Notification.State.CANCELLED, reason=REPLACED, settled_at=now
    )


def _put_off(event: Event, error: Exception, now: datetime) -> None:
    event.attempts += 1
    event.error = f"{type(error).__name__}: {error}"[:300]
    if event.attempts > len(RETRIES_MINUTES):
        event.state, event.settled_at = State.FAILED, now
    else:
        event.due_at = now + timedelta(minutes=RETRIES_MINUTES[event.attempts - 1])
    event.save(update_fields=["attempts", "error", "state", "settled_at", "due_at"])

