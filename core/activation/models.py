"""What the school keeps of its invitations; codes themselves are the region's (tenants.accounts)."""

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.files.models import StoredFile
from core.jobs.models import Run
from core.people.models import Person


class Letters(models.Model):
    """Letters with codes that somebody had made: one file, kept for a week, each reading of it journalled."""

    title = models.CharField(_("courriers"), max_length=200)
    # {"role": "guardian", "classe": "12", "etat": "never", "q": "mar"}: whom they are for
    filters = models.JSONField(default=dict)
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField(_("demandés le"), default=timezone.now)
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    count = models.PositiveIntegerField(_("nombre"), default=0)
    file = models.ForeignKey(StoredFile, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    expires_at = models.DateTimeField(_("disponibles jusqu’au"), null=True)

    class Meta:
        verbose_name = _("courriers d’activation")
        ordering = ("-asked_at", "-id")

    def __str__(self) -> str:
        return self.title

    def is_ready(self, now: datetime) -> bool:
        return self.file_id is not None and self.expires_at is not None and self.expires_at > now

    @property
    def is_over(self) -> bool:
        return self.expires_at is not None and self.file_id is None
