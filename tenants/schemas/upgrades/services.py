"""Upgrades as the region sees them: asked for, running, paused, over. One at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.audit.services import record
from tenants.errors import Conflict, DomainError
from tenants.schemas import graph, ledger
from tenants.schemas.context import region
from tenants.schemas.lanes.chains import route
from tenants.schemas.ledger import Standing
from tenants.schemas.models import Upgrade
from tenants.schemas.upgrades.runner import BUSY, DONE, FAILED, Order, Run, Tally

State = Upgrade.State
LIVE = (State.WAITING, State.RUNNING, State.PAUSING, State.PAUSED)
# A running upgrade that says nothing for so long has been killed.
SILENCE = timedelta(seconds=30)
_BEAT_SECONDS = 1.0
_LOCK = "hashtextextended('preau-upgrade', 0)"


def pending(uais: list[str] | None = None) -> list[Standing]:
    """The schools that are not as the code wants them. One query."""
    known = graph.current()
    return ledger.behind(known.versions, core=known.core, uais=uais)


def holding(label: str, migration: str, uais: list[str] | None = None) -> list[Standing]:
    """The schools that hold the app in another version than at this migration. Raises DomainError for a target
    that does not exist or cannot be reached.
    """
    found = [s for s in ledger.holding(label, uais) if s.versions.get(label, graph.NOTHING) != graph.NOTHING]
    ends = {version: route(label, version, migration).end for version in {s.versions[label] for s in found}}
    return [s for s in found if ends[s.versions[label]] != s.versions[label]]


def live() -> Upgrade | None:
    """The upgrade that is waiting, running or paused, if there is one."""
    with region():
        return Upgrade.objects.filter(state__in=LIVE).first()


def is_silent(upgrade: Upgrade) -> bool:
    """Whether it says that it runs, and nobody works on it any more."""
    running = upgrade.state in {State.RUNNING, State.PAUSING}
    return running and (upgrade.beat_at is None or timezone.now() - upgrade.beat_at > SILENCE)


# --- orders from the console -----------------------------------------------------------------------------
def start(*, actor: Account) -> Upgrade:
    """Ask for an upgrade of every school that is behind. Raises Conflict when one is under way, DomainError when
    there is nothing to do.
    """
    total = len(pending())
    if not total:
        raise DomainError("nothing", _("Tous les établissements sont à jour."))
    with region(), transaction.atomic():
        upgrade = _create(total, actor)
        _audit(upgrade, "upgrade_started", actor)
        transaction.on_commit(lambda: _send(upgrade))
    return upgrade


def pause(upgrade: Upgrade, *, actor: Account) -> None:
    """Ask a running upgrade to stop between two schools. Raises Conflict when it no longer runs."""
    with region(), transaction.atomic():
        moved = Upgrade.objects.filter(pk=upgrade.pk, state=State.RUNNING).update(state=State.PAUSING)
        moved += Upgrade.objects.filter(pk=upgrade.pk, state=State.WAITING).update(state=State.PAUSED)
        if not moved:
            raise Conflict("not-running", _("Cette mise à jour n’est plus en cours."))
        _audit(upgrade, "upgrade_paused", actor)


def resume(upgrade: Upgrade, *, actor: Account) -> None:
    """Go on with an upgrade that is paused, or that was killed. Raises Conflict for any other."""
    with region(), transaction.atomic():
        current = Upgrade.objects.select_for_update().get(pk=upgrade.pk)
        if current.state != State.PAUSED and not is_silent(current):
            raise Conflict("not-paused", _("Cette mise à jour n’est pas en pause."))
        Upgrade.objects.filter(pk=upgrade.pk).update(state=State.WAITING, beat_at=timezone.now())
        _audit(upgrade, "upgrade_resumed", actor)
        transaction.on_commit(lambda: _send(upgrade))


def _create(total: int, actor: Account | None) -> Upgrade:
    try:
        with transaction.atomic():
            return Upgrade.objects.create(
                total=total,
                actor_account_id=actor.pk if actor else None,
                actor_name=actor.login if actor else "préau",
            )
    except IntegrityError:
        raise Conflict("under-way", _("Une mise à jour est déjà en cours ou en pause.")) from None


def _audit(upgrade: Upgrade, verb: str, actor: Account | None) -> None:
    record(
        f"schemas.{verb}",
        actor=actor,
        target_type="upgrade",
        target_id=str(upgrade.pk),
        target_label=_("Mise à jour des établissements"),
        changes={"schools": [None, upgrade.total]},
    )


def _send(upgrade: Upgrade) -> None:
    from tenants.schemas.jobs import run_upgrade  # noqa: PLC0415 -- the task imports this file

    run_upgrade.delay(upgrade.pk)


# --- the work --------------------------------------------------------------------------------------------
def begin(total: int) -> Upgrade:
    """The row of a run from the command line: a new one, or the one that was left waiting, paused or killed."""
    with region():
        left = live()
        return left or _create(total, None)


def work(upgrade: Upgrade, standings: list[Standing], order: Order) -> Tally:
    """Run an upgrade to its end or to a pause, keeping its row. Raises Conflict when another process is at it."""
    with _alone():
        with region():
            Upgrade.objects.filter(pk=upgrade.pk).update(
                state=State.RUNNING, started_at=timezone.now(), beat_at=timezone.now(), finished_at=None,
                total=len(standings), done=0, failed=0, busy=0, reason="",
            )  # fmt: skip
        reporter = _Reporter(upgrade, order)
        try:
            tally = Run(standings, Order(order.jobs, order.canary, order.target, reporter))()
        except BaseException:
            reporter.end(State.PAUSED, _("Interrompue."))
            raise
        if tally.paused:
            reporter.end(State.PAUSED, "")
        elif tally.reason:
            reporter.end(State.STOPPED, tally.reason)
        else:
            reporter.end(State.DONE, "")
        return tally


class _Reporter:
    """Keeps the upgrade's row alive, and reads from it whether somebody asks for a pause."""

    def __init__(self, upgrade: Upgrade, order: Order) -> None:
        self.pk = upgrade.pk
        self.order = order
        self.tally: Tally | None = None
        self.said = 0.0
        self.cut_off = False

    def __call__(self, tally: Tally) -> bool:
        self.tally = tally
        go_on = self.order.watch(tally)
        now = timezone.now()
        if now.timestamp() - self.said < _BEAT_SECONDS:
            return go_on
        self.said = now.timestamp()
        try:
            return self._write() and go_on
        except (OperationalError, InterfaceError):
            connection.close()  # the server restarts: the workers wait for it, and so do we
            self.cut_off = True
            return go_on

    def _write(self) -> bool:
        """Whether nobody wants a pause, and nobody else has taken over while the server was away."""
        with region():
            if self.cut_off and not _locked():
                return False
            self.cut_off = False
            rows = Upgrade.objects.filter(pk=self.pk)
            rows.update(beat_at=timezone.now(), **self._figures())
            return not rows.filter(state=State.PAUSING).exists()

    def _figures(self) -> dict[str, object]:
        if self.tally is None:
            return {}
        counts = self.tally.counts
        return {
            "stage": self.tally.stage, "total": self.tally.total, "done": counts[DONE], "failed": counts[FAILED],
            "busy": counts[BUSY],
        }  # fmt: skip

    def end(self, state: str, reason: str) -> None:
        try:
            self._end(state, reason)
        except (OperationalError, InterfaceError):
            connection.close()  # it was cut off while nobody asked it anything
            self._end(state, reason)

    def _end(self, state: str, reason: str) -> None:
        now = timezone.now()
        with region():
            Upgrade.objects.filter(pk=self.pk).update(
                state=state, reason=reason, beat_at=now, finished_at=now, **self._figures()
            )


@contextmanager
def _alone() -> Iterator[None]:
    """One upgrade at a time in the whole region; the lock goes with the process that holds it."""
    if not _locked():
        raise Conflict("under-way", _("Une mise à jour est déjà en cours."))
    try:
        yield
    finally:
        with region(), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_unlock({_LOCK})")


def _locked() -> bool:
    with region(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({_LOCK})")
        return bool(cursor.fetchone()[0])
