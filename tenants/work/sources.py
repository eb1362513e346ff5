"""Long works that have tables and pages of their own: they are listed with the others, and followed where they are."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.establishments import selectors as schools
from tenants.establishments.models import Establishment, ImportRun, Lifecycle
from tenants.policies import rollout
from tenants.policies.catalogue import catalogue
from tenants.policies.models import Rollout
from tenants.schemas import status
from tenants.schemas.models import ModulePurge, Tombstone, Upgrade
from tenants.schemas.upgrades import services as upgrades
from tenants.work.models import State
from tenants.work.shown import Shown

_RECENT = timedelta(days=7)
_MOST = 12  # of one kind on the page; its own page has them all


def works(scope: QuerySet[Establishment], *, whole: bool) -> list[Shown]:
    """What goes on or has failed in this part of the region; `whole` adds what concerns all of it."""
    found = [*_preparations(scope), *_purges(scope)]
    if whole:
        found += [*_upgrades(), *_imports(), *_rollouts(), *_destructions()]
    return found


def _upgrades() -> Iterator[Shown]:
    live = upgrades.live()
    if live is None:
        return
    progress = status.progress_of(live)
    state = State.INTERRUPTED if progress.silent else State.RUNNING
    if live.state in (Upgrade.State.WAITING, Upgrade.State.PAUSED):
        state = State.WAITING
    yield Shown(
        label=_("Mise à jour des établissements"),
        state=state,
        said=str(live.get_state_display()) if not progress.silent else "",
        done=progress.taken,
        total=live.total,
        text=_("Établissements mis à jour"),
        sentence=_("Elle ne donne plus de nouvelles\u00a0: reprenez-la.") if progress.silent else "",
        who=live.actor_name,
        at=live.started_at or live.created_at,
        url=reverse("portal:versions"),
        still=live.state == Upgrade.State.PAUSED,
    )


_IMPORT_STATES = {
    ImportRun.State.WAITING: State.WAITING,
    ImportRun.State.ANALYSING: State.RUNNING,
    ImportRun.State.APPLYING: State.RUNNING,
    ImportRun.State.FAILED: State.FAILED,
}


def _imports() -> Iterator[Shown]:
    recent = ImportRun.objects.filter(created_at__gte=timezone.now() - _RECENT, state__in=_IMPORT_STATES)
    for run in recent[:_MOST]:
        yield Shown(
            label=_("Chargement de l’annuaire"),
            state=_IMPORT_STATES[ImportRun.State(run.state)],
            said=str(run.get_state_display()),
            done=run.lines_done,
            total=run.lines_total,
            text=str(run.get_state_display()),
            sentence=run.error,
            who=run.actor_name,
            at=run.finished_at or run.created_at,
            url=reverse("portal:import", args=[run.pk]),
        )


def _rollouts() -> Iterator[Shown]:
    names = {slug: entry.name for slug, entry in catalogue().items()}
    for row in rollout.progress():
        if row.done == row.total:
            continue
        failures = Rollout.objects.filter(module=row.module, state=Rollout.State.FAILED).count()
        yield Shown(
            label=_("Mise en place de «\u00a0%(module)s\u00a0»") % {"module": names.get(row.module, row.module)},
            state=State.RUNNING if row.waiting else State.FAILED,
            done=row.done,
            total=row.total,
            text=_("Établissements prêts"),
            meta=[_("%(n)s en échec") % {"n": failures}] if failures else [],
            url=reverse("policies:index"),
        )


def _preparations(scope: QuerySet[Establishment]) -> Iterator[Shown]:
    failed = set(schools.with_failed_step(scope).values_list("uai", flat=True))
    preparing = scope.filter(lifecycle=Lifecycle.PREPARING).order_by("-lifecycle_since")
    for school in preparing[:_MOST]:
        preparation = schools.preparation_of(school)
        state, sentence = State.RUNNING, ""
        if school.uai in failed:
            state, sentence = State.FAILED, _("Une étape a échoué.")
        elif preparation.stalled:
            state, sentence = State.INTERRUPTED, _("Elle ne donne plus de nouvelles\u00a0: relancez-la.")
        yield Shown(
            label=_("Préparation de %(school)s") % {"school": school.display_name},
            state=state,
            done=preparation.done,
            total=preparation.total,
            text=_("Étapes"),
            sentence=sentence,
            at=school.lifecycle_since,
            url=reverse("portal:preparation", args=[school.uai]),
        )


def _purges(scope: QuerySet[Establishment]) -> Iterator[Shown]:
    mine = ModulePurge.objects.filter(state=ModulePurge.State.FAILED, uai__in=scope.order_by().values("uai"))
    for purge in mine[:_MOST]:
        yield Shown(
            label=_("Suppression du contenu de «\u00a0%(module)s\u00a0»") % {"module": purge.module},
            state=State.FAILED,
            sentence=_("Elle sera tentée de nouveau demain."),
            at=purge.ended_at or purge.due_at,
            meta=[purge.uai],
            url=reverse("portal:establishment", args=[purge.uai]),
        )


def _destructions() -> Iterator[Shown]:
    late = Tombstone.objects.filter(destroyed_at=None, destroy_after__lt=timezone.now() - timedelta(days=2)).count()
    if late:
        yield Shown(
            label=_("Destruction des établissements effacés"),
            state=State.FAILED,
            sentence=_("%(n)s établissements auraient dû être détruits.") % {"n": late},
        )
