"""Telling people: what a module calls, and what people choose for themselves."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import services as audit
from core.errors import DomainError
from core.modules.contract import Channel, Frequency, Importance
from core.modules.state import Modules
from core.notifications import queues, rules
from core.notifications.models import Event, Notification, Preference, Rhythm
from core.notifications.reasons import WITHDRAWN, WITHDRAWN_READ
from core.people.models import Person
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai

State = Notification.State
# Not delivered yet, on any channel.
UNDELIVERED = (State.UNREAD, State.WAITING)


# --- Telling ----------------------------------------------------------------------------------------------
def emit(
    kind: str,
    *,
    actor: Person | None,
    key: str = "",
    data: Mapping[str, Any] | None = None,
    url: str = "",
    people: Iterable[Person] | None = None,
    importance: Importance | None = None,
    due_at: datetime | None = None,
    modules: Modules | None = None,
) -> Event:
    """Write one event to the outbox, in the transaction of the change that it tells. Nothing is sent here.

    `kind` is "news.published"; `key` says what it is about ("article:12"), so that a later event can take its place
    and `withdraw` can call it back; `data` (plain JSON) fills the kind's words; `url` is a path on the school's host;
    `people` are told where the kind has no audience of its own; from `due_at` on it is told, now by default. Give
    `viewer.modules` where there is a viewer: without it the school's settings are read again.

    Raises RuntimeError outside a transaction, KeyError for a kind that no manifest declares, DomainError when the
    actor's roles may not send urgent things.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{kind}: an event belongs in the transaction of what it tells")
    declared = rules.kind_of(kind)
    if declared is None:
        raise KeyError(kind)
    modules = modules or Modules(Establishment.objects.get(uai=current_uai()))
    rule = rules.rule_of(modules, kind)
    level = importance or (rule.importance if rule else declared.importance)
    if level == Importance.URGENT and actor is not None and not declared.always:
        _refuse_unless_urgent_allowed(actor, modules)
    now = timezone.now()
    event = Event.objects.create(
        kind=kind,
        key=key,
        importance=level,
        actor=actor,
        data=dict(data or {}),
        url=url,
        people=sorted(person.pk for person in people) if people is not None else None,
        happened_at=max(now, due_at or now),
        due_at=max(now, due_at or now),
    )
    queues.ring_relay()
    return event


def _refuse_unless_urgent_allowed(actor: Person, modules: Modules) -> None:
    if not actor.has_role(*modules["notifications"].settings["urgent_roles"]):
        sentence = _("Votre rôle ne permet pas d’envoyer une information urgente. Demandez à la direction.")
        raise DomainError("urgent-not-allowed", sentence)


@transaction.atomic
def withdraw(key: str, *, kinds: Iterable[str] | None = None, reason: str = WITHDRAWN) -> int:
    """Call back what was not delivered yet about this `key`: events that wait, and their undelivered rows.

    What has left has left. Returns how many rows were called back.
    """
    return withdraw_all([key], kinds=kinds, reason=reason)


@transaction.atomic
def withdraw_all(
    keys: Iterable[str], *, kinds: Iterable[str] | None = None, reason: str = WITHDRAWN, also_read: bool = False
) -> int:
    """`withdraw` for many keys, in as many statements as for one.

    With `also_read`, what people have read in the app leaves their list too: for what nobody should come upon again.
    """
    events = Event.objects.filter(key__in=list(keys))
    if kinds is not None:
        events = events.filter(kind__in=list(kinds))
    now = timezone.now()
    # The relay holds the events it works on: wait for it, then nothing of theirs is missed.
    ids = list(events.select_for_update().order_by("pk").values_list("pk", flat=True))
    Event.objects.filter(pk__in=ids, state=Event.State.WAITING).update(state=Event.State.CANCELLED, settled_at=now)
    rows = Notification.objects.filter(event__in=ids)
    if also_read:
        seen = rows.filter(state=State.READ, channel=Channel.IN_APP)
        seen.update(state=State.CANCELLED, reason=WITHDRAWN_READ, settled_at=now)
    return rows.filter(state__in=UNDELIVERED).update(state=State.CANCELLED, reason=reason, settled_at=now)


@transaction.atomic
def reinstate(key: str, *, kinds: Iterable[str]) -> int:
    """The undo of `withdraw`: what was called back is told after all, to nobody twice. Returns how many rows."""
    return reinstate_all([key], kinds=kinds)


@transaction.atomic
def reinstate_all(keys: Iterable[str], *, kinds: Iterable[str]) -> int:
    """The undo of `withdraw_all`: what had been read is in the list again, read. Returns how many rows are told."""
    events = Event.objects.filter(key__in=list(keys), kind__in=list(kinds))
    now = timezone.now()
    ids = list(events.select_for_update().order_by("pk").values_list("pk", flat=True))
    Event.objects.filter(pk__in=ids, state=Event.State.CANCELLED).update(state=Event.State.WAITING, settled_at=None)
    rows = Notification.objects.filter(event__in=ids, state=State.CANCELLED, reason=WITHDRAWN)
    seen = Notification.objects.filter(event__in=ids, state=State.CANCELLED, reason=WITHDRAWN_READ)
    seen.update(state=State.READ, reason="")
    in_app, others = rows.filter(channel=Channel.IN_APP), rows.exclude(channel=Channel.IN_APP)
    count = in_app.update(state=State.UNREAD, reason="", settled_at=None)
    count += others.update(state=State.WAITING, reason="", settled_at=None, due_at=Greatest("due_at", Value(now)))
    queues.ring_relay()
    return count


