"""Making a school: a short list of steps, each idempotent, shown as they go.

The establishment is `preparing` (its host answers 503) until the last step opens it, so a run killed anywhere
leaves a school that is closed, and running it again ends the work.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.errors import DomainError
from tenants.establishments.models import Establishment, Lifecycle
from tenants.establishments.services import change_lifecycle
from tenants.schemas import engine
from tenants.schemas.context import region, school
from tenants.schemas.models import ProvisioningStep

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Step:
    key: str
    label: str
    run: Callable[[Establishment], None]


def steps() -> list[Step]:
    """The steps in order: role, schema, core tables, then what the configuration adds."""
    return [
        Step("role", _("Rôle de base de données"), engine.make_role),
        Step("schema", _("Espace de l’établissement"), engine.make_schema),
        Step("tables", _("Tables communes"), lambda e: engine.install(e, engine.core_labels())),
        *(Step(path, str(label), _in_school(path)) for label, path in settings.PROVISIONING_STEPS),
    ]


def _in_school(path: str) -> Callable[[Establishment], None]:
    def run(establishment: Establishment) -> None:
        work = import_string(path)
        with school(establishment):
            work(establishment)

    return run


def request(establishment: Establishment, *, actor: Account | None) -> None:
    """Mark the school as being prepared; the work itself follows in `provision` (a task, or a command)."""
    if establishment.lifecycle not in {Lifecycle.KNOWN, Lifecycle.PREPARING}:
        raise DomainError("not-preparable", _("Cet établissement est déjà ouvert ou archivé."))
    if establishment.lifecycle == Lifecycle.KNOWN:
        change_lifecycle(establishment, to=Lifecycle.PREPARING, actor=actor)
    with region():
        for position, step in enumerate(steps()):
            ProvisioningStep.objects.update_or_create(
                uai=establishment.uai,
                key=step.key,
                defaults={"position": position, "label": step.label, "state": "waiting", "error": ""},
            )


def provision(establishment: Establishment, *, actor: Account | None) -> None:
    """Run every step and open the school. Raises what a step raised, after noting it on the step."""
    with engine.exclusive(establishment):
        establishment.refresh_from_db()
        if establishment.lifecycle == Lifecycle.ACTIVE:
            return
        request(establishment, actor=actor)
        for step in steps():
            _run(step, establishment)
        change_lifecycle(establishment, to=Lifecycle.ACTIVE, actor=actor)
        logger.info("school provisioned", uai=establishment.uai)


def _run(step: Step, establishment: Establishment) -> None:
    _note(step, establishment, state="running", started_at=timezone.now(), finished_at=None, error="")
    try:
        step.run(establishment)
    except Exception as error:
        _note(step, establishment, state="failed", finished_at=timezone.now(), error=f"{type(error).__name__}: {error}")
        logger.exception("provisioning step failed", uai=establishment.uai, step=step.key)
        raise
    _note(step, establishment, state="done", finished_at=timezone.now())


def _note(step: Step, establishment: Establishment, **values: object) -> None:
    with region():
        ProvisioningStep.objects.filter(uai=establishment.uai, key=step.key).update(**values)
