"""Sending what is due: each message is leased, checked once more, sent, and settled on its own.

A sender that dies leaves its lease; when that is over the same message, with the same id, is sent by another. So a
person gets a message at least once, and a second time only when somebody died between sending and settling.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from core.modules.contract import Channel, Frequency
from core.modules.state import Modules
from core.notifications import expansion, reasons, rules
from core.notifications.messages import SENDERS, Failure, Message, Sender
from core.notifications.models import Event, Notification
from core.notifications.wording import items_of
from core.people.models import Person
from tenants.accounts.selectors import verified_addresses

logger = structlog.get_logger(__name__)

State = Notification.State
LEASE = timedelta(seconds=60)
# People whose messages are leased at once; their sending must end well within the lease.
BATCH = 20
SENDING_SECONDS = 30
# After a failure that may pass: wait so many minutes, then give up.
RETRIES_MINUTES = (1, 5, 15, 60, 180, 360, 720)
# What goes first does so for this long: an address that refuses for days takes its turn again.
URGENT_FOR = timedelta(hours=6)
DIGESTS = (Frequency.DAILY, Frequency.WEEKLY)


def deliver(channel: Channel, modules: Modules, *, until: datetime) -> bool:
    """Send what is due on a channel. False when time ran out before everything was sent."""
    if channel not in rules.open_channels(modules):
        _give_up_channel(channel)
        return True
    with import_string(SENDERS[channel])() as sender:
        while timezone.now() < until:
            rows = lease(_first(_due(channel))) or lease(_due(channel).exclude(_joint()))
            if not rows:
                return True
            _send_all(rows, sender, channel, modules)
    return False


def _first(due: QuerySet[Notification]) -> QuerySet[Notification]:
    """What nothing silences leaves before the digests and all else that waits. One short query where there is none."""
    lately = timezone.now() - URGENT_FOR
    events = Event.objects.filter(kind__in=rules.always_told(), happened_at__gte=lately).values_list("pk", flat=True)
    return due.filter(event__in=list(events))


def joint_accounts() -> list[int]:
    """The accounts with a digest due here that wish one for all their schools."""
    rows = _due(Channel.EMAIL).filter(_joint()).order_by()
    accounts = rows.values_list("person__account_id", flat=True).distinct()
    return [account for account in accounts if account is not None]


def joint_rows(person: Person, *, margin: timedelta) -> list[Notification]:
    """Lease what is due of a person's digests here, or will be within `margin`."""
    return lease(_due(Channel.EMAIL, margin).filter(_joint(), person=person))


def _joint() -> Q:
    return Q(person__rhythm__joint_digest=True, person__account_id__isnull=False, frequency__in=DIGESTS)


def _due(channel: Channel, margin: timedelta = timedelta()) -> QuerySet[Notification]:
    now = timezone.now()
    ready = Q(state=State.WAITING, due_at__lte=now + margin) | Q(state=State.SENDING, lease_until__lte=now)
    return Notification.objects.filter(ready, channel=channel)


# --- Leasing ------------------------------------------------------------------------------------------------
@transaction.atomic
def lease(due: QuerySet[Notification]) -> list[Notification]:
    """All that is due for the next people, with their messages' ids. Committed before anything is sent.

    Rows that were on their way together when a sender died stay together, under the same id.
    """
    people = list(due.order_by("due_at").values_list("person", flat=True)[: BATCH * 4])
    chosen = list(dict.fromkeys(people))[:BATCH]
    rows = list(
        due.filter(person__in=chosen).select_for_update(of=("self",), skip_locked=True).order_by("person", "pk")
    )
    fresh: dict[int, UUID] = defaultdict(uuid4)
    until = timezone.now() + LEASE
    for row in rows:
        row.state, row.lease_until = State.SENDING, until
        row.attempts += 1
        row.message = row.message or fresh[row.person_id]
    Notification.objects.bulk_update(rows, ["state", "lease_until", "attempts", "message"])
    return rows


def messages_of(rows: Iterable[Notification], channel: Channel, modules: Modules) -> list[Message]:
    """The leased rows as messages, without what need not be said any more."""
    rows = _still_wanted(list(rows), modules)
    people = Person.objects.in_bulk({row.person_id for row in rows})
    addresses = verified_addresses([p.account_id for p in people.values() if p.account_id and not p.email])
    together: dict[tuple[int, UUID | None], list[Notification]] = defaultdict(list)
    for row in rows:
        together[(row.person_id, row.message)].append(row)
    made = []
    for (person_id, message), own in together.items():
        person = people[person_id]
        items = tuple(items_of(own, modules))
        if items and message is not None:
            made.append(
                Message(
                    id=message,
                    channel=channel,
                    person=person,
                    establishment=modules.establishment,
                    items=items,
                    frequency=Frequency(own[0].frequency),
                    account_email=addresses.get(person.account_id or 0, ""),
                )
            )
    return made


