"""The region's journal. Its shape serves the schools' journal too (core.audit)."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditEntryBase(models.Model):
    """Who did what to what, and what changed. Rows are only ever added."""

    at = models.DateTimeField(_("quand"), default=timezone.now, editable=False)
    actor_account_id = models.BigIntegerField(_("compte"), null=True, editable=False)
    # A copy, because the journal outlives the person's record.
    actor_name = models.CharField(_("qui"), max_length=200, editable=False)
    action = models.CharField(_("action"), max_length=80, editable=False)
    target_type = models.CharField(_("type d’objet"), max_length=60, editable=False)
    target_id = models.CharField(_("identifiant"), max_length=60, editable=False)
    target_label = models.CharField(_("objet"), max_length=200, editable=False)
    # {"field": [before, after]}, values as JSON scalars or lists
    changes = models.JSONField(_("changements"), default=dict, editable=False)

    class Meta:
        abstract = True
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action} {self.target_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("an audit entry is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("an audit entry is never deleted")


class RegionalAuditEntry(AuditEntryBase):
    class Meta(AuditEntryBase.Meta):
        verbose_name = _("entrée du journal de la région")
        verbose_name_plural = _("journal de la région")
        indexes = [
            models.Index(fields=["target_type", "target_id", "-at"], name="regional_audit_target"),
            models.Index(fields=["-at"], name="regional_audit_at"),
        ]
