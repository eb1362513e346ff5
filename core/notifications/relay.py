"""From the outbox to people: each due event, in the order of what it is about, in small transactions.

A batch moves the event's cursor in the transaction that writes its rows, so whoever takes over after a kill goes on
where it stopped, and nothing is written twice.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from core.modules.contract import Importance
from core.modules.state import Modules
from core.notifications import expansion, live, queues, rules
from core.notifications.models import Event, Notification
from core.notifications.reasons import REPLACED
from core.notifications.services import UNDELIVERED

logger = structlog.get_logger(__name__)

State = Event.State
# An event that cannot be told is tried again after so many minutes, then given up and shown to the référent.
RETRIES_MINUTES = (1, 2, 5, 15, 60, 240)
# Events listed in one query.
AT_ONCE = 50


def drain(modules: Modules, *, until: datetime) -> bool:
    """Distribute what is due, urgent things first. False when time ran out before the outbox was empty."""
    while timezone.now() < until:
        moved = False
        for pk in _upcoming():
            moved |= _take(pk, modules)
            if timezone.now() >= until:
                break
        if not moved:
            return True  # nothing is due, or another relay has it in hand
    return not _upcoming()


def step(modules: Modules) -> bool:
    """One batch of the first event that is due and free. False when there is none."""
    return any(_take(pk, modules) for pk in _upcoming())


def tell_now(event: Event, modules: Modules, *, until: datetime) -> bool:
    """Distribute one event where it was just written and committed, without waiting for a worker, then call the
    channels. False when something is left: the relay was called with the event, and takes it up where this ended.

    For what may save lives only: workers may be busy with long works, and the sweeper comes after ten seconds.
    """
    told = Event.objects.filter(pk=event.pk).exclude(state=State.WAITING)
    try:
        while timezone.now() < until and _take(event.pk, modules):
            pass
    except (InterfaceError, OperationalError):
        logger.warning("event left to the relay", kind=event.kind, number=event.pk)
        return False
    for channel in queues.due_channels():
        queues.call(queues.LEAVE, channel)
    return told.exists()


def _upcoming() -> list[int]:
    """The next events that are due: what nothing silences, then urgent ones, then the others in their order.

    A few at a time, so that what comes meanwhile and goes first waits for no more.
    """
    due = Event.objects.filter(state=State.WAITING, due_at__lte=timezone.now())
    ordered = due.annotate(
        last=~Q(kind__in=rules.always_told()), after=~Q(importance=Importance.URGENT)
    ).order_by("last", "after", "due_at", "pk")
    return list(ordered.values_list("pk", flat=True)[:AT_ONCE])


def _take(pk: int, modules: Modules) -> bool:
    """One batch of this event, or of an earlier one about the same thing. False when others have it in hand.

    An event that fails keeps its error and waits.
    """
    now = timezone.now()
    with transaction.atomic():
        waiting = Event.objects.filter(state=State.WAITING, due_at__lte=now)
        event = waiting.select_for_update(skip_locked=True).filter(pk=pk).first()
        if event is not None and event.key:
            earlier = waiting.filter(key=event.key, pk__lt=pk).order_by("pk")
            if (first := earlier.values_list("pk", flat=True).first()) is not None:
                event = waiting.select_for_update(skip_locked=True).filter(pk=first).first()
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