def _still_wanted(rows: list[Notification], modules: Modules) -> list[Notification]:
    """Asked again at the last moment: authority ends, news are withdrawn, modules are switched off.

    One query for each event of a kind with an audience, whatever the number of people; none for the others.
    """
    events = Event.objects.in_bulk({row.event_id for row in rows})
    by_event: dict[int, list[Notification]] = defaultdict(list)
    for row in rows:
        row.event = events[row.event_id]
        by_event[row.event_id].append(row)
    here = set(
        Person.objects.filter(pk__in={row.person_id for row in rows}, left_on=None).values_list("pk", flat=True)
    )
    kept: list[Notification] = []
    for event_id, own in by_event.items():
        kept += _still_concerned(events[event_id], own, modules, here)
    return sorted(kept, key=lambda row: row.pk)


def _still_concerned(
    event: Event, rows: list[Notification], modules: Modules, here: set[int]
) -> list[Notification]:
    rule = rules.rule_of(modules, event.kind, event.importance)
    if rule is None or rule.rule == "hidden":
        cancel(rows, reasons.MODULE_OFF)
        return []
    told: dict[int, set[int | None]] = defaultdict(set)
    if rule.kind.audience:
        for person, child in expansion.recipients_of(event, rule).among([row.person_id for row in rows]).pairs():
            told[person].add(child)
    else:
        told.update({person: {None} for person in here.intersection(event.people or ())})
    kept: list[Notification] = []
    dropped: list[Notification] = []
    for row in rows:
        children = [child for child in row.children if child in told[row.person_id]]
        concerned = bool(children) if row.children else bool(told[row.person_id])
        if concerned:
            row.children = children
        (kept if concerned else dropped).append(row)
    cancel(dropped, reasons.NOT_CONCERNED)
    return kept


# --- Sending and settling -----------------------------------------------------------------------------------
def _send_all(rows: list[Notification], sender: Sender, channel: Channel, modules: Modules) -> None:
    begun = timezone.now()
    messages = messages_of(rows, channel, modules)
    for number, message in enumerate(messages):
        if timezone.now() - begun > timedelta(seconds=SENDING_SECONDS):
            _release(messages[number:])
            return
        send(message, sender)


def send(message: Message, sender: Sender) -> bool:
    """Send one message and settle its rows. Returns whether it left."""
    failure = try_to_send(message, sender)
    settle(message, failure)
    return failure is None


def try_to_send(message: Message, sender: Sender) -> Failure | None:
    try:
        return sender.send(message)
    except Exception:
        logger.exception("message not made", channel=message.channel, message=str(message.id))
        return Failure(reason=reasons.BROKEN, final=True)


def settle(message: Message, failure: Failure | None) -> None:
    """Note what became of a message, in the school of its rows."""
    rows = [item.row for item in message.items]
    if failure is None:
        _update(rows, state=State.SENT, settled_at=timezone.now(), lease_until=None, reason="")
    else:
        _failed(rows, failure)


def _failed(rows: list[Notification], failure: Failure) -> None:
    attempt = max(row.attempts for row in rows)
    if failure.final or attempt > len(RETRIES_MINUTES):
        _update(rows, state=State.FAILED, settled_at=timezone.now(), lease_until=None, reason=failure.reason)
        return
    again = timezone.now() + timedelta(minutes=RETRIES_MINUTES[attempt - 1])
    _update(rows, state=State.WAITING, due_at=again, lease_until=None, reason=failure.reason)


def _release(messages: list[Message]) -> None:
    """Not sent for lack of time: others may take them at once."""
    rows = [item.row for message in messages for item in message.items]
    _update(rows, state=State.WAITING, lease_until=None, attempts=F("attempts") - 1)


def cancel(rows: list[Notification], reason: str) -> None:
    if rows:
        _update(rows, state=State.CANCELLED, settled_at=timezone.now(), lease_until=None, reason=reason)


def _update(rows: list[Notification], **values: object) -> None:
    """Only what is still being sent: a row that was settled or called back meanwhile is left alone."""
    ids, messages = [row.pk for row in rows], {row.message for row in rows}
    Notification.objects.filter(pk__in=ids, state=State.SENDING, message__in=messages).update(**values)


def _give_up_channel(channel: Channel) -> None:
    """The school has switched the channel off: what waits for it does not leave later in a heap."""
    rows = Notification.objects.filter(channel=channel, state__in=(State.WAITING, State.SENDING))
    rows.update(state=State.CANCELLED, settled_at=timezone.now(), lease_until=None, reason=reasons.CHANNEL_OFF)
