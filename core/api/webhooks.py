"""Calling out: an event becomes a delivery for each address that asked for it, and is tried until it is taken."""

import json
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.api import signing, tasks
from core.api.models import Delivery, Webhook
from core.api.services.webhooks import stop_webhook
from core.modules import registry
from core.modules.state import Modules
from core.notifications.models import Event
from tenants import outbound
from tenants.establishments.hosts import school_url
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai

logger = structlog.get_logger(__name__)

State = Delivery.State
TEST = "api.test"
# After each failure, so long until the next try: eight tries within a day, then the delivery is given up.
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 5 * 60, 8 * 60, 8 * 60))
OLDEST = timedelta(hours=24)
# An address that has answered nothing good for so long is no longer called.
PATIENCE = timedelta(days=3)
GONE = 410
# Longer waits are left to the hourly job: a broker hands out again what it has kept for an hour.
LONGEST_COUNTDOWN = timedelta(minutes=45)
_LEASE = timedelta(minutes=2)
_RUN = 50


# --- In -----------------------------------------------------------------------------------------------------
def enqueue(event: Event) -> None:
    """Write a delivery for each address that asked for this kind, in the transaction of who calls.

    Called twice with one event, it writes nothing more.
    """
    if event.slug not in _callable(event.module):
        return
    asked = Webhook.objects.filter(kinds__contains=[event.kind], stopped_at=None)
    rows = [
        Delivery(webhook_id=pk, event_id=event.pk, kind=event.kind, key=event.key, happened_at=event.happened_at)
        for pk in asked.values_list("pk", flat=True)
    ]
    if rows and _modules()[event.module].enabled:
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
        transaction.on_commit(tasks.deliver.delay, robust=True)


def _callable(slug: str) -> dict[str, str]:
    """Kind to address, of what a module offers to webhooks."""
    manifest = registry.manifests().get(slug)
    return {callout.kind: callout.address for callout in manifest.webhooks} if manifest else {}


def _modules() -> Modules:
    return Modules(Establishment.objects.get(uai=current_uai()))


# --- Out ----------------------------------------------------------------------------------------------------
def run() -> None:
    """Try what is due. An address that fails is left alone for the rest of the run."""
    failed: set[int] = set()
    for _number in range(_RUN):
        delivery = _claim(failed)
        if delivery is None:
            return
        if not _try(delivery):
            failed.add(delivery.webhook_id)
    tasks.deliver.delay()


def sweep() -> None:
    """The hourly job: what waited for long, and what a killed worker or an emptied Redis has left."""
    run()


def _due(now: datetime) -> Q:
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return free & Q(state=State.WAITING, due_at__lte=now, webhook__stopped_at=None)


def _claim(failed: set[int]) -> Delivery | None:
    """The delivery that has waited longest, leased to this worker."""
    now = timezone.now()
    with transaction.atomic():
        delivery = (
            Delivery.objects.filter(_due(now))
            .exclude(webhook_id__in=failed)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("webhook")
            .order_by("due_at", "pk")
            .first()
        )
        if delivery is not None:
            Delivery.objects.filter(pk=delivery.pk).update(lease_until=now + _LEASE)
    return delivery


def _try(delivery: Delivery) -> bool:
    """Call once, outside any transaction. Returns whether it was taken."""
    webhook, now = delivery.webhook, timezone.now()
    body = payload(delivery)
    try:
        answer = outbound.post(webhook.url, data=body, headers=signing.headers_for(webhook, delivery, body, now))
        status, reason = answer.status, "" if answer.ok else "status"
    except outbound.OutboundRefused as error:
        status, reason = 0, error.code
    except outbound.OutboundFailed as error:
        status, reason = 0, str(error)[:40]
    with transaction.atomic():
        if reason:
            _failed(delivery, status, reason)
        else:
            _taken(delivery, status)
    return not reason


def payload(delivery: Delivery) -> bytes:
    """What is sent: what happened, to which thing, and where to read it. Never a name, never a content."""
    establishment = Establishment.objects.get(uai=current_uai())
    said = {
        "type": delivery.kind,
        "timestamp": delivery.happened_at.isoformat(),
        "school": establishment.uai,
        "data": {"object": delivery.key, "url": school_url(establishment, f"/api/v1/{_address(delivery)}")},
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _address(delivery: Delivery) -> str:
    """Below /api/v1/, the address of what the event's key names."""
    module, _dot, slug = delivery.kind.partition(".")
    template = "me" if delivery.kind == TEST else _callable(module).get(slug, "me")
    return template.replace("{id}", delivery.key.rpartition(":")[2])


def _taken(delivery: Delivery, status: int) -> None:
    now = timezone.now()
    _settle(delivery, status, state=State.TAKEN, reason="", settled_at=now)
    Webhook.objects.filter(pk=delivery.webhook_id).exclude(failing_since=None).update(failing_since=None)


def _settle(delivery: Delivery, status: int, **values: Any) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(answers=[*delivery.answers, status], lease_until=None, **values)


def _failed(delivery: Delivery, status: int, reason: str) -> None:
    now = timezone.now()
    logger.info("webhook not taken", webhook=delivery.webhook_id, status=status, reason=reason)
    webhook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
    if webhook.failing_since is None:
        webhook.failing_since = now
        webhook.save(update_fields=["failing_since"])
    if delivery.attempts + 1 > len(DELAYS) or delivery.created_at < now - OLDEST:
        _settle(delivery, status, state=State.FAILED, reason=reason, settled_at=now)
    else:
        _again(delivery, status, reason, now + DELAYS[delivery.attempts])
    if status == GONE or webhook.failing_since <= now - PATIENCE:
        stop_webhook(webhook=webhook, viewer=None)


def _again(delivery: Delivery, status: int, reason: str, due_at: datetime) -> None:
    """Put it off, and with it what waits for the same address: it would only fail too."""
    _settle(delivery, status, reason=reason, due_at=due_at)
    others = Delivery.objects.filter(webhook_id=delivery.webhook_id, state=State.WAITING, due_at__lt=due_at)
    others.filter(created_at__lt=timezone.now() - OLDEST).update(
        state=State.FAILED, reason=reason, settled_at=timezone.now()
    )
    others.filter(state=State.WAITING).update(due_at=due_at)
    if (wait := due_at - timezone.now()) <= LONGEST_COUNTDOWN:
        transaction.on_commit(lambda: tasks.deliver.apply_async(countdown=max(1, int(wait.total_seconds()) + 1)))
