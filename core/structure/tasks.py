"""Work that is too long for a request."""

from celery import shared_task
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from core.jobs import services as jobs
from core.people.models import Person
from core.structure.models import YearPlan


@shared_task
def apply_year(plan: int, actor: int) -> None:
    """Apply a plan that somebody prepared: all of it, or nothing."""
    with jobs.track(total=1) as job:
        job.say(_("Classes, groupes et élèves"))
        import_string("core.structure.turning.applying.apply")(
            plan=YearPlan.objects.get(pk=plan), actor=Person.objects.filter(pk=actor).first()
        )
