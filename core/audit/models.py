"""The school's journal: who did what to what. Rows are only ever added."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.audit.models import AuditEntryBase


class AuditEntry(AuditEntryBase):
    """One entry. PostgreSQL itself refuses to change or remove it: the first migration revokes the rights."""

    class Meta(AuditEntryBase.Meta):
        verbose_name = _("entrée du journal")
        verbose_name_plural = _("journal de l’établissement")
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest_first"),
            models.Index(fields=["target_type", "target_id"], name="audit_target"),
        ]
