"""Destroying what modules hold in schools: planned for a day, called off, noted when done.

Here is the region's account of it. What is destroyed besides tables, and whether it may be, core decides
(core.modules.purging), as the school's own choices are the truth.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from tenants.accounts.models import Account
from tenants.audit.services import record_all
from tenants.establishments.models import Establishment
from tenants.schemas.context import region, school
from tenants.schemas.models import ModulePurge

State = ModulePurge.State
LIVE = (State.PLANNED, State.FAILED)
SLICE = 50  # schools in one task


@dataclass(frozen=True)
class Asker:
    """Who asks. `name` is shown; an account of the region, or a person's own."""

    account: Account | None = None
    name: str = ""
    by_region: bool = False


def delay() -> timedelta:
    return timedelta(days=settings.MODULE_PURGE_DAYS)


# --- asking and calling off ------------------------------------------------------------------------------
def plan(uais: Iterable[str], module: str, label: str, *, asker: Asker, due_at: datetime | None = None) -> list[str]:
    """Plan the destruction in these schools, in `delay()` or at `due_at`. `label` is the module's name.

    Returns those where it was not planned yet; where it was, only an earlier day counts.
    """
    wanted = sorted(set(uais))
    due = due_at or timezone.now() + delay()
    with region(), transaction.atomic():
        rows = ModulePurge.objects.select_for_update().filter(uai__in=wanted, module=module, state__in=LIVE)
        there = set(rows.values_list("uai", flat=True))
        rows.filter(due_at__gt=due).update(due_at=due)
        new = [uai for uai in wanted if uai not in there]
        ModulePurge.objects.bulk_create(
            [
                ModulePurge(
                    uai=uai,
                    module=module,
                    due_at=due,
                    by_region=asker.by_region,
                    actor_account_id=asker.account.pk if asker.account else None,
                    actor_name=asker.name,
                )
                for uai in new
            ],
            ignore_conflicts=True,  # somebody else was as fast
        )
        _audit("purge_planned", new, label, asker, {"due_at": [None, due.date().isoformat()]})
    return new


def cancel(uais: Iterable[str], module: str, label: str, *, asker: Asker, why: str = "") -> list[str]:
    """Call off what is planned in these schools. Returns where something was."""
    with region(), transaction.atomic():
        rows = ModulePurge.objects.select_for_update().filter(uai__in=list(uais), module=module, state__in=LIVE)
        stopped = sorted(rows.values_list("uai", flat=True))
        if stopped:
            rows.update(state=State.CANCELLED, ended_at=timezone.now(), error=why)
            _audit("purge_cancelled", stopped, label, asker, {"reason": [None, why]} if why else {})
    return stopped


def _audit(verb: str, uais: list[str], label: str, asker: Asker, changes: dict[str, list[str | None]]) -> None:
    if not uais:
        return
    names = dict(Establishment.objects.filter(uai__in=uais).values_list("uai", "display_name"))
    what: dict[str, list[str | None]] = {"module": [None, label], **changes}
    record_all(
        f"schemas.{verb}",
        actor=asker.account,
        target_type="establishment",
        targets={uai: (names.get(uai, uai), what) for uai in uais},
    )


def same_name(typed: str, name: str) -> bool:
    """Whether somebody wrote the name, whatever the case, the spaces and the kind of apostrophe."""
    return _plain(typed) == _plain(name)


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2019", "'").split()).casefold()


# --- reading ---------------------------------------------------------------------------------------------
def live(uai: str) -> QuerySet[ModulePurge]:
    """What is planned in a school. Read it as the region."""
    return ModulePurge.objects.filter(uai=uai, state__in=LIVE)


def due(now: datetime | None = None) -> list[int]:
    """The keys of what is to be destroyed by now, oldest first."""
    with region():
        rows = ModulePurge.objects.filter(state__in=LIVE, due_at__lte=now or timezone.now())
        return list(rows.order_by("due_at", "pk").values_list("pk", flat=True))


def progress() -> list[Any]:
    """For each module that is to go somewhere: schools planned, failed and done, and the next day."""
    pending = Q(state__in=LIVE)
    rows = ModulePurge.objects.exclude(state=State.CANCELLED).values("module")
    return list(
        rows.annotate(
            planned=Count("pk", filter=Q(state=State.PLANNED)),
            failed=Count("pk", filter=Q(state=State.FAILED)),
            done=Count("pk", filter=Q(state=State.DONE)),
            next=Min("due_at", filter=pending),
        )
        .filter(Q(planned__gt=0) | Q(failed__gt=0))
        .order_by("module")
    )


@dataclass(frozen=True)
class Kind:
    """One kind of rows that a module holds, and how many."""

    label: str
    number: int


def kinds(establishment: Establishment, module: str) -> list[Kind]:
    """What a module holds in a school, by kind, the most numerous first; links between rows left out."""
    with school(establishment):
        models = apps.get_app_config(module).get_models()
        counted = [Kind(str(m._meta.verbose_name_plural), m._default_manager.count()) for m in models]
    return sorted((kind for kind in counted if kind.number), key=lambda kind: -kind.number)


# --- doing -----------------------------------------------------------------------------------------------
def take(pk: int) -> ModulePurge | None:
    """One that is still to be done and due; None when somebody called it off."""
    with region():
        return ModulePurge.objects.filter(pk=pk, state__in=LIVE, due_at__lte=timezone.now()).first()


def counted(purge: ModulePurge, lost: dict[str, int]) -> None:
    """Keep what is about to be destroyed, for a run that is killed and taken up again."""
    with region():
        ModulePurge.objects.filter(pk=purge.pk, lost={}).update(lost=lost)


def done(purge: ModulePurge, label: str) -> None:
    with region(), transaction.atomic():
        rows = ModulePurge.objects.filter(pk=purge.pk)
        rows.update(state=State.DONE, ended_at=timezone.now(), error="")
        lost = rows.values_list("lost", flat=True).get()
        changes: dict[str, list[str | None]] = {key: [str(number), None] for key, number in lost.items()}
        _audit("purge_done", [purge.uai], label, Asker(), changes)


def failed(purge: ModulePurge, error: str) -> None:
    with region():
        ModulePurge.objects.filter(pk=purge.pk, state__in=LIVE).update(state=State.FAILED, error=error[:2000])
