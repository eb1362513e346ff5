"""The school's long works and scheduled jobs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.people.models import Person
from tenants.work.models import WorkBase


class Run(WorkBase):
    """A long work that somebody asked for, or the last run of a scheduled job (`job`: "news.housekeeping")."""

    job = models.CharField(max_length=90, blank=True)
    actor = models.ForeignKey(
        Person, verbose_name=_("demandé par"), on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta(WorkBase.Meta):
        verbose_name = _("travail")
        verbose_name_plural = _("travaux")
        constraints = [
            models.UniqueConstraint(fields=["job"], condition=~models.Q(job=""), name="run_job_once"),
        ]
