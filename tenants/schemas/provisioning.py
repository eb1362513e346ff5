"""Making a school: a short list of steps, each idempotent, shown as they go.

The establishment is `preparing` (its host answers 503) until the last step opens it, so a run killed anywhere
leaves a school that is closed, and whose schema is whole or absent; running it again ends the work.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.errors import DomainError
from tenants.establishments.models import Establishment, Lifecycle
from tenants.establishments.services import change_lifecycle
from tenants.schemas import engine, spares
from tenants.schemas.context import region
from tenants.schemas.kit import SchoolPlan, kit_for, plans_for
from tenants.schemas.models import ProvisioningStep

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Step:
    key: str
    label: str
    run: Callable[[Establishment, SchoolPlan], None]


def steps() -> list[Step]:
    """The steps in order."""
    return [
        Step("space", _("Espace de l’établissement, avec ses modules"), _space),
        Step("index", _("Inscription dans l’index de la région"), _index),
    ]


def _space(establishment: Establishment, plan: SchoolPlan) -> None:
    content = kit_for(plan)
    if not spares.take(establishment, content):
        engine.make_role(establishment)
        engine.make_school(establishment, content)


def _index(establishment: Establishment, plan: SchoolPlan) -> None:
    index({establishment.uai: plan})


def index(plans: dict[str, SchoolPlan]) -> None:
    """Note in the region's index what schools have on and off."""
    from tenants.policies.models import EnabledModule  # noqa: PLC0415 -- policies stand on the engine

    rows = [
        EnabledModule(uai=uai, module=module, enabled=enabled)
        for uai, plan in plans.items()
        for module, enabled in plan.enabled.items()
    ]
    with region():
        EnabledModule.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["uai", "module"],
            update_fields=["enabled", "updated_at"],
        )


def request(establishment: Establishment, *, actor: Account | None) -> None:
    """Mark the school as being prepared; the work itself follows in `provision` (a task, or a command)."""
    if establishment.lifecycle not in {Lifecycle.KNOWN, Lifecycle.PREPARING}:
        raise DomainError("not-preparable", _("Cet établissement est déjà ouvert ou archivé."))
    if establishment.lifecycle == Lifecycle.KNOWN:
        change_lifecycle(establishment, to=Lifecycle.PREPARING, actor=actor)
    wanted = steps()
    with region():
        ProvisioningStep.objects.filter(uai=establishment.uai).exclude(key__in=[step.key for step in wanted]).delete()
        ProvisioningStep.objects.bulk_create(
            [waiting_step(establishment.uai, position, step) for position, step in enumerate(wanted)],
            update_conflicts=True,
            unique_fields=["uai", "key"],
            update_fields=["position", "label", "state", "error"],
        )


def waiting_step(uai: str, position: int, step: Step) -> ProvisioningStep:
    return ProvisioningStep(uai=uai, key=step.key, position=position, label=step.label)


def provision(establishment: Establishment, *, actor: Account | None) -> None:
    """Run every step and open the school. Raises what a step raised, after noting it on the step."""
    with engine.exclusive(establishment):
        establishment.refresh_from_db()
        if establishment.lifecycle == Lifecycle.ACTIVE:
            return
        request(establishment, actor=actor)
        plan = plans_for([establishment])[establishment.uai]
        for step in steps():
            _run(step, establishment, plan)
        change_lifecycle(establishment, to=Lifecycle.ACTIVE, actor=actor)
        logger.info("school provisioned", uai=establishment.uai)


def _run(step: Step, establishment: Establishment, plan: SchoolPlan) -> None:
    _note(step, establishment, state="running", started_at=timezone.now(), finished_at=None, error="")
    try:
        step.run(establishment, plan)
    except Exception as error:
        _note(step, establishment, state="failed", finished_at=timezone.now(), error=f"{type(error).__name__}: {error}")
        logger.exception("provisioning step failed", uai=establishment.uai, step=step.key)
        raise
    _note(step, establishment, state="done", finished_at=timezone.now())


def _note(step: Step, establishment: Establishment, **values: object) -> None:
    with region():
        ProvisioningStep.objects.filter(uai=establishment.uai, key=step.key).update(**values)
