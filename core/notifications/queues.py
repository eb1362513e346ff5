"""Waking the workers: the relay of a school, and each channel that leaves it. At most one call waits at a time."""

import redis
import structlog
from celery import current_app
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from core.modules.contract import Channel, Frequency
from core.modules.state import Modules
from core.notifications import rhythm
from core.notifications.models import Event, Notification
from core.people.models import Person
from tenants.establishments.models import Establishment
from tenants.redis import PREFIX, client
from tenants.schemas import waiting
from tenants.schemas.context import current_schema, current_uai, same_schema

logger = structlog.get_logger(__name__)

RELAY = "core.notifications.tasks.relay_outbox"
LEAVE = "core.notifications.tasks.leave"
# A call that was lost on its way is not waited for longer than this.
CALLED_SECONDS = 20

State = Notification.State

# What the survey of all schools asks in each: when something is next due.
MOMENTS = """SELECT LEAST(
    (SELECT min(due_at) FROM notifications_event WHERE state = 'waiting'),
    (SELECT min(CASE state WHEN 'sending' THEN lease_until ELSE due_at END) FROM notifications_notification
        WHERE state = 'waiting' OR state = 'sending'))"""


def ring_relay() -> None:
    """Mark the school before the commit, and call the relay after it."""
    waiting.mark()
    schema = current_schema()

    def after() -> None:
        with same_schema(schema):  # the transaction may have begun in the region, which is where it is committed
            call(RELAY)

    transaction.on_commit(after)


def call(task: str, *arguments: str) -> None:
    """Send a task of this school, unless one already waits for a worker. Never fails: the sweeper is behind."""
    try:
        if client().set(_called(task, *arguments), "1", nx=True, ex=CALLED_SECONDS):
            current_app.tasks[task].apply_async(args=arguments, retry=False)
    except (redis.RedisError, OperationalError) as error:
        logger.warning("worker not called", task=task, error=type(error).__name__)


def answered(task: str, *arguments: str) -> None:
    """A worker has begun: what is committed from now on calls anew."""
    try:
        client().delete(_called(task, *arguments))
    except redis.RedisError as error:
        logger.warning("call not cleared", task=task, error=type(error).__name__)


def _called(task: str, *arguments: str) -> str:
    return f"{PREFIX}{current_schema()}:called:{':'.join((task, *arguments))}"


def next_moment() -> float | None:
    """When something is next due in this school, in seconds since 1970; None when nothing waits."""
    event = Event.objects.filter(state=Event.State.WAITING).aggregate(at=Min("due_at"))["at"]
    rows = Notification.objects.filter(state__in=(State.WAITING, State.SENDING)).aggregate(
        due=Min("due_at", filter=Q(state=State.WAITING)), lease=Min("lease_until", filter=Q(state=State.SENDING))
    )
    moments = [moment for moment in (event, rows["due"], rows["lease"]) if moment is not None]
    return min(moments).timestamp() if moments else None


def due_channels() -> list[Channel]:
    """The channels with something to send now, or whose sender has died."""
    now = timezone.now()
    due = Q(state=State.WAITING, due_at__lte=now) | Q(state=State.SENDING, lease_until__lte=now)
    found = Notification.objects.filter(due).order_by().values_list("channel", flat=True).distinct()
    return [Channel(channel) for channel in found]


def reschedule(person: Person) -> None:
    """What waits for a person leaves by their new hours."""
    rows = list(
        Notification.objects.select_for_update()
        .filter(person=person, state=State.WAITING, message=None)
        .exclude(channel=Channel.IN_APP)
        .select_related("event")
    )
    if not rows:
        return
    modules = Modules(Establishment.objects.get(uai=current_uai()))
    school = rhythm.school_hours(modules, modules.establishment)
    own = rhythm.hours_of(getattr(person, "rhythm", None))
    now = timezone.now()
    for row in rows:
        urgent = row.event.importance == "urgent"
        row.due_at = rhythm.due_at(now, Frequency(row.frequency), own, school, urgent=urgent)
    Notification.objects.bulk_update(rows, ["due_at"])
    ring_relay()
