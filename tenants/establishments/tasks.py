"""Regional background work on establishments. Each takes ids, calls one service, and may be run twice."""

from celery import shared_task
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.errors import Conflict, DomainError
from tenants.establishments.models import Establishment, ImportRun, Lifecycle
from tenants.establishments.services import imports
from tenants.schemas import provisioning
from tenants.schemas.tasks import RegionalTask
from tenants.work import services as work


@shared_task(base=RegionalTask)
def analyse_directory(run_id: int) -> None:
    """Compare an uploaded directory with what is known."""
    if run := ImportRun.objects.filter(pk=run_id).first():
        imports.analyse(run)


@shared_task(base=RegionalTask)
def apply_directory(run_id: int) -> None:
    """Write a difference that was confirmed."""
    if run := ImportRun.objects.filter(pk=run_id).first():
        imports.apply(run)


@shared_task(base=RegionalTask, retryable=True)
def provision_school(uai: str, actor_id: int | None = None) -> None:
    """Make one school, or end what a killed worker began. What fails is noted on its step."""
    school = Establishment.objects.filter(uai=uai, lifecycle=Lifecycle.PREPARING).first()
    if school is None:
        return
    try:
        provisioning.provision(school, actor=_account(actor_id))
    except Conflict:
        return  # another worker is at it


@shared_task(base=RegionalTask)
def prepare_schools(uais: list[str], actor_id: int | None = None) -> None:
    """Mark each school as being prepared and queue its making; those that cannot be are passed over."""
    actor = _account(actor_id)
    schools = list(Establishment.objects.filter(uai__in=uais).order_by("uai"))
    with work.track(_("Mise en préparation d’établissements"), total=len(schools)) as job:
        for school in schools:
            job.advance()
            try:
                provisioning.request(school, actor=actor)
            except DomainError:
                continue
            provision_school.delay(school.uai, actor_id)


def _account(pk: int | None) -> Account | None:
    return Account.objects.filter(pk=pk).first() if pk else None