@transaction.atomic
def amend(
    key: str, *, kinds: Iterable[str], data: Mapping[str, Any] | None = None, due_at: datetime | None = None
) -> None:
    """Change the words or the hour of what nobody has been told yet."""
    waiting_events = Event.objects.filter(key=key, kind__in=list(kinds), state=Event.State.WAITING, cursor=0)
    events = waiting_events.select_for_update()
    for event in events:
        event.data = {**event.data, **(data or {})}
        if due_at is not None:
            event.due_at = event.happened_at = max(timezone.now(), due_at)
        event.save(update_fields=["data", "due_at", "happened_at"])
        queues.ring_relay()


@transaction.atomic
def redact(key: str, *, kinds: Iterable[str], data: Mapping[str, Any]) -> None:
    """Replace these words in all that was ever told about this `key`: the bell and the history show them no more."""
    for event in Event.objects.select_for_update().filter(key=key, kind__in=list(kinds)).order_by("pk"):
        event.data = {**event.data, **data}
        event.save(update_fields=["data"])


# --- In the app -------------------------------------------------------------------------------------------
def read(*, person: Person, ids: Iterable[int] | None = None) -> list[int]:
    """Mark the person's unread rows as read: these, or all of them. Returns which were."""
    rows = Notification.objects.filter(person=person, channel=Channel.IN_APP, state=State.UNREAD)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    with transaction.atomic():
        marked = list(rows.select_for_update().values_list("pk", flat=True))
        Notification.objects.filter(pk__in=marked).update(state=State.READ, settled_at=timezone.now())
    return marked


def unread(*, person: Person, ids: Iterable[int]) -> int:
    """The undo of `read`. Returns how many rows are unread again."""
    rows = Notification.objects.filter(person=person, channel=Channel.IN_APP, state=State.READ, pk__in=list(ids))
    return rows.update(state=State.UNREAD, settled_at=None)


# --- One's own choices ------------------------------------------------------------------------------------
@transaction.atomic
def choose(
    *, person: Person, kind: str, channel: str, frequency: str | None, child: Person | None = None
) -> None:
    """Keep how often a channel tells this person of a kind; None goes back to the school's rule.

    Raises DomainError for what may not be chosen here.
    """
    rule = rules.rule_of(Modules(Establishment.objects.get(uai=current_uai())), kind)
    if rule is None:
        raise DomainError("unknown", _("Cette notification n’existe pas ici."))
    if frequency is None:
        Preference.objects.filter(person=person, kind=kind, channel=channel, child=child).delete()
        return
    if Frequency(frequency) not in rule.choices(Channel(channel), person.roles):
        raise DomainError("not-offered", _("Ce choix n’est pas proposé pour cette notification."))
    Preference.objects.update_or_create(
        person=person, kind=kind, channel=channel, child=child, defaults={"frequency": frequency}
    )


@transaction.atomic
def choose_all(
    *, person: Person, modules: Modules, chosen: Mapping[tuple[str, Channel], Frequency], child: Person | None = None
) -> None:
    """Replace all that a person has chosen of the kinds that exist here, for one child or in general.

    What was chosen for modules that are off now is kept for their return. Raises DomainError for what may not be.
    """
    known = {rule.code: rule for rule in rules.rules_of(modules)}
    for (code, channel), frequency in chosen.items():
        if code not in known or frequency not in known[code].choices(channel, person.roles):
            raise DomainError("not-offered", _("Ce choix n’est pas proposé pour cette notification."))
    Preference.objects.filter(person=person, child=child, kind__in=known).delete()
    Preference.objects.bulk_create(
        Preference(person=person, child=child, kind=code, channel=channel, frequency=frequency)
        for (code, channel), frequency in chosen.items()
    )


@transaction.atomic
def set_rhythm(*, person: Person, **fields: Any) -> Rhythm:
    """Keep the person's hours. `fields` are those of Rhythm; what is not named stays."""
    rhythm, _made = Rhythm.objects.select_for_update().get_or_create(person=person)
    for name, value in fields.items():
        setattr(rhythm, name, value)
    rhythm.full_clean(exclude=["person"])
    rhythm.save()
    queues.reschedule(person)
    return rhythm


# --- What the référent does -------------------------------------------------------------------------------
@transaction.atomic
def retry(*, event: Event, actor: Person | None) -> int:
    """Try again what failed of an event: its distribution, or its messages. Returns how many rows wait again."""
    now = timezone.now()
    Event.objects.filter(pk=event.pk, state=Event.State.FAILED).update(
        state=Event.State.WAITING, attempts=0, due_at=now, error=""
    )
    rows = Notification.objects.filter(event=event, state=State.FAILED)
    count = rows.update(state=State.WAITING, attempts=0, due_at=now, reason="", settled_at=None, message=None)
    audit.record("notifications.retry", actor=actor, target=event, label=event.kind, changes={"envois": [0, count]})
    queues.ring_relay()
    return count
