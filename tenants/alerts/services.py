"""An alert of the region: begun, continued and ended here, brought to each school by a task of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.alerts import scopes
from tenants.alerts.models import RegionalAlert, RegionalNews, SchoolAlert, Scope
from tenants.audit.services import record
from tenants.errors import Conflict, DomainError
from tenants.establishments.models import Lifecycle
from tenants.policies.scopes import part_of
from tenants.schemas.context import region


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is about to be sent, and where."""

    kind: str
    text: str
    drill: bool
    scope: str
    values: tuple[str, ...] = ()


@transaction.atomic
def start(*, draft: Draft, actor: Account, key: UUID) -> RegionalAlert:
    """Begin an alert, or give back the one of this key. Its schools are told by workers, once this is committed.

    Raises DomainError when no school of the scope is open, or none that the actor answers for.
    """
    with region():
        schools = list(scopes.schools_of(draft.scope, draft.values, part_of(actor)).values_list("uai", "lifecycle"))
        if not any(lifecycle == Lifecycle.ACTIVE for _uai, lifecycle in schools):
            sentence = _("Aucun établissement ouvert ici\u00a0: vérifiez la portée.")
            raise DomainError("nobody", sentence, {"scope": sentence})
        alert, made = RegionalAlert.objects.get_or_create(
            key=key,
            defaults={
                "kind": draft.kind, "text": draft.text.strip(), "drill": draft.drill, "scope": draft.scope,
                "values": list(draft.values), "actor_account_id": actor.pk, "actor_name": actor.login,
            },
        )  # fmt: skip
        if made:
            _note_schools(alert, schools)
            _record("alerts.start", alert, actor)
            _hand_out(alert)
    return alert


def _note_schools(alert: RegionalAlert, schools: Iterable[tuple[str, str]]) -> None:
    """Those that are open wait; those that were prepared or suspended, or named, are listed as left out."""
    named = alert.scope == Scope.SCHOOLS
    rows = [
        _school(alert, uai, lifecycle)
        for uai, lifecycle in schools
        if named or lifecycle in {Lifecycle.ACTIVE, Lifecycle.SUSPENDED, Lifecycle.PREPARING}
    ]
    SchoolAlert.objects.bulk_create(rows, batch_size=1000)


def _school(alert: RegionalAlert, uai: str, lifecycle: str) -> SchoolAlert:
    if lifecycle == Lifecycle.ACTIVE:
        return SchoolAlert(alert=alert, uai=uai)
    sentence = _("Cet établissement n’est pas ouvert dans Préau\u00a0: prévenez-le autrement.")
    return SchoolAlert(alert=alert, uai=uai, state=SchoolAlert.State.SKIPPED, sentence=sentence)


@transaction.atomic
def say(*, alert: RegionalAlert, text: str, actor: Account, key: UUID, ends: bool = False) -> RegionalNews:
    """Tell all its schools more, or the end of it. Raises Conflict once it is over."""
    with region():
        current = RegionalAlert.objects.select_for_update().get(pk=alert.pk)
        if (known := RegionalNews.objects.filter(key=key).first()) is not None:
            return known
        if not current.is_active:
            raise Conflict("over", _("Cette alerte est terminée."))
        news = RegionalNews.objects.create(
            alert=current, key=key, text=text.strip(), ends=ends, actor_name=actor.login
        )
        current.version += 1
        current.ended_at = news.at if ends else None
        current.save(update_fields=["version", "ended_at"])
        _open_again(current)
        _record("alerts.end" if ends else "alerts.say", current, actor, text=news.text)
        _hand_out(current)
    return news


def _open_again(alert: RegionalAlert) -> None:
    """Every school has something to hear once more, those that failed included."""
    alert.schools.exclude(state=SchoolAlert.State.SKIPPED).update(
        state=SchoolAlert.State.WAITING, attempts=0, lease_until=None
    )


@transaction.atomic
def retry(*, alert: RegionalAlert, actor: Account) -> int:
    """Try the schools that failed once more, at once. Returns how many."""
    with region():
        failed = alert.schools.filter(state=SchoolAlert.State.FAILED)
        count = failed.update(state=SchoolAlert.State.WAITING, attempts=0, lease_until=None)
        if count:
            _record("alerts.retry", alert, actor)
            _hand_out(alert)
    return count


def _hand_out(alert: RegionalAlert) -> None:
    from tenants.alerts.tasks import hand_out  # noqa: PLC0415 -- the task imports this package

    # With Redis away it is begun all the same: the sweeper finds the schools that wait.
    transaction.on_commit(lambda: hand_out.apply_async((alert.pk,), retry=False), robust=True)


def _record(action: str, alert: RegionalAlert, actor: Account, text: str = "") -> None:
    label = f"{alert.head}\u00a0: {text or alert.text}"
    record(
        action, actor=actor, target_type="regional_alert", target_id=str(alert.pk), target_label=label,
        changes={"portée": [None, scopes.in_words(alert)]} if action == "alerts.start" else None,
    )  # fmt: skip


def forget(*, before_days: int = 3 * 366) -> int:
    """Alerts that ended so long ago go, with what is known of their schools. Returns how many."""
    limit = timezone.now() - timedelta(days=before_days)
    with region():
        return RegionalAlert.objects.filter(ended_at__lt=limit).delete()[0]
