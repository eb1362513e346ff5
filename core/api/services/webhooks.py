"""What référents do with the addresses that the school calls out to."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.api import signing, tasks
from core.api.models import Delivery, Webhook
from core.api.selectors import callable_kinds
from core.audit import services as audit
from core.errors import Conflict, DomainError, NotAllowed
from core.notifications import services as notifications
from core.people.records import fill
from core.people.text import tidy
from core.permissions.viewer import Viewer
from tenants import outbound

MAX_WEBHOOKS = 20
# For how long the former secret still signs beside the new one.
BOTH_SECRETS = timedelta(hours=24)
TEST = "api.test"


@transaction.atomic
def create_webhook(*, viewer: Viewer, name: str, url: str, kinds: Iterable[str]) -> tuple[Webhook, str]:
    """An address to call, and the secret that its receiver checks signatures with, shown once.

    Raises NotAllowed, or DomainError with a sentence per field: no such kinds, or an address that may not be called.
    """
    _refuse_unless_allowed(viewer)
    if Webhook.objects.count() >= MAX_WEBHOOKS:
        raise DomainError("too-many", _("%(n)d appels sortants au plus par établissement.") % {"n": MAX_WEBHOOKS})
    webhook = Webhook(salt=signing.new_salt(), created_by=viewer.person)
    _write(viewer, webhook, name, url, kinds)
    webhook.save()
    audit.record("api.create_webhook", actor=viewer.person, target=webhook, changes=_told(webhook))
    adoption.count("api.webhook", viewer)
    return webhook, signing.secret_of(webhook)


@transaction.atomic
def change_webhook(*, viewer: Viewer, webhook: Webhook, name: str, url: str, kinds: Iterable[str]) -> Webhook:
    """Raises as `create_webhook` does."""
    _refuse_unless_allowed(viewer)
    webhook = _held(webhook)
    changes = _write(viewer, webhook, name, url, kinds)
    webhook.save()
    audit.record("api.change_webhook", actor=viewer.person, target=webhook, changes=changes)
    return webhook


@transaction.atomic
def delete_webhook(*, viewer: Viewer, webhook: Webhook) -> None:
    """With its log."""
    _refuse_unless_allowed(viewer)
    audit.record("api.delete_webhook", actor=viewer.person, target=webhook)
    webhook.delete()


@transaction.atomic
def rotate_secret(*, viewer: Viewer, webhook: Webhook) -> str:
    """A new secret, shown once. The former signs beside it for a day, then no more."""
    _refuse_unless_allowed(viewer)
    webhook = _held(webhook)
    webhook.previous_salt, webhook.previous_until = webhook.salt, timezone.now() + BOTH_SECRETS
    webhook.salt = signing.new_salt()
    webhook.save()
    audit.record("api.rotate_webhook", actor=viewer.person, target=webhook)
    return signing.secret_of(webhook)


@transaction.atomic
def try_webhook(*, viewer: Viewer, webhook: Webhook) -> Delivery:
    """Send something that means nothing, to see that it arrives."""
    _refuse_unless_allowed(viewer)
    _refuse_stopped(webhook)
    delivery = Delivery.objects.create(webhook=webhook, kind=TEST, happened_at=timezone.now())
    audit.record("api.test_webhook", actor=viewer.person, target=webhook)
    transaction.on_commit(tasks.deliver.delay, robust=True)
    return delivery


@transaction.atomic
def retry_delivery(*, viewer: Viewer, delivery: Delivery) -> Delivery:
    """Try at once what waits for its next try, or was given up: with all its tries again."""
    _refuse_unless_allowed(viewer)
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("webhook").get(pk=delivery.pk)
    _refuse_stopped(delivery.webhook)
    if delivery.state == Delivery.State.TAKEN:
        raise Conflict("taken", _("Cet envoi a déjà été reçu."))
    now = timezone.now()
    delivery.state, delivery.due_at, delivery.created_at = Delivery.State.WAITING, now, now
    delivery.settled_at, delivery.answers, delivery.reason = None, [], ""
    delivery.save()
    audit.record("api.retry_webhook", actor=viewer.person, target=delivery.webhook)
    transaction.on_commit(tasks.deliver.delay, robust=True)
    return delivery


@transaction.atomic
def stop_webhook(*, webhook: Webhook, viewer: Viewer | None) -> None:
    """Call it no more. Without a viewer it has failed for too long, and those who manage it are told."""
    if viewer is not None:
        _refuse_unless_allowed(viewer)
    now = timezone.now()
    if not Webhook.objects.filter(pk=webhook.pk, stopped_at=None).update(stopped_at=now):
        return
    waiting = Delivery.objects.filter(webhook=webhook, state=Delivery.State.WAITING)
    waiting.update(state=Delivery.State.FAILED, reason="stopped", settled_at=now, lease_until=None)
    audit.record("api.stop_webhook", actor=viewer.person if viewer else None, target=webhook)
    if viewer is None:
        notifications.emit(
            "api.webhook_stopped",
            actor=None,
            key=f"webhook:{webhook.pk}",
            data={"name": webhook.name, "webhook": webhook.pk},
            url=f"/appels-sortants/{webhook.pk}/",
        )


@transaction.atomic
def resume_webhook(*, viewer: Viewer, webhook: Webhook) -> None:
    """Call it again from now on; what was given up may be sent again one by one."""
    _refuse_unless_allowed(viewer)
    resumed = Webhook.objects.filter(pk=webhook.pk).exclude(stopped_at=None)
    if resumed.update(stopped_at=None, failing_since=None):
        audit.record("api.resume_webhook", actor=viewer.person, target=webhook)


def _refuse_unless_allowed(viewer: Viewer) -> None:
    if not viewer.can("api.webhooks"):
        raise NotAllowed("no-webhooks", _("Les appels sortants ne vous sont pas ouverts."))


def _refuse_stopped(webhook: Webhook) -> None:
    if webhook.stopped_at is not None:
        raise Conflict("stopped", _("Cet appel sortant est arrêté\u00a0: relancez-le d’abord."))


def _held(webhook: Webhook) -> Webhook:
    current = Webhook.objects.select_for_update().filter(pk=webhook.pk).first()
    if current is None:
        raise Conflict("gone", _("Cet appel sortant vient d’être supprimé."))
    return current


def _write(viewer: Viewer, webhook: Webhook, name: str, url: str, kinds: Iterable[str]) -> dict[str, list[Any]]:
    """Fill and check the row. Returns what changed."""
    name, kinds = tidy(name)[:60], sorted(set(kinds))
    if not name:
        raise _refused("name", _("Dites quel outil est prévenu."))
    if Webhook.objects.filter(name=name).exclude(pk=webhook.pk).exists():
        raise _refused("name", _("Un appel sortant porte déjà ce nom."))
    if not kinds:
        raise _refused("kinds", _("Choisissez au moins un événement."))
    # What was chosen before may stay while its module is off.
    if set(kinds) - {each.code for each in callable_kinds(viewer.modules)} - set(webhook.kinds):
        raise _refused("kinds", _("Un de ces événements n’existe pas ici."))
    if url != webhook.url:
        outbound.check(url)
    return fill(webhook, {"name": name, "url": url, "kinds": kinds}, allowed=("name", "url", "kinds"))


def _told(webhook: Webhook) -> dict[str, list[Any]]:
    return {"url": [None, webhook.url], "kinds": [None, webhook.kinds]}


def _refused(field: str, sentence: str) -> DomainError:
    return DomainError("invalid", sentence, {field: sentence})
